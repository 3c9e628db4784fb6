#include <algorithm>
#include <cmath>

#include "answer.h"

namespace exercise {

// TODO(7.2): padding gets weight.
std::vector<double> masked_softmax(std::span<const double> scores,
                                   const std::vector<bool>& visible) {
  std::vector<double> weights(scores.begin(), scores.end());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!visible[i]) weights[i] = 0;
  }
  const double largest = *std::max_element(weights.begin(), weights.end());
  double sum = 0;
  for (double& w : weights) sum += w = std::exp(w - largest);
  for (double& w : weights) w /= sum;
  return weights;
}

}  // namespace exercise
