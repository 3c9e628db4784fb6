// Random estimates of a gradient, held against the gradient itself.
#pragma once

#include <functional>
#include <vector>

#include "nn/module.h"

namespace nn {

// The gradient of a scalar by all parameters, one number after the other; 0
// where there is none.
std::vector<double> gradient_of(const Tensor& loss,
                                const Parameters& parameters);

struct Estimates {
  double along = 0;     // mean of <estimate, g> / <g, g>: 1 where unbiased
  double z = 0;         // how many standard errors that is from 1
  double variance = 0;  // of one draw, all numbers together, over <g, g>
  std::vector<double> errors;  // root of the mean squared distance from g of
                               // the mean of counts[i] draws, over |g|
};

// Takes as many draws as are wanted of an estimate of `exact`. Throws
// std::invalid_argument where there are fewer than 2, or than a count, or where
// the exact gradient is 0.
Estimates judge_estimates(const std::vector<double>& exact, int draws,
                          const std::vector<int>& counts,
                          const std::function<std::vector<double>()>& draw);

}  // namespace nn
