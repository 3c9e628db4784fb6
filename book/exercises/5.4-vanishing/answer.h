#pragma once

#include <span>

namespace exercise {

// For states h[t] = tanh(weight * h[t - 1] + inputs[t]) from h = 0 before the
// first: the least k such that the derivative of the last state with respect to
// the state k steps before it is below `share` in size; -1 if there is none up
// to k = inputs.size(), which leads to the state before the first input.
int reach(double weight, std::span<const double> inputs, double share);

}  // namespace exercise
