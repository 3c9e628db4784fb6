#pragma once

#include <vector>

namespace exercise {

using Shape = std::vector<int>;

// The shape that a and b stretch to, one as high as the other, axes aligned at
// the end. std::invalid_argument if they do not agree.
Shape broadcast_shape(const Shape& a, const Shape& b);

}  // namespace exercise
