// Attention over what a picture's features are, and over where they are:
// score -> align -> read, with a sigmoid for an alignment and a product for a
// read. A weight is a gate of its own, between 0 and 1: several gates are no
// distribution, and do not sum to one. Nobody asks: there is no query, so
// this is saliency.
#pragma once

#include <optional>

#include "attention/attention.h"
#include "nn/conv.h"
#include "nn/linear.h"

namespace attention {

using autograd::Rng;

// A read that gates:  c = alpha x, over all that alpha has one weight for.
struct Gate {
  Tensor operator()(const Tensor& weights, const Tensor& x) const {
    return weights * x;
  }
};

// What describes a place or a channel before it is scored.
enum class Pooling { average, maximum, both };

// Descriptors of x over `axes`, which stay with size 1: means, then maxima,
// or both.
std::vector<Tensor> descriptors(const Tensor& x, Pooling pooling,
                                const std::vector<int>& axes);

struct ChannelAttentionOptions {
  int channels = 0;
  int reduction = 16;  // channels over the width between
  Pooling pooling = Pooling::both;
};

// Which features count (Woo et al. 2018, section 3.1, equation 2):
//   alpha = sigmoid(sum over descriptors d of W1 max(0, W0 d))    [B, C, 1, 1]
//   y = alpha x                                         x, y [B, C, H, W]
// d is the mean of each channel, its maximum, or each of both.
struct ChannelAttention {
  ChannelAttentionOptions options;
  nn::Linear fc1;  // W0 [C / reduction, C], no bias
  nn::Linear fc2;  // W1 [C, C / reduction], no bias
  Gate read;

  ChannelAttention(const ChannelAttentionOptions& options, Rng& rng);

  Tensor score(const Tensor& x) const;  // [B, C, 1, 1]
  Result operator()(const Tensor& x) const;
  nn::Parameters parameters() const;
};

// Channel attention from means alone (Hu et al. 2018).
struct SqueezeExcitation : ChannelAttention {
  SqueezeExcitation(int channels, int reduction, Rng& rng)
      : ChannelAttention({channels, reduction, Pooling::average}, rng) {}
};

struct SpatialAttentionOptions {
  int size = 7;  // of the kernel, odd
  Pooling pooling = Pooling::both;
};

// Where it counts (Woo et al. 2018, section 3.2, equation 3):
//   alpha = sigmoid(conv([d]))                          [B, 1, H, W]
//   y = alpha x                                         x, y [B, C, H, W]
// d is the mean over the channels at each place, their maximum, or both: two
// maps that describe, none of which is a map of attention yet. No bias.
struct SpatialAttention {
  SpatialAttentionOptions options;
  nn::Conv2d conv;  // weight [1, 1 or 2, size, size]
  Gate read;

  SpatialAttention(const SpatialAttentionOptions& options, Rng& rng);

  Tensor score(const Tensor& x) const;  // [B, 1, H, W]
  Result operator()(const Tensor& x) const;
  nn::Parameters parameters() const;
};

enum class CbamOrder { channel_first, spatial_first, parallel };

struct CbamOptions {
  int channels = 0, reduction = 16;
  int size = 7;  // of the spatial kernel
  Pooling pooling = Pooling::both;
  CbamOrder order = CbamOrder::channel_first;
};

// Both, one after the other (Woo et al. 2018, equation 1), or side by side:
// then both see x, and y = alpha_channel alpha_spatial x.
struct Cbam {
  CbamOptions options;
  ChannelAttention channel_gate;
  SpatialAttention spatial_gate;

  Cbam(const CbamOptions& options, Rng& rng);

  struct Looked {
    Tensor context;  // [B, C, H, W]
    Tensor channel;  // weights [B, C, 1, 1]
    Tensor spatial;  // weights [B, 1, H, W]
  };
  Looked operator()(const Tensor& x) const;
  nn::Parameters parameters() const;
};

}  // namespace attention
