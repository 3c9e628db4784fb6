#pragma once

#include <span>
#include <vector>

namespace exercise {

// The row of place p >= 0; an even width.
std::vector<double> encode(int p, int width);

// From the row of any place p to that of p + k.
std::vector<double> shift(std::span<const double> row, int k);

// x with each pair (x_2i, x_2i+1) turned by the angle p 10000^(-2i/W).
std::vector<double> turn(std::span<const double> x, int p);

}  // namespace exercise
