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

// How many of `size` items are a chunk: an eighth or, if that is over `most`,
// the next equal part. Where that is less than two tiles, or than the work that
// pays for a thread: whole tiles of it. `step`: the work of one.
inline int chunk(std::int64_t size, std::int64_t step, int most = 1 << 20,
                 int tile = 1) {
  const std::int64_t enough =
      work_for_a_thread / std::max<std::int64_t>(step, 1) + 1;
  const std::int64_t parts =
      std::max<std::int64_t>(8, (size + most - 1) / most);
  std::int64_t wanted = std::max(enough, (size + parts - 1) / parts);
  if (wanted == enough || wanted < 2 * tile)
    wanted = (wanted + tile - 1) / tile * tile;
  return static_cast<int>(std::min(size, wanted));
}

}  // namespace autograd::kernels
