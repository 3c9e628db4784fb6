#pragma once

#include <span>
#include <vector>

namespace exercise {

// The cross entropy of softmax(scores) against smoothed labels (Szegedy et al.
// 2016, section 7): the target word has the share 1 - s, and the share s is
// spread evenly over all words, the target among them.
double smooth_loss(std::span<const double> scores, int target, double s);

// The derivative of that loss by each score.
std::vector<double> smooth_gradient(std::span<const double> scores, int target,
                                    double s);

}  // namespace exercise
