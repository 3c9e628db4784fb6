#pragma once

#include <vector>

namespace exercise {

struct Sizes {
  int sentences, words, heads, width;  // B, T, H, D
};

// [B, T, H D] to [B, H, T, D]
std::vector<double> split(const std::vector<double>& x, const Sizes& sizes);

// [B, H, T, D] to [B, T, H D]
std::vector<double> merge(const std::vector<double>& x, const Sizes& sizes);

}  // namespace exercise
