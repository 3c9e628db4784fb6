#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(3.1): from the gradient of the weights to the gradient of the scores.
std::vector<double> softmax_backward(std::span<const double> weights,
                                     std::span<const double> gradient) {
  todo(weights, gradient);
}

}  // namespace exercise
