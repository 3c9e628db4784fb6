#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "autograd/ops.h"
#include "tests/support/expect.h"

namespace autograd {
namespace {

using tests::expect_near;

using Values = std::vector<Real>;
constexpr Real infinity = std::numeric_limits<Real>::infinity();
constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();

const Real log2 = Real(0.69314718056);

TEST(Softmax, ByHand) {
  const Tensor x = Tensor::from({2, 2}, {0, log2, 1, 1});
  expect_near(softmax(x), {1. / 3, 2. / 3, 0.5, 0.5});
  expect_near(log_softmax(x), {-1.098612, -0.405465, -log2, -log2});
  expect_near(logsumexp(x), {1.098612, 1.693147});
  expect_near(softmax(transpose(x), 0), {1. / 3, 0.5, 2. / 3, 0.5});
  EXPECT_EQ(logsumexp(x, 0).shape(), Shape{2});
}

TEST(Softmax, DoesNotOverflow) {
  const Tensor x = Tensor::from({1, 3}, {1000, 1000, -1000});
  expect_near(softmax(x), {0.5, 0.5, 0});
  EXPECT_NEAR(logsumexp(x).item(), 1000 + log2, 1e-4);
}

TEST(Softmax, AMaskedElementHasNoWeightAndNoGradient) {
  Tensor x = Tensor::from({2, 2}, {1, -infinity, -infinity, -infinity});
  x.requires_grad(true);
  const Tensor y = softmax(x);
  EXPECT_EQ(y.values(), (Values{1, 0, 0, 0}));
  y.backward(Tensor::from({2, 2}, {1, nan, nan, infinity}));
  EXPECT_EQ(x.grad().values(), (Values{0, 0, 0, 0}));
}

TEST(Softmax, RefusesAnAxisThatIsNotThere) {
  EXPECT_THROW(softmax(Tensor(1)), std::invalid_argument);
  EXPECT_THROW(softmax(Tensor::ones({2}), 1), std::invalid_argument);
  EXPECT_THROW(log_softmax(Tensor::ones({2}), -2), std::invalid_argument);
  EXPECT_THROW(logsumexp(Tensor(1)), std::invalid_argument);
}

TEST(Sparsemax, ByHand) {
  // Sorted 1.1, 0.9, -0.5: 1 + 2 * 0.9 > 2 but 1 - 3 * 0.5 < 1.5, so two are
  // in the support and tau = (2 - 1) / 2.
  const Tensor x = Tensor::from({2, 3}, {0.9, -0.5, 1.1, 3, 1, 1});
  expect_near(sparsemax(x), {0.4, 0, 0.6, 1, 0, 0});
  expect_near(sparsemax(transpose(x), 0), {0.4, 1, 0, 0, 0.6, 0});
  EXPECT_EQ(sparsemax(Tensor::full({1, 4}, -7)).values(), Values(4, 0.25));
  EXPECT_THROW(sparsemax(Tensor(1)), std::invalid_argument);
}

TEST(Sparsemax, SendsBackOverItsSupport) {
  Tensor x = Tensor::from({2, 3}, {0.9, -0.5, 1.1, 3, 1, 1});
  x.requires_grad(true);
  sparsemax(x).backward(Tensor::from({2, 3}, {1, 100, 4, 5, nan, infinity}));
  EXPECT_EQ(x.grad().values(), (Values{-1.5, 0, 1.5, 0, 0, 0}));
}

TEST(Sparsemax, AMaskedElementHasNoWeightAndNoGradient) {
  Tensor x = Tensor::from({2, 2}, {1, -infinity, -infinity, -infinity});
  x.requires_grad(true);
  const Tensor y = sparsemax(x);
  EXPECT_EQ(y.values(), (Values{1, 0, 0, 0}));
  y.backward(Tensor::from({2, 2}, {1, nan, nan, infinity}));
  EXPECT_EQ(x.grad().values(), (Values{0, 0, 0, 0}));
  for (Real bad : {nan, infinity})
    for (Real y : sparsemax(Tensor::from({3}, {1, bad, 2})).values())
      EXPECT_TRUE(std::isnan(y));
}

// tau by halving: what is above it must sum to 1.
TEST(Sparsemax, IsTheThresholdThatSumsToOne) {
  Rng rng(4);
  for (int n : {1, 2, 7, 8, 9, 15, 16, 17, 33, 513}) {
    const Values x = Tensor::normal({n}, 5, 1, rng).values();
    double low = x[0] - 1, high = x[0];
    for (Real v : x) {
      low = std::max<double>(low, v - 1);
      high = std::max<double>(high, v);
    }
    for (int i = 0; i < 60; ++i) {
      const double tau = (low + high) / 2;
      double total = 0;
      for (Real v : x) total += std::max(v - tau, 0.0);
      (total > 1 ? low : high) = tau;
    }
    std::vector<double> wanted;
    for (Real v : x) wanted.push_back(std::max(v - low, 0.0));
    expect_near(sparsemax(Tensor::from({n}, x)), wanted);
  }
}

TEST(CrossEntropy, ByHand) {
  Tensor x = Tensor::from({3, 2}, {0, log2, 1, 1, 5, 7}).requires_grad(true);
  const Indices targets({1, 0, -100});
  const Tensor loss = cross_entropy(x, targets);
  EXPECT_NEAR(loss.item(), (0.405465 + 0.693147) / 2, 1e-6);
  loss.backward();
  expect_near(x.grad(), {1. / 6, -1. / 6, -0.25, 0.25, 0, 0});
}

TEST(CrossEntropy, SmoothsLabels) {
  const Tensor x = Tensor::from({1, 2}, {0, log2});
  // 0.9 of the weight on the target and 0.1 spread over both.
  EXPECT_NEAR(cross_entropy(x, Indices({1}), {.smoothing = Real(0.1)}).item(),
              0.95 * 0.405465 + 0.05 * 1.098612, 1e-6);
}

TEST(CrossEntropy, OfNothingIsZero) {
  Tensor x = Tensor::ones({2, 3}).requires_grad(true);
  const Tensor loss = cross_entropy(x, Indices({-1, -1}), {.ignored = -1});
  EXPECT_EQ(loss.item(), 0);
  loss.backward();
  EXPECT_EQ(x.grad().values(), Values(6, 0));
}

// What the first backward pass hands on is not there for a second one.
TEST(CrossEntropy, GoesBackTwice) {
  for (Real dy : {Real(1), Real(3)}) {
    Tensor x = Tensor::from({2, 2}, {0, log2, 1, 1}).requires_grad(true);
    const Tensor loss = cross_entropy(x, Indices({1, 0}));
    loss.backward(Tensor(dy), true);
    const Tensor first = x.grad().clone();
    expect_near(first, {dy / 6., -dy / 6., -dy / 4., dy / 4.});
    loss.backward(Tensor(dy));
    EXPECT_EQ(x.grad().values(), (first + first).values());
  }
}

TEST(CrossEntropy, AddsToTheGradientThatIsThere) {
  Tensor x = Tensor::from({1, 2}, {0, log2}).requires_grad(true);
  const Indices one({1});
  const Tensor twice = cross_entropy(x, one) + 2 * cross_entropy(x, one);
  (twice + sum(x)).backward();
  expect_near(x.grad(), {2, 0});
  x.zero_grad();
  cross_entropy(x, one).backward();
  expect_near(x.grad(), {1. / 3, -1. / 3});
}

// Only a whole, row-major value can take over what the loss has made.
TEST(CrossEntropy, ReachesLogitsThroughAnyWindow) {
  Tensor x = Tensor::from({2, 3}, {0, 1, log2, 1, 5, 1}).requires_grad(true);
  const Tensor every_second =
      reshape(x, {3, 2}).window({2, 2}, {3, 2}, 0);  // columns 0 and 2
  cross_entropy(every_second, Indices({1, 0})).backward();
  expect_near(x.grad(), {1. / 6, 0, -1. / 6, -0.25, 0, 0.25});
  x.zero_grad();
  cross_entropy(transpose(x), Indices({0, 0, 0})).backward();
  const double p = 1 / (1 + std::exp(1.)), q = 1 / (1 + std::exp(-4.)),
               r = 1 / (1 + std::exp(0.30685282));
  expect_near(x.grad(), {(p - 1) / 3, -q / 3, (r - 1) / 3, (1 - p) / 3, q / 3,
                         (1 - r) / 3});
  x.zero_grad();
  cross_entropy(expand(slice(x, 0, 0, 1), {4, 3}), Indices({0, 1, 2, -100}))
      .backward();
  EXPECT_EQ(x.grad().shape(), (Shape{2, 3}));
  EXPECT_EQ(x.grad().at({1, 0}), 0);
  EXPECT_NEAR(sum(x.grad()).item(), 0, 1e-6);
}

TEST(CrossEntropy, RefusesWhatDoesNotFit) {
  const Tensor x = Tensor::ones({2, 3});
  EXPECT_THROW(cross_entropy(x, Indices({0})), std::invalid_argument);
  EXPECT_THROW(cross_entropy(x, Indices({0, 3})), std::invalid_argument);
  EXPECT_THROW(cross_entropy(x, Indices({0, -1})), std::invalid_argument);
  EXPECT_THROW(cross_entropy(x, Indices({0, 1}), {.smoothing = 2}),
               std::invalid_argument);
}

TEST(LayerNorm, ByHand) {
  const Tensor x = Tensor::from({2, 2}, {1, 3, 10, 10});
  const Tensor weight = Tensor::from({2}, {2, 1}),
               bias = Tensor::from({2}, {0, 5});
  expect_near(layer_norm(x, weight, bias, Real(1e-12)), {-2, 6, 0, 5});
  EXPECT_THROW(layer_norm(x, Tensor::ones({3}), bias), std::invalid_argument);
  EXPECT_THROW(layer_norm(Tensor(1), weight, bias), std::invalid_argument);
}

TEST(LayerNorm, IsItsComposition) {
  Rng rng(1);
  const Tensor x = Tensor::normal({5, 33}, 3, 2, rng);
  const Tensor ones = Tensor::ones({33}), zeros = Tensor::zeros({33});
  const Tensor plain =
      (x - mean(x, {-1}, true)) / sqrt(variance(x, {-1}, true) + Real(1e-5));
  const Values got = layer_norm(x, ones, zeros).values();
  const Values expected = plain.values();
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], 1e-5);
}

