#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(9.1): the window, cut at the borders, and a softmax in it.
std::vector<double> local_weights(std::span<const double> scores, int length,
                                  int t, int window) {
  todo(scores, length, t, window);
}

}  // namespace exercise
