#pragma once

#include <vector>

namespace exercise {

constexpr int pad = 0, start = 2, end = 3;

// What a decoder is fed, and what it is to say at each place, for several
// sentences side by side.
struct Batch {
  std::vector<std::vector<int>> fed, said;
};

// Word t + 1 is to be said after words 1 to t have been fed. Before the first
// word stands `start`, and after the last one `end` is to be said. All rows are
// as long as the longest needs, filled up with `pad`.
Batch make_batch(const std::vector<std::vector<int>>& sentences);

}  // namespace exercise
