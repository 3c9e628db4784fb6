#include <gtest/gtest.h>

#include <stdexcept>

#include "nn/dropout.h"
#include "nn/embedding.h"
#include "nn/linear.h"
#include "nn/norm.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"
#include "tests/support/same_bits.h"

namespace {

using autograd::Indices;
using autograd::Real;
using autograd::Rng;
using autograd::Tensor;
using nn::Dropout;
using nn::Embedding;
using nn::LayerNorm;
using nn::Linear;
using nn::RmsNorm;
using tests::check_layer;
using tests::Golden;

TEST(Linear, WorkedByHand) {
  Rng rng(1);
  Linear layer(2, 3, rng);
  layer.weight.copy_from({1, 2, 3, 4, 5, 6});
  layer.bias.copy_from({10, 20, 30});
  const Tensor y = layer(Tensor::from({1, 2}, {1, -1}));
  EXPECT_EQ(y.values(), (std::vector<Real>{9, 19, 29}));
}

TEST(Linear, AgreesWithPyTorch) {
  const Golden golden("layers", "linear");
  Rng rng(1);
  Linear layer(4, 5, rng);
  golden.load(layer.parameters());
  const Tensor x = golden.variable("x"), y = layer(x);
  golden.expect("output", y);
  y.backward(golden["grad.output"]);
  golden.expect("grad.x", x.grad());
  golden.expect_gradients(layer.parameters());
}

TEST(Linear, StartsWithinTheRootOfItsInputs) {
  Rng rng(1);
  const Linear layer(64, 50, rng);
  Real largest = 0;
  for (Real w : layer.weight.values()) {
    EXPECT_LE(std::abs(w), Real(0.125));
    largest = std::max(largest, std::abs(w));
  }
  EXPECT_GT(largest, Real(0.124));
  for (Real b : layer.bias.values()) EXPECT_LE(std::abs(b), Real(0.125));
}

TEST(Linear, ForgetsNoParameter) {
  Rng rng(1);
  const Tensor x = Tensor::normal({3, 4}, 0, 1, rng);
  auto forward = [&](const Linear& layer) { return layer(x); };
  check_layer(Linear(4, 5, rng), forward);
  const Linear plain({.in = 4, .out = 5, .bias = false}, rng);
  EXPECT_EQ(plain.parameters().size(), 1u);
  check_layer(plain, forward);
}

TEST(Linear, BatchMatesChangeNothing) {
  Rng rng(1);
  const Linear layer(33, 9, rng);
  const Tensor x = Tensor::normal({17, 33}, 0, 1, rng);
  const Tensor y = layer(x);
  for (int i : {0, 7, 16})
    tests::expect_same(layer(slice(x, 0, i, i + 1)).values(),
                       slice(y, 0, i, i + 1).values());
}

TEST(Linear, RefusesWrongSizes) {
  Rng rng(1);
  EXPECT_THROW(Linear(0, 3, rng), std::invalid_argument);
  EXPECT_THROW(Linear(3, 0, rng), std::invalid_argument);
  EXPECT_THROW(Linear(3, 2, rng)(Tensor::zeros({2, 4})), std::invalid_argument);
}

TEST(Embedding, AgreesWithPyTorch) {
  const Golden golden("layers", "embedding");
  Rng rng(1);
  Embedding layer(7, 4, rng);
  golden.load(layer.parameters());
  const Tensor y = layer(Indices({3, 5}, golden.integers("indices")));
  golden.expect("output", y);
  y.backward(golden["grad.output"]);
  golden.expect_gradients(layer.parameters());
}

TEST(Embedding, StartsStandardNormal) {
  Rng rng(1);
  const Embedding layer(100, 100, rng);
  EXPECT_NEAR(mean(layer.weight).item(), 0, 0.03);
  EXPECT_NEAR(variance(layer.weight).item(), 1, 0.05);
}

TEST(Embedding, ForgetsNoParameterAndRefusesStrangers) {
  Rng rng(1);
  const Embedding layer(5, 3, rng);
  check_layer(layer, [](const Embedding& layer) {
    return layer(Indices({2, 2}, {0, 4, 4, 1}));
  });
  EXPECT_THROW(layer(Indices({5})), std::invalid_argument);
  EXPECT_THROW(layer(Indices({-1})), std::invalid_argument);
  EXPECT_THROW(Embedding(0, 3, rng), std::invalid_argument);
}

TEST(LayerNorm, AgreesWithPyTorch) {
  const Golden golden("layers", "layer_norm");
  LayerNorm layer(7);
  golden.load(layer.parameters());
  const Tensor x = golden.variable("x"), y = layer(x);
  golden.expect("output", y);
  y.backward(golden["grad.output"]);
  golden.expect("grad.x", x.grad());
  golden.expect_gradients(layer.parameters());
}

TEST(LayerNorm, WorkedByHand) {
  // mean 4, variance 4: (x - 4) / 2
  const LayerNorm layer({.width = 2, .epsilon = 0});
  EXPECT_EQ(layer(Tensor::from({2}, {2, 6})).values(),
            (std::vector<Real>{-1, 1}));
}

TEST(LayerNorm, ForgetsNoParameter) {
  Rng rng(1);
  const Tensor x = Tensor::normal({3, 5}, 0, 1, rng);
  check_layer(LayerNorm(5), [&](const LayerNorm& layer) { return layer(x); });
  EXPECT_THROW(LayerNorm(0), std::invalid_argument);
  EXPECT_THROW(LayerNorm(4)(x), std::invalid_argument);
}

TEST(RmsNorm, WorkedByHand) {
  // mean square 4: x / 2, then times the weight
  RmsNorm layer({.width = 4, .epsilon = 0});
  layer.weight.copy_from({1, 2, 3, 4});
  EXPECT_EQ(layer(Tensor::from({4}, {2, 2, -2, 2})).values(),
            (std::vector<Real>{1, 2, -3, 4}));
}

// Unlike a layer norm it keeps what all have in common.
TEST(RmsNorm, ForgetsNoParameterAndNoMean) {
  Rng rng(1);
  const Tensor x = Tensor::normal({3, 5}, 0, 1, rng);
  check_layer(RmsNorm(5), [&](const RmsNorm& layer) { return layer(x); });
  EXPECT_NEAR(RmsNorm(1)(Tensor::full({1}, 7)).item(), 1, 1e-6);
  EXPECT_NEAR(LayerNorm(1)(Tensor::full({1}, 7)).item(), 0, 1e-6);
  EXPECT_THROW(RmsNorm(0), std::invalid_argument);
  EXPECT_THROW(RmsNorm(4)(x), std::invalid_argument);
}

TEST(Norm, IsOneOfTheTwo) {
  Rng rng(1);
  const Tensor x = Tensor::normal({3, 5}, 2, 1, rng);
  const nn::Norm layer{LayerNorm(5)}, rms{RmsNorm(5)};
  EXPECT_EQ(layer(x).values(), LayerNorm(5)(x).values());
  EXPECT_EQ(rms(x).values(), RmsNorm(5)(x).values());
  EXPECT_EQ(layer.parameters().size(), 2u);
  EXPECT_EQ(rms.parameters().size(), 1u);
  check_layer(rms, [&](const nn::Norm& norm) { return norm(x); });
}

TEST(Dropout, DropsOnlyWhileTraining) {
  const Tensor x = Tensor::ones({100, 100});
  const Dropout layer{.p = Real(0.25)};
  EXPECT_EQ(layer(x, nullptr).values(), x.values());
  Rng rng(1);
  const Tensor y = layer(x, &rng);
  int dropped = 0;
  for (Real v : y.values()) {
    if (v == 0)
      ++dropped;
    else
      ASSERT_NEAR(v, 1 / 0.75, 1e-6);
  }
  EXPECT_NEAR(dropped, 2500, 200);
  EXPECT_NE(layer(x, &rng).values(), y.values()) << "the same twice";
  EXPECT_THROW(Dropout{.p = 1}(x, &rng), std::invalid_argument);
}

// Ops whose references lie in the same file.
TEST(OpsOfLayers, AgreeWithPyTorch) {
  auto check = [](const char* name, auto op) {
    const Golden golden("layers", name);
    const Tensor x = golden.variable("x"), y = op(x);
    golden.expect("output", y);
    y.backward(golden["grad.output"]);
    golden.expect("grad.x", x.grad());
  };
  check("gelu", [](const Tensor& x) { return gelu(x); });
  check("softmax", [](const Tensor& x) { return softmax(x); });
  check("log_softmax", [](const Tensor& x) { return log_softmax(x); });
  const Indices targets(Golden("layers", "cross_entropy").integers("targets"));
  check("cross_entropy",
        [&](const Tensor& x) { return cross_entropy(x, targets); });
  check("cross_entropy_smoothed", [&](const Tensor& x) {
    return cross_entropy(x, targets, {.smoothing = Real(0.1)});
  });
}

}  // namespace
