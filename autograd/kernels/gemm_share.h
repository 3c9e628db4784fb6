// How threads share a product.
#pragma once

#include <algorithm>
#include <cstdint>

namespace autograd::kernels {

// What pays for a second thread, which costs 0.7 us where it does not come.
constexpr std::int64_t work_for_a_thread = 125000;

// Multiply-adds. One row waits for B and takes the time of two.
inline std::int64_t work(int m, int n, int k) {
  return std::int64_t(m == 1 ? 2 : m) * n * k;
}

// Columns or rows a chunk of a split axis: an eighth of it, whole tiles, not
// below the work that pays for a thread. `step`: the work of one.
inline int chunk(std::int64_t size, int tile, int most, std::int64_t step) {
  const std::int64_t enough =
      work_for_a_thread / std::max<std::int64_t>(step, 1) + 1;
  const std::int64_t wanted =
      std::max(enough, std::min<std::int64_t>((size + 7) / 8, most));
  return static_cast<int>(std::min(size, (wanted + tile - 1) / tile * tile));
}

}  // namespace autograd::kernels
