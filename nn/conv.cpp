#include "nn/conv.h"

#include <cmath>

#include "autograd/graph.h"
#include "nn/init.h"

namespace nn {
namespace {

// A weight [out, in / groups, size...] and its bias.
void start(const char* what, const Conv2dOptions& options, Shape shape,
           Parameter& weight, Parameter& bias, Rng& rng) {
  autograd::check(
      options.in >= 1 && options.out >= 1 && options.kernel >= 1 &&
          options.groups >= 1 && options.in % options.groups == 0 &&
          options.out % options.groups == 0,
      "[", what,
      "] wanted a kernel and channels of at least 1 that the groups ",
      "share evenly, got in ", options.in, ", out ", options.out, ", kernel ",
      options.kernel, " and groups ", options.groups);
  weight = Parameter(Tensor::empty(shape));
  const Real fan = static_cast<Real>(weight.size() / options.out);
  const Real bound = 1 / std::sqrt(fan);
  init::uniform(weight, -bound, bound, rng);
  if (!options.bias) return;
  bias = Parameter(Tensor::empty({options.out}));
  init::uniform(bias, -bound, bound, rng);
}

Shape weight_shape(const Conv2dOptions& options, int axes) {
  Shape shape{options.out, options.in / std::max(options.groups, 1)};
  for (int i = 0; i < axes; ++i) shape.push_back(options.kernel);
  return shape;
}

autograd::ConvOptions of_op(const Conv2dOptions& options) {
  return {options.stride, options.padding, options.dilation, options.groups};
}

Parameters weights(const Parameter& weight, const Parameter& bias) {
  if (!bias.defined()) return {{"weight", weight}};
  return {{"weight", weight}, {"bias", bias}};
}

// Moves with its layer, but is not trained.
Parameter buffer(const Tensor& value) {
  Parameter result(value);
  result.requires_grad(false);
  return result;
}

Conv2dOptions three_by_three(int in, int out, int stride) {
  Conv2dOptions options;
  options.in = in;
  options.out = out;
  options.stride = stride;
  options.padding = 1;
  options.bias = false;
  return options;
}

Conv2dOptions one_tap(int in, int out, int stride) {
  Conv2dOptions options = three_by_three(in, out, stride);
  options.kernel = 1;
  options.padding = 0;
  return options;
}

// A half of the channels, or any other part.
Tensor channels(const Tensor& x, int begin, int end) {
  return slice(x, 1, begin, end);
}

}  // namespace

Conv2d::Conv2d(const Conv2dOptions& options, Rng& rng) : options(options) {
  start("Conv2d", options, weight_shape(options, 2), weight, bias, rng);
}

Tensor Conv2d::operator()(const Tensor& x) const {
  return conv2d(x, weight, bias, of_op(options));
}

Parameters Conv2d::parameters() const { return weights(weight, bias); }

Conv1d::Conv1d(const Conv1dOptions& options, Rng& rng) : options(options) {
  start("Conv1d", options, weight_shape(options, 1), weight, bias, rng);
}

Tensor Conv1d::operator()(const Tensor& x) const {
  return conv1d(x, weight, bias, of_op(options));
}

Parameters Conv1d::parameters() const { return weights(weight, bias); }

BatchNorm::BatchNorm(const BatchNormOptions& options) : options(options) {
  autograd::check(options.channels >= 1, "[BatchNorm] wanted at least one ",
                  "channel, got ", options.channels);
  const Shape shape{options.channels};
  weight = Parameter(Tensor::ones(shape));
  bias = Parameter(Tensor::zeros(shape));
  running_mean = buffer(Tensor::zeros(shape));
  running_var = buffer(Tensor::ones(shape));
  num_batches_tracked = buffer(Tensor::zeros({}));
}

Tensor BatchNorm::operator()(const Tensor& x, bool training) const {
  if (!training)
    return batch_norm(x, weight, bias,
                      autograd::BatchMoments{running_mean, running_var},
                      options.epsilon);
  autograd::BatchMoments found;
  const Tensor y = batch_norm(x, weight, bias, options.epsilon, &found);
  const Real n = static_cast<Real>(x.size() / options.channels);
  const Real old = 1 - options.momentum;
  const autograd::NoGrad scope;
  Tensor(running_mean)
      .copy_from(running_mean * old + found.mean * options.momentum);
  Tensor(running_var)
      .copy_from(running_var * old +
                 found.variance * (options.momentum * n / (n - 1)));
  Tensor(num_batches_tracked).fill(num_batches_tracked.item() + 1);
  return y;
}

Parameters BatchNorm::buffers() const {
  return {{"running_mean", running_mean},
          {"running_var", running_var},
          {"num_batches_tracked", num_batches_tracked}};
}

ResidualBlock::ResidualBlock(const ResidualBlockOptions& options, Rng& rng)
    : conv1(three_by_three(options.in, options.out, options.stride), rng),
      bn1(options.out),
      conv2(three_by_three(options.out, options.out, 1), rng),
      bn2(options.out) {
  if (options.in != options.out || options.stride != 1)
    downsample = Downsample{
        Conv2d(one_tap(options.in, options.out, options.stride), rng),
        BatchNorm(options.out)};
}

Tensor ResidualBlock::branch(const Tensor& x, bool training) const {
  return bn2(conv2(relu(bn1(conv1(x), training))), training);
}

Tensor ResidualBlock::shortcut(const Tensor& x, bool training) const {
  return downsample ? downsample->bn(downsample->conv(x), training) : x;
}

Parameters ResidualBlock::parameters() const {
  return nested({{"conv1", conv1.parameters()},
                 {"bn1", bn1.parameters()},
                 {"conv2", conv2.parameters()},
                 {"bn2", bn2.parameters()},
                 {"downsample", parameters_of(downsample)}});
}

Parameters ResidualBlock::buffers() const {
  return nested(
      {{"bn1", bn1.buffers()},
       {"bn2", bn2.buffers()},
       {"downsample.1", downsample ? downsample->bn.buffers() : Parameters()}});
}

Tensor max_out(const Tensor& x, int pieces) {
  autograd::check(x.rank() >= 2 && pieces >= 1 && x.size(1) % pieces == 0,
                  "[max_out] wanted x [B, C, ...] whose channels come in ",
                  pieces, ", got ", x.shape());
  Shape shape = x.shape().with(1, x.size(1) / pieces).inserted(2, pieces);
  return max(reshape(x, shape), {2});
}

Tensor gated(const Tensor& x) {
  autograd::check(x.rank() >= 2 && x.size(1) % 2 == 0, "[gated] wanted x ",
                  "[B, 2 C, ...], got ", x.shape());
  const int half = x.size(1) / 2;
  return channels(x, 0, half) * sigmoid(channels(x, half, 2 * half));
}

}  // namespace nn
