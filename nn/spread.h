// Several runs as one number and how far to trust it.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {

struct Spread {
  double mean = 0;
  double error = 0;  // standard error of the mean; 0 for a single run
};

// The mean of the values, and their standard deviation (by n - 1) divided by
// the root of their number. Throws where there is no value.
inline Spread spread_of(const std::vector<double>& values) {
  autograd::check(!values.empty(), "[spread_of] wanted a value, got none");
  const auto n = static_cast<double>(values.size());
  Spread spread;
  for (const double value : values) spread.mean += value / n;
  double squares = 0;
  for (const double value : values)
    squares += (value - spread.mean) * (value - spread.mean);
  if (n > 1) spread.error = std::sqrt(squares / (n - 1) / n);
  return spread;
}

// As "0.812 +- 0.004".
inline std::string text_of(const Spread& spread, int decimals) {
  return fixed(spread.mean, decimals) + " +- " + fixed(spread.error, decimals);
}

}  // namespace nn
