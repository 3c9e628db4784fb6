#pragma once

#include "nn/module.h"

namespace nn {

// While training, zeroes each element with probability p and scales the rest
// by 1 / (1 - p) (Srivastava et al. 2014); else changes nothing.
struct Dropout {
  Real p = 0;  // in [0, 1)

  // A null generator means evaluation.
  Tensor operator()(const Tensor& x, Rng* training) const {
    return training ? dropout(x, p, *training) : x;
  }
  Parameters parameters() const { return {}; }
};

}  // namespace nn
