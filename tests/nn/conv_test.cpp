#include "nn/conv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"
#include "tests/support/same_bits.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Tensor;
using nn::BatchNorm;
using nn::Conv1d;
using nn::Conv2d;
using nn::ResidualBlock;
using tests::check_layer;
using tests::Golden;
using tests::thrown;

nn::Conv2dOptions channels(int in, int out) {
  nn::Conv2dOptions options;
  options.in = in;
  options.out = out;
  return options;
}

template <class Layer>
void expect_pytorch(const char* file, const char* name, const Layer& layer) {
  SCOPED_TRACE(name);
  const Golden golden(file, name);
  golden.load(layer.parameters());
  const Tensor x = golden.variable("x"), y = layer(x);
  golden.expect("output", y);
  y.backward(golden["grad.output"]);
  golden.expect("grad.x", x.grad());
  golden.expect_gradients(layer.parameters());
}

TEST(ConvLayers, AgreeWithPyTorch) {
  Rng rng(1);
  nn::Conv1dOptions signal = channels(3, 4);
  signal.padding = 1;
  expect_pytorch("conv", "signal", Conv1d(signal, rng));
  nn::Conv1dOptions strided = channels(4, 6);
  strided.kernel = 5;
  strided.stride = 2;
  strided.padding = 3;
  strided.dilation = 2;
  strided.groups = 2;
  strided.bias = false;
  expect_pytorch("conv", "signal_strided", Conv1d(strided, rng));
  nn::Conv2dOptions grouped = channels(4, 8);
  grouped.padding = 2;
  grouped.groups = 4;
  expect_pytorch("conv", "grouped", Conv2d(grouped, rng));
}

TEST(ConvLayers, StartWithinTheRootOfTheirInputs) {
  Rng rng(1);
  nn::Conv2dOptions options = channels(32, 50);
  options.groups = 2;
  const Conv2d layer(options, rng);
  const Real bound = 1 / std::sqrt(Real(16 * 9));
  Real largest = 0;
  for (Real w : layer.weight.values()) largest = std::max(largest, std::abs(w));
  EXPECT_LE(largest, bound);
  EXPECT_GT(largest, bound * Real(0.99));
  for (Real b : layer.bias.values()) EXPECT_LE(std::abs(b), bound);
}

TEST(ConvLayers, ForgetNoParameter) {
  Rng rng(1);
  const Tensor picture = Tensor::normal({2, 3, 5, 4}, 0, 1, rng);
  check_layer(Conv2d(channels(3, 4), rng),
              [&](const Conv2d& layer) { return layer(picture); });
  const Tensor signal = Tensor::normal({2, 3, 5}, 0, 1, rng);
  check_layer(Conv1d(channels(3, 4), rng),
              [&](const Conv1d& layer) { return layer(signal); });
  check_layer(BatchNorm(3),
              [&](const BatchNorm& layer) { return layer(picture, true); });
  for (int stride : {1, 2})
    check_layer(ResidualBlock({3, 3, stride}, rng),
                [&](const ResidualBlock& b) { return b(picture, true); });
}

TEST(ConvLayers, RefuseWrongSizes) {
  Rng rng(1);
  nn::Conv2dOptions options = channels(3, 4);
  options.groups = 2;
  EXPECT_NE(thrown([&] {
              Conv2d(options, rng);
            }).find("[Conv2d] wanted a kernel and channels"),
            std::string::npos);
  options = channels(0, 4);
  EXPECT_NE(thrown([&] { Conv1d(options, rng); }).find("[Conv1d]"),
            std::string::npos);
  EXPECT_NE(thrown([&] { BatchNorm(0); }).find("at least one channel"),
            std::string::npos);
}