TEST(RmsNorm, ByHand) {
  // Mean squares 25 and 4.
  const Tensor x = Tensor::from({2, 2}, {1, 7, 2, -2});
  const Tensor weight = Tensor::from({2}, {2, 1});
  expect_near(rms_norm(x, weight, Real(1e-12)), {0.4, 1.4, 2, -1});
  expect_near(rms_norm(Tensor::zeros({1, 2}), weight), {0, 0});
  EXPECT_THROW(rms_norm(x, Tensor::ones({3})), std::invalid_argument);
  EXPECT_THROW(rms_norm(Tensor(1), weight), std::invalid_argument);
}

TEST(RmsNorm, IsItsComposition) {
  Rng rng(1);
  Tensor x = Tensor::normal({40, 33}, 3, 2, rng).requires_grad(true);
  Tensor weight = Tensor::normal({33}, 1, 1, rng).requires_grad(true);
  const Tensor dy = Tensor::normal({40, 33}, 0, 1, rng);
  const auto run = [&](const Tensor& y) {
    x.zero_grad();
    weight.zero_grad();
    y.backward(dy);
    std::vector<Values> all = {y.values(), x.grad().values(),
                               weight.grad().values()};
    return all;
  };
  const auto got = run(rms_norm(x, weight)),
             expected =
                 run(x / sqrt(mean(x * x, {-1}, true) + Real(1e-5)) * weight);
  for (std::size_t j = 0; j < 3; ++j)
    for (std::size_t i = 0; i < got[j].size(); ++i)
      EXPECT_NEAR(got[j][i], expected[j][i], 1e-4) << j << " at " << i;
}

