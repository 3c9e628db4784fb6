#pragma once

#include <cstddef>
#include <vector>

namespace exercise {

// The estimate, from one draw, of the gradient of the expected reward by each
// score, where weights are the softmax of the scores and `place` was drawn. A
// score may be -infinity (hidden), but not all of them are.
std::vector<double> estimate(const std::vector<double>& scores,
                             std::size_t place, double reward, double baseline);

}  // namespace exercise
