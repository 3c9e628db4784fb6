#pragma once

#include <span>
#include <vector>

namespace exercise {

using Shape = std::vector<int>;

// A tensor of `shape` was broadcast to the shape `stretched`, axes aligned at
// the end. Given the gradient of the stretched one, row after row: the gradient
// of the tensor itself.
std::vector<double> reduce_gradient(std::span<const double> gradient,
                                    const Shape& stretched, const Shape& shape);

}  // namespace exercise
