#pragma once

#include <array>
#include <vector>

namespace exercise {

// A block of numbers [batch, rows, columns] somewhere in memory: how far apart
// neighbours on an axis are is the axis' stride, counted in numbers.
struct View {
  const double* data = nullptr;
  std::array<int, 3> shape = {0, 0, 0};
  std::array<int, 3> strides = {0, 0, 0};
};

// a [B, M, K] times b [B, K, N], as [B, M, N] row after row. B of a or of b may
// be 1. std::invalid_argument if the shapes do not fit.
std::vector<double> batched_matmul(const View& a, const View& b);

}  // namespace exercise
