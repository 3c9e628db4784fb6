#pragma once

#include <span>
#include <vector>

namespace exercise {

// The softmax of the visible scores; a hidden score has the weight 0, and
// whatever it is, it changes no other. All hidden: all 0.
std::vector<double> masked_softmax(std::span<const double> scores,
                                   const std::vector<bool>& visible);

}  // namespace exercise
