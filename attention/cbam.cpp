#include "attention/cbam.h"

#include "attention/attention.h"

namespace attention {
namespace {

using autograd::check;

void check_picture(const char* what, const Tensor& x) {
  check(x.rank() == 4, "[", what, "] wanted x [B, C, H, W], got ", x.shape());
}

nn::LinearOptions plain(int in, int out) {
  nn::LinearOptions options;
  options.in = in;
  options.out = out;
  options.bias = false;
  return options;
}

const ChannelAttentionOptions& checked(const ChannelAttentionOptions& options) {
  check(options.reduction >= 1 && options.channels >= options.reduction,
        "[ChannelAttention] wanted a reduction of at least 1 and as many ",
        "channels or more, got ", options.reduction, " and ", options.channels);
  return options;
}

nn::Conv2dOptions kernel(const SpatialAttentionOptions& options) {
  check(options.size >= 1 && options.size % 2 == 1, "[SpatialAttention] ",
        "wanted an odd size, got ", options.size);
  nn::Conv2dOptions conv;
  conv.in = options.pooling == Pooling::both ? 2 : 1;
  conv.out = 1;
  conv.kernel = options.size;
  conv.padding = options.size / 2;
  conv.bias = false;
  return conv;
}

}  // namespace

std::vector<Tensor> descriptors(const Tensor& x, Pooling pooling,
                                const std::vector<int>& axes) {
  std::vector<Tensor> found;
  if (pooling != Pooling::maximum) found.push_back(mean(x, axes, true));
  if (pooling != Pooling::average) found.push_back(max(x, axes, true));
  return found;
}

ChannelAttention::ChannelAttention(const ChannelAttentionOptions& options,
                                   Rng& rng)
    : options(checked(options)),
      fc1(plain(options.channels, options.channels / options.reduction), rng),
      fc2(plain(options.channels / options.reduction, options.channels), rng) {}

Tensor ChannelAttention::score(const Tensor& x) const {
  check_picture("ChannelAttention", x);
  Tensor sum;
  for (const Tensor& d : descriptors(x, options.pooling, {2, 3})) {
    const Tensor row = reshape(d, {x.size(0), x.size(1)});
    const Tensor e = fc2(relu(fc1(row)));
    sum = sum.defined() ? sum + e : e;
  }
  return reshape(sum, {x.size(0), x.size(1), 1, 1});
}

Result ChannelAttention::operator()(const Tensor& x) const {
  const Tensor weights = sigmoid(score(x));
  return {read(weights, x), weights};
}

nn::Parameters ChannelAttention::parameters() const {
  return nn::nested({{"fc1", fc1.parameters()}, {"fc2", fc2.parameters()}});
}

SpatialAttention::SpatialAttention(const SpatialAttentionOptions& options,
                                   Rng& rng)
    : options(options), conv(kernel(options), rng) {}

Tensor SpatialAttention::score(const Tensor& x) const {
  check_picture("SpatialAttention", x);
  const auto found = descriptors(x, options.pooling, {1});
  return conv(found.size() == 1 ? found[0] : concat(found, 1));
}

Result SpatialAttention::operator()(const Tensor& x) const {
  const Tensor weights = sigmoid(score(x));
  return {read(weights, x), weights};
}

nn::Parameters SpatialAttention::parameters() const {
  return nn::nested({{"conv", conv.parameters()}});
}

Cbam::Cbam(const CbamOptions& options, Rng& rng)
    : options(options),
      channel_gate({options.channels, options.reduction, options.pooling}, rng),
      spatial_gate({options.size, options.pooling}, rng) {}

Cbam::Looked Cbam::operator()(const Tensor& x) const {
  if (options.order == CbamOrder::spatial_first) {
    const auto [seen, spatial] = spatial_gate(x);
    const auto [context, channel] = channel_gate(seen);
    return {context, channel, spatial};
  }
  const auto [seen, channel] = channel_gate(x);
  const bool parallel = options.order == CbamOrder::parallel;
  const Tensor spatial = sigmoid(spatial_gate.score(parallel ? x : seen));
  return {spatial_gate.read(spatial, seen), channel, spatial};
}

nn::Parameters Cbam::parameters() const {
  return nn::nested({{"channel_gate", channel_gate.parameters()},
                     {"spatial_gate", spatial_gate.parameters()}});
}

}  // namespace attention
