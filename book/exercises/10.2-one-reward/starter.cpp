#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(10.2): (reward - baseline) d log p(place) / d score.
std::vector<double> estimate(const std::vector<double>& scores,
                             std::size_t place, double reward,
                             double baseline) {
  todo(scores, place, reward, baseline);
}

}  // namespace exercise
