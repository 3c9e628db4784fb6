#pragma once

#include "nn/module.h"

namespace nn {

struct LayerNormOptions {
  int width = 0;
  Real epsilon = Real(1e-5);
};

// Each x along its last axis to mean 0 and variance 1, then scaled and shifted
// (Ba et al. 2016).   x, y [..., width]
struct LayerNorm {
  LayerNormOptions options;
  Parameter weight, bias;  // [width]; 1 and 0 at first

  explicit LayerNorm(const LayerNormOptions& options);
  explicit LayerNorm(int width) : LayerNorm({.width = width}) {}

  Tensor operator()(const Tensor& x) const {
    return layer_norm(x, weight, bias, options.epsilon);
  }
  Parameters parameters() const { return {{"weight", weight}, {"bias", bias}}; }
};

}  // namespace nn
