#pragma once

#include <variant>

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

// Each x along its last axis to a mean square of 1, then scaled (Zhang &
// Sennrich 2019, equation 4).   x, y [..., width]
struct RmsNorm {
  LayerNormOptions options;
  Parameter weight;  // [width]; 1 at first

  explicit RmsNorm(const LayerNormOptions& options);
  explicit RmsNorm(int width) : RmsNorm({.width = width}) {}

  Tensor operator()(const Tensor& x) const {
    return rms_norm(x, weight, options.epsilon);
  }
  Parameters parameters() const { return {{"weight", weight}}; }
};

// One of the two, chosen when it is made.
struct Norm {
  std::variant<LayerNorm, RmsNorm> kind;

  Tensor operator()(const Tensor& x) const {
    return std::visit([&](const auto& norm) { return norm(x); }, kind);
  }
  Parameters parameters() const {
    return std::visit([](const auto& norm) { return norm.parameters(); }, kind);
  }
};

}  // namespace nn
