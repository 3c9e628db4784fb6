#pragma once

#include <cstdint>

namespace exercise {

// Additions and multiplications of [m, k] by [k, n].
std::int64_t flops(int m, int k, int n);

// Different lines of `line` bytes that are touched by reading `count` numbers
// of `size` bytes each, the first at byte `start`, each `step` >= size bytes
// after the one before. Lines begin at the multiples of `line`, and size <=
// line.
std::int64_t lines(std::int64_t start, std::int64_t count, std::int64_t size,
                   std::int64_t step, std::int64_t line);

// The operations a second that a computation of so many operations on so many
// bytes cannot exceed, on a machine of `peak` operations and `bandwidth` bytes
// a second.
double attainable(double peak, double bandwidth, double operations,
                  double bytes);

}  // namespace exercise
