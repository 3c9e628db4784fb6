// How much each input counts in an outcome.
#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace nn {

// For each position t the size of d y_b / d x_bt, the root of the sum of the
// squares of its D E derivatives, as a mean over the sentences b. They must not
// meet on the way from x, a leaf, to y. What else requires a gradient there
// gets one, of no use: zero_grad before the next step.
//   y [B, D]   x [B, T, E]   to T numbers
std::vector<double> influence(const autograd::Tensor& y, autograd::Tensor x);

// How unequal shares are: 0 where all are equal, 1 - 1/n where one of n has
// everything (Gini 1912). Of numbers from 0 on, not all of them 0.
double gini(std::vector<double> shares);

}  // namespace nn