TEST(BatchNormLayer, AgreesWithPyTorch) {
  for (const char* name : {"training", "signal", "rows", "evaluation"}) {
    SCOPED_TRACE(name);
    const bool training = name != std::string("evaluation");
    const Golden golden("batch_norm", name);
    const BatchNorm layer(golden["x"].size(1));
    golden.load(layer.parameters());
    if (!training) {
      Tensor(layer.running_mean).copy_from(golden["running_mean"]);
      Tensor(layer.running_var).copy_from(golden["running_var"]);
    }
    const Tensor x = golden.variable("x"), y = layer(x, training);
    golden.expect("output", y);
    golden.expect("running_mean", layer.running_mean);
    golden.expect("running_var", layer.running_var);
    EXPECT_EQ(layer.num_batches_tracked.item(), training ? 1 : 0);
    y.backward(golden["grad.output"]);
    golden.expect("grad.x", x.grad());
    golden.expect_gradients(layer.parameters());
  }
}

TEST(BatchNormLayer, KeepsItsMomentsToItself) {
  Rng rng(1);
  const Tensor x = Tensor::normal({8, 2, 3}, 4, 3, rng);
  const BatchNorm layer(2);
  const BatchNorm copy = layer;
  for (int i = 0; i < 200; ++i) layer(x, true);
  EXPECT_EQ(copy.running_mean.values(), (std::vector<Real>{0, 0}));
  EXPECT_EQ(layer.num_batches_tracked.item(), 200);
  // By then the running moments are the batch's: evaluation is training, but
  // for the variance over n - 1 = 23 instead of 24.
  const auto trained = layer(x, true).values();
  const auto evaluated = layer(x, false).values();
  for (std::size_t i = 0; i < trained.size(); ++i)
    EXPECT_NEAR(evaluated[i], trained[i] * std::sqrt(23. / 24), 1e-4);
  // In evaluation mates change nothing.
  tests::expect_same(layer(slice(x, 0, 3, 4), false).values(),
                     slice(layer(x, false), 0, 3, 4).values());
  ASSERT_EQ(layer.buffers().size(), 3u);
  EXPECT_EQ(layer.buffers()[1].name, "running_var");
}

TEST(ResidualBlock, AgreesWithPyTorch) {
  for (const char* name : {"residual_same", "residual_strided"}) {
    SCOPED_TRACE(name);
    const Golden golden("vision", name);
    Rng rng(1);
    const bool same = name == std::string("residual_same");
    const ResidualBlock block({3, same ? 3 : 5, same ? 1 : 2}, rng);
    golden.load(block.parameters());
    const Tensor x = golden.variable("x"), y = block(x, true);
    golden.expect("output", y);
    y.backward(golden["grad.output"]);
    golden.expect("grad.x", x.grad());
    golden.expect_gradients(block.parameters());
    for (const auto& [name, buffer] : block.buffers())
      if (golden.has("buffer." + name)) golden.expect("buffer." + name, buffer);
  }
}

TEST(MaxOut, TakesTheLargestPiece) {
  const Tensor x = Tensor::from({1, 4, 2}, {1, 8, 3, 5, -1, -2, -4, 0});
  EXPECT_EQ(nn::max_out(x, 2).values(), (std::vector<Real>{3, 8, -1, 0}));
  EXPECT_EQ(nn::max_out(x, 4).values(), (std::vector<Real>{3, 8}));
  EXPECT_EQ(nn::max_out(x, 1).values(), x.values());
  EXPECT_NE(thrown([&] { nn::max_out(x, 3); }).find("come in 3"),
            std::string::npos);
}

TEST(Gated, MultipliesByItsGates) {
  const Tensor x = Tensor::from({1, 4}, {6, 8, 0, std::log(Real(3))});
  tests::expect_near(nn::gated(x), {3, 6});
  EXPECT_NE(thrown([&] {
              nn::gated(Tensor::ones({1, 3}));
            }).find("2 C"),
            std::string::npos);
}

TEST(Gated, AgreesWithPyTorch) {
  const Golden golden("vision", "glu");
  const Tensor x = golden.variable("x"), y = nn::gated(x);
  golden.expect("output", y);
  y.backward(golden["grad.output"]);
  golden.expect("grad.x", x.grad());
}

}  // namespace
