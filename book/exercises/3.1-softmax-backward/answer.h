#pragma once

#include <span>
#include <vector>

namespace exercise {

// The gradient of a loss with respect to the scores, where `weights` is the
// softmax of the scores, and `gradient` the gradient with respect to the
// weights. std::invalid_argument unless there is one gradient for each weight.
std::vector<double> softmax_backward(std::span<const double> weights,
                                     std::span<const double> gradient);

}  // namespace exercise