// A leaf that wants no gradient changes nothing for the others.
TEST(LayerNorm, MakesTheGradientsThatAreWanted) {
  Rng rng(2);
  const Tensor x = Tensor::normal({40, 33}, 3, 2, rng);
  const Tensor weight = Tensor::normal({33}, 1, 1, rng);
  const Tensor dy = Tensor::normal({40, 33}, 0, 1, rng);
  const auto gradients = [&](std::array<bool, 3> wanted) {
    std::array<Tensor, 3> in = {x.clone(), weight.clone(), Tensor::ones({33})};
    for (int i = 0; i < 3; ++i) in[i].requires_grad(wanted[i]);
    layer_norm(in[0], in[1], in[2]).backward(dy);
    std::array<Values, 3> result;
    for (int i = 0; i < 3; ++i)
      if (wanted[i]) result[i] = in[i].grad().values();
    return result;
  };
  const auto all = gradients({true, true, true});
  for (int mask = 1; mask < 7; ++mask) {
    const std::array<bool, 3> wanted = {bool(mask & 1), bool(mask & 2),
                                        bool(mask & 4)};
    const auto some = gradients(wanted);
    for (int i = 0; i < 3; ++i)
      if (wanted[i]) {
        EXPECT_EQ(some[i], all[i]) << mask << ", input " << i;
      }
  }
}

}  // namespace
}  // namespace autograd
