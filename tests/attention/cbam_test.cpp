#include "attention/cbam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"
#include "tests/support/same_bits.h"

namespace attention {
namespace {

using autograd::Real;
using autograd::Shape;
using tests::check_layer;
using tests::expect_thrown;
using tests::Golden;

constexpr Pooling poolings[] = {Pooling::average, Pooling::maximum,
                                Pooling::both};

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

TEST(ChannelAttention, WorkedByHand) {
  Rng rng(1);
  ChannelAttention attend({2, 1, Pooling::both}, rng);
  attend.fc1.weight.copy_from({1, 0, 0, 1});
  attend.fc2.weight.copy_from({1, 0, -1, 1});
  // Means 2 and -1, maxima 3 and 1; hidden (2, 0) and (3, 1);
  // scores 2 + 3 and -2 + (-3 + 1).
  const Tensor x = Tensor::from({1, 2, 1, 2}, {1, 3, -3, 1});
  const auto [y, weights] = attend(x);
  ASSERT_EQ(weights.shape(), (Shape{1, 2, 1, 1}));
  const double a = sigmoid_of(5), b = sigmoid_of(-4);
  tests::expect_near(weights, {a, b});
  tests::expect_near(y, {a, 3 * a, -3 * b, b});
}

TEST(SpatialAttention, WorkedByHand) {
  Rng rng(1);
  SpatialAttention attend({1, Pooling::both}, rng);
  attend.conv.weight.copy_from({Real(0.5), Real(-0.25)});
  // Means 2 and 0, maxima 3 and 4.
  const Tensor x = Tensor::from({1, 2, 1, 2}, {1, 4, 3, -4});
  const auto [y, weights] = attend(x);
  ASSERT_EQ(weights.shape(), (Shape{1, 1, 1, 2}));
  const double a = sigmoid_of(0.25), b = sigmoid_of(-1);
  tests::expect_near(weights, {a, b});
  tests::expect_near(y, {a, 4 * b, 3 * a, -4 * b});
}

// The article's "matrix with the dimensions of the feature map" is broadcast.
TEST(Cbam, WeightsAreGatesAndNoDistribution) {
  Rng rng(1);
  const Cbam attend({.channels = 8, .reduction = 4, .size = 3}, rng);
  const Tensor x = Tensor::normal({2, 8, 5, 6}, 0, 1, rng);
  const auto [y, channel, spatial] = attend(x);
  EXPECT_EQ(channel.shape(), (Shape{2, 8, 1, 1}));
  EXPECT_EQ(spatial.shape(), (Shape{2, 1, 5, 6}));
  EXPECT_EQ(y.shape(), x.shape());
  for (const Tensor& gates : {channel, spatial}) {
    double total = 0;
    for (const Real gate : gates.values()) {
      EXPECT_TRUE(0 < gate && gate < 1);
      total += gate;
    }
    EXPECT_GT(total / x.size(0), 1.5);
  }
  tests::expect_same(y.values(), (spatial * (channel * x)).values());
}

TEST(Cbam, OrdersDiffer) {
  Rng rng(1);
  CbamOptions options{.channels = 4, .reduction = 2, .size = 3};
  Cbam attend(options, rng);
  const Tensor x = Tensor::normal({2, 4, 5, 5}, 0, 1, rng);
  const auto& channel = attend.channel_gate;
  const auto& spatial = attend.spatial_gate;
  tests::expect_same(attend(x).context.values(),
                     spatial(channel(x).context).context.values());
  attend.options.order = CbamOrder::spatial_first;
  tests::expect_same(attend(x).context.values(),
                     channel(spatial(x).context).context.values());
  attend.options.order = CbamOrder::parallel;
  tests::expect_same(attend(x).context.values(),
                     (spatial(x).weights * (channel(x).weights * x)).values());
}

TEST(Cbam, MatesAndMovesChangeNothing) {
  Rng rng(1);
  const Cbam attend({.channels = 4, .reduction = 2, .size = 3}, rng);
  const Tensor x = Tensor::normal({3, 4, 5, 6}, 0, 1, rng);
  tests::expect_same(attend(slice(x, 0, 1, 2)).context.values(),
                     slice(attend(x).context, 0, 1, 2).values());
  // Which channel counts does not depend on where it is seen.
  const Tensor moved =
      autograd::concat({slice(x, 3, 2, 6), slice(x, 3, 0, 2)}, 3);
  const auto a = attend(x).channel.values(), b = attend(moved).channel.values();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-6);
}

// Woo et al. 2018: 2 C^2 / r for the channels, 2 k^2 for the places.
TEST(Cbam, CountsItsParameters) {
  Rng rng(1);
  const Cbam attend({.channels = 64, .reduction = 16}, rng);
  EXPECT_EQ(nn::parameter_count(attend.channel_gate.parameters()),
            2 * 64 * 64 / 16);
  EXPECT_EQ(nn::parameter_count(attend.spatial_gate.parameters()), 98);
  const SqueezeExcitation squeeze(64, 16, rng);
  EXPECT_EQ(nn::parameter_count(squeeze.parameters()), 2 * 64 * 64 / 16);
}

TEST(Cbam, ForgetsNoParameter) {
  Rng rng(1);
  const Tensor x = Tensor::normal({2, 8, 5, 4}, 0, 1, rng);
  for (const Pooling pooling : poolings)
    check_layer(Cbam({8, 2, 3, pooling, CbamOrder::channel_first}, rng),
                [&](const Cbam& attend) { return attend(x).context; });
  check_layer(SqueezeExcitation(8, 2, rng),
              [&](const auto& squeeze) { return squeeze(x).context; });
}

void expect_pytorch(const std::string& name, const CbamOptions& options) {
  SCOPED_TRACE(name);
  const Golden golden("vision", name);
  Rng rng(1);
  const Cbam attend(options, rng);
  golden.load(attend.parameters());
  const Tensor x = golden.variable("x");
  const auto [y, channel, spatial] = attend(x);
  golden.expect("output", y);
  golden.expect("channel", channel);
  golden.expect("spatial", spatial);
  y.backward(golden["grad.output"]);
  golden.expect("grad.x", x.grad());
  golden.expect_gradients(attend.parameters());
}

TEST(Cbam, AgreesWithPyTorch) {
  CbamOptions options{.channels = 6, .reduction = 2, .size = 7};
  expect_pytorch("cbam", options);
  options.order = CbamOrder::spatial_first;
  options.size = 3;
  expect_pytorch("cbam_spatial_first", options);
  options.order = CbamOrder::parallel;
  options.pooling = Pooling::maximum;
  expect_pytorch("cbam_parallel_max", options);
}

TEST(SqueezeExcitation, AgreesWithPyTorch) {
  const Golden golden("vision", "squeeze");
  Rng rng(1);
  const SqueezeExcitation squeeze(6, 3, rng);
  golden.load(squeeze.parameters());
  const Tensor x = golden.variable("x"), y = squeeze(x).context;
  golden.expect("output", y);
  y.backward(golden["grad.output"]);
  golden.expect("grad.x", x.grad());
  golden.expect_gradients(squeeze.parameters());
}

TEST(Cbam, RefusesWrongSizes) {
  Rng rng(1);
  expect_thrown(
      [&] {
        ChannelAttention({4, 8, Pooling::both}, rng);
      },
      "a reduction of at least 1");
  expect_thrown(
      [&] {
        SpatialAttention({2, Pooling::both}, rng);
      },
      "wanted an odd size, got 2");
  const Cbam attend({.channels = 4, .reduction = 2, .size = 3}, rng);
  expect_thrown(
      [&] {
        attend(Tensor::ones({4, 5, 5}));
      },
      "[ChannelAttention] wanted x [B, C, H, W]");
  expect_thrown([&] { attend(Tensor::ones({1, 3, 5, 5})); }, "[linear]");
}

}  // namespace
}  // namespace attention
