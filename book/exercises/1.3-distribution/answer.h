#pragma once

#include <span>

namespace exercise {

// True if `row` can be a row of attention weights: shares of one whole. The sum
// and every share may be off by `tolerance`, for rounding.
bool is_distribution(std::span<const double> row, double tolerance = 1e-9);

}  // namespace exercise
