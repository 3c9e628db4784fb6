#pragma once

#include <span>
#include <vector>

namespace exercise {

struct LayerNormGradients {
  std::vector<double> x;           // as long as x
  std::vector<double> gain, bias;  // as long as a row
};

// The gradients of y = (x - mean) / sqrt(variance + epsilon) * gain + bias,
// mean and variance (over n, not n - 1) taken of each row. x and `gradient`,
// that of y, hold row after row, each as long as gain.
LayerNormGradients layer_norm_backward(std::span<const double> x,
                                       std::span<const double> gain,
                                       std::span<const double> gradient,
                                       double epsilon);

}  // namespace exercise
