// Layers that look at pictures [B, C, H, W] and signals [B, C, T].
#pragma once

#include <optional>

#include "nn/module.h"

namespace nn {

struct Conv2dOptions {
  int in = 0, out = 0;  // channels
  int kernel = 3;       // taps along each axis
  int stride = 1, padding = 0, dilation = 1, groups = 1;
  bool bias = true;
};

// autograd::conv2d with its weights, uniform within +-1 / sqrt(in / groups
// kernel^2) as PyTorch's.   x [B, in, H, W]   y [B, out, H', W']
struct Conv2d {
  Conv2dOptions options;
  Parameter weight;  // [out, in / groups, kernel, kernel]
  Parameter bias;    // [out], an empty handle where there is none

  Conv2d(const Conv2dOptions& options, Rng& rng);

  Tensor operator()(const Tensor& x) const;
  Parameters parameters() const;
};

using Conv1dOptions = Conv2dOptions;

// The same over one axis.   x [B, in, T]   weight [out, in / groups, kernel]
struct Conv1d {
  Conv1dOptions options;
  Parameter weight, bias;

  Conv1d(const Conv1dOptions& options, Rng& rng);

  Tensor operator()(const Tensor& x) const;
  Parameters parameters() const;
};

struct BatchNormOptions {
  int channels = 0;
  Real epsilon = Real(1e-5);
  Real momentum = Real(0.1);  // of what is new, in the running moments
};

// Each channel to mean 0 and variance 1, then scaled and shifted (Ioffe &
// Szegedy 2015).   x, y [B, channels, ...]
//
// While training by the moments of the batch, from which the running ones are
// kept up: running = (1 - momentum) running + momentum of the batch, whose
// variance is there the unbiased one. In evaluation by the running ones.
struct BatchNorm {
  BatchNormOptions options;
  Parameter weight, bias;  // [channels]; 1 and 0 at first
  // Not trained: [channels], 0 and 1 at first; and a scalar.
  Parameter running_mean, running_var, num_batches_tracked;

  explicit BatchNorm(const BatchNormOptions& options);
  explicit BatchNorm(int channels) : BatchNorm({.channels = channels}) {}

  Tensor operator()(const Tensor& x, bool training) const;
  Parameters parameters() const { return {{"weight", weight}, {"bias", bias}}; }
  Parameters buffers() const;
};

struct ResidualBlockOptions {
  int in = 0, out = 0;  // channels
  int stride = 1;       // of the first convolution
};

// Two convolutions and a way past them (He et al. 2016, figure 2; batch norm
// after each convolution):
//   y = max(0, bn2(conv2(max(0, bn1(conv1(x))))) + x)
// where channels or stride change, with downsample.1(downsample.0(x)) for the
// last x: one tap a pixel, and batch norm.
//   x [B, in, H, W]   y [B, out, H', W'], H' = (H - 1) / stride + 1
struct ResidualBlock {
  Conv2d conv1;
  BatchNorm bn1;
  Conv2d conv2;
  BatchNorm bn2;
  struct Downsample {
    Conv2d conv;
    BatchNorm bn;
    Parameters parameters() const {
      return nested({{"0", conv.parameters()}, {"1", bn.parameters()}});
    }
  };
  std::optional<Downsample> downsample;

  ResidualBlock(const ResidualBlockOptions& options, Rng& rng);

  // What the convolutions add to x, before the sum.
  Tensor branch(const Tensor& x, bool training) const;
  // x as the sum takes it.
  Tensor shortcut(const Tensor& x, bool training) const;
  Tensor operator()(const Tensor& x, bool training) const {
    return relu(branch(x, training) + shortcut(x, training));
  }
  Parameters parameters() const;
  Parameters buffers() const;
};

// The largest of each `pieces` neighbouring channels (Goodfellow et al. 2013).
//   x [B, pieces C, ...]   y [B, C, ...]
Tensor max_out(const Tensor& x, int pieces);

// The first half of the channels, each by its gate sigmoid(second half) (GLU:
// Dauphin et al. 2017).   x [B, 2 C, ...]   y [B, C, ...]
Tensor gated(const Tensor& x);

}  // namespace nn
