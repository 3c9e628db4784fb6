// A score by distance: attention as kernel regression.
#pragma once

#include "attention/score.h"

namespace attention {

// e = -|q - k|^2 / (2 w^2), the logarithm of a Gaussian kernel of width w. Its
// softmax, read from the values y_s, is the estimate of Nadaraya 1964 and
// Watson 1964,
//   c = sum_s K(q - k_s) y_s / sum_s K(q - k_s)
// of what y is at q, from examples (k_s, y_s).
//
// The squares are not multiplied out: far from 0 the difference of |q|^2, |k|^2
// and 2 q . k would be rounding. So [B, T, S, D] numbers are made on the way.
struct GaussianScore {
  autograd::Real width = 1;  // w, above 0, in the unit of the keys

  Tensor project(const Tensor& keys) const { return keys; }
  Tensor operator()(const Tensor& query, const Tensor& keys) const;
};

}  // namespace attention
