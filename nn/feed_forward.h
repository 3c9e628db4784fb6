#pragma once

#include <optional>

#include "nn/linear.h"

namespace nn {

enum class Activation {
  relu,    // linear2(max(linear1(x), 0)): Vaswani et al. 2017, equation 2
  gelu,    // linear2(gelu(linear1(x))), in the tanh form, as GPT-2
  swiglu,  // linear2(silu(linear1(x)) gate(x)): Shazeer 2020, equation 6
};

struct FeedForwardOptions {
  int width = 0, hidden = 0;
  Activation activation = Activation::relu;
  bool bias = true;
  Real dropout = 0;  // of what linear2 is given
};

// Two linear maps with a bend between them, the same at every position.
//   x, y [..., width]
struct FeedForward {
  FeedForwardOptions options;
  Linear linear1;              // weight [hidden, width]
  Linear linear2;              // weight [width, hidden]
  std::optional<Linear> gate;  // weight [hidden, width], with swiglu

  FeedForward(const FeedForwardOptions& options, Rng& rng);

  // `end` is what the result becomes before it is kept.
  Tensor operator()(const Tensor& x, Rng* training,
                    const autograd::LinearEnd& end = {}) const;
  // linear1.weight, linear1.bias, linear2 ..., gate ...
  Parameters parameters() const;
};

}  // namespace nn
