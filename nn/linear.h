#pragma once

#include "nn/module.h"

namespace nn {

struct LinearOptions {
  int in = 0, out = 0;
  bool bias = true;
};

// y = x W' + b     x [..., in]   weight [out, in]   bias [out]   y [..., out]
struct Linear {
  Parameter weight, bias;  // bias is an empty handle where there is none

  // Uniform within +-1 / sqrt(in), as PyTorch's.
  Linear(const LinearOptions& options, Rng& rng);
  Linear(int in, int out, Rng& rng) : Linear({.in = in, .out = out}, rng) {}

  // `end` is what the result becomes before it is kept.
  Tensor operator()(const Tensor& x,
                    const autograd::LinearEnd& end = {}) const {
    return linear(x, weight, bias, end);
  }
  Parameters parameters() const;
};

}  // namespace nn
