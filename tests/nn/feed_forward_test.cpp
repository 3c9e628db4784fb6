#include "nn/feed_forward.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/support/expect.h"
#include "tests/support/layer_checks.h"
#include "tests/support/same_bits.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Tensor;
using nn::Activation;
using nn::FeedForward;
using nn::FeedForwardOptions;

const std::vector<Activation> kinds = {Activation::relu, Activation::gelu,
                                       Activation::swiglu};

// x = 2 to hidden 1 2 + 0 = 2 and -1 2 + 1 = -1; back by 3 and 5, plus 7.
FeedForward by_hand(Activation activation) {
  Rng rng(1);
  FeedForward layer({.width = 1, .hidden = 2, .activation = activation}, rng);
  layer.linear1.weight.copy_from({1, -1});
  layer.linear1.bias.copy_from({0, 1});
  layer.linear2.weight.copy_from({3, 5});
  layer.linear2.bias.fill(7);
  if (layer.gate) {
    layer.gate->weight.copy_from({10, 20});
    layer.gate->bias.copy_from({1, 2});
  }
  return layer;
}

TEST(FeedForward, WorkedByHand) {
  const Tensor x = Tensor::from({1, 1}, {2});
  // max(2, 0) 3 + max(-1, 0) 5 + 7
  tests::expect_near(by_hand(Activation::relu)(x, nullptr), {13});
  // gelu(2) = 1.954598, gelu(-1) = -0.158808
  tests::expect_near(by_hand(Activation::gelu)(x, nullptr),
                     {3 * 1.9545977 - 5 * 0.1588080 + 7});
  // silu(2) (10 2 + 1) 3 + silu(-1) (20 2 + 2) 5 + 7
  const double two = 2 / (1 + std::exp(-2.)), one = -1 / (1 + std::exp(1.));
  tests::expect_near(by_hand(Activation::swiglu)(x, nullptr),
                     {two * 21 * 3 + one * 42 * 5 + 7});
}

TEST(FeedForward, ForgetsNoParameter) {
  for (Activation activation : kinds)
    for (bool bias : {true, false}) {
      Rng rng(2);
      FeedForwardOptions options;
      options.width = 5;
      options.hidden = 9;
      options.activation = activation;
      options.bias = bias;
      const FeedForward layer(options, rng);
      const int maps = activation == Activation::swiglu ? 3 : 2;
      EXPECT_EQ(nn::parameter_count(layer.parameters()),
                maps * 45 + (bias ? (maps - 1) * 9 + 5 : 0));
      EXPECT_EQ(layer.parameters()[0].name, "linear1.weight");
      const Tensor x = Tensor::normal({2, 3, 5}, 0, 1, rng);
      tests::check_layer(
          layer, [&](const FeedForward& layer) { return layer(x, nullptr); });
    }
}

TEST(FeedForward, PositionsChangeNothingForEachOther) {
  for (Activation activation : kinds)
    for (int width : {1, 7, 8, 9, 33}) {
      Rng rng(3);
      FeedForwardOptions options;
      options.width = width;
      options.hidden = 2 * width + 1;
      options.activation = activation;
      const FeedForward layer(options, rng);
      const Tensor x = Tensor::normal({4, 9, width}, 0, 1, rng);
      const Tensor y = layer(x, nullptr);
      const Tensor one = layer(slice(slice(x, 0, 2, 3), 1, 5, 6), nullptr);
      tests::expect_same(one.values(),
                         slice(slice(y, 0, 2, 3), 1, 5, 6).values());
    }
}

TEST(FeedForward, DropsOnlyWhileTraining) {
  Rng init(4), again(4);
  FeedForwardOptions options{.width = 5, .hidden = 30};
  const FeedForward plain(options, init);
  options.dropout = Real(0.5);
  const FeedForward layer(options, again);
  const Tensor x = Tensor::normal({3, 5}, 0, 1, init);
  EXPECT_EQ(layer(x, nullptr).values(), plain(x, nullptr).values());
  Rng first(1), same(1);
  const auto once = layer(x, &first).values();
  EXPECT_EQ(layer(x, &same).values(), once);
  EXPECT_NE(layer(x, &first).values(), once);
}

TEST(FeedForward, RefusesSizesThatMakeNoSense) {
  Rng rng(1);
  EXPECT_THROW(FeedForward({.width = 0, .hidden = 3}, rng),
               std::invalid_argument);
  EXPECT_THROW(FeedForward({.width = 3, .hidden = 0}, rng),
               std::invalid_argument);
  FeedForwardOptions options{.width = 3, .hidden = 3};
  EXPECT_THROW(FeedForward(options, rng)(Tensor::zeros({2, 4}), nullptr),
               std::invalid_argument);
  for (Real p : {Real(1), Real(-0.1)}) {
    options.dropout = p;
    EXPECT_THROW(FeedForward(options, rng), std::invalid_argument);
  }
}

}  // namespace
