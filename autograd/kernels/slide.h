// How a window slides along an axis: that of a convolution or of a pool.
#pragma once

#include <algorithm>
#include <cstdint>

namespace autograd::kernels {

// Tap t of output i reads element i stride + t dilation - padding; those that
// lie outside of the axis are not there.
struct Slide {
  int size = 1, stride = 1, padding = 0, dilation = 1;

  std::int64_t at(std::int64_t output, int tap) const {
    return output * stride + std::int64_t(tap) * dilation - padding;
  }
  // How many outputs an axis has; 0 where the window does not fit.
  std::int64_t outputs(int length) const {
    const std::int64_t room = length + std::int64_t(2) * padding -
                              std::int64_t(dilation) * (size - 1) - 1;
    return room < 0 ? 0 : room / stride + 1;
  }

  // The outputs of `count` for which a tap is there.
  struct Range {
    int begin, end;
  };
  Range inside(int length, int count, int tap) const {
    const std::int64_t first = at(0, tap), step = stride;
    const std::int64_t begin = first >= 0 ? 0 : (step - 1 - first) / step;
    const std::int64_t end =
        first >= length ? 0 : (length - 1 - first) / step + 1;
    const int from = static_cast<int>(std::min<std::int64_t>(begin, count));
    return {from, static_cast<int>(std::clamp<std::int64_t>(end, from, count))};
  }
};

}  // namespace autograd::kernels
