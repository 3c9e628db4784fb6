#include "attention/align.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "attention/read.h"
#include "autograd/ops.h"
#include "tests/support/expect.h"

namespace attention {
namespace {

using tests::expect_near;

using autograd::Real;

TEST(Softmax, WorkedByHand) {
  // exp of ln 1, ln 2, ln 5 over 8; without the second over 6
  const Real ln2 = std::log(Real(2)), ln5 = std::log(Real(5));
  const Tensor e = Tensor::from({1, 1, 3}, {0, ln2, ln5});
  expect_near(Softmax()(e, {}, {}), {Real(0.125), Real(0.25), Real(0.625)});
  const Mask mask(Tensor::from({1, 1, 3}, {1, 0, 1}));
  expect_near(Softmax()(e, mask, {}), {Real(1) / 6, 0, Real(5) / 6});
}

TEST(Softmax, ARowOfHiddenKeysIsZero) {
  Tensor e = Tensor::from({2, 1, 2}, {1, 2, 3, 4});
  e.requires_grad(true);
  const Tensor weights = Softmax()(e, Mask::padding({0, 1}, 2), {});
  EXPECT_EQ(weights.values(), (std::vector<Real>{0, 0, 1, 0}));
  weights.backward(Tensor::from({2, 1, 2}, {1, 2, 3, 4}));
  EXPECT_EQ(e.grad().values(), std::vector<Real>(4));
}

TEST(Softmax, ATemperatureDividesTheScores) {
  const Tensor e = Tensor::from({1, 1, 2}, {0, std::log(Real(2))});
  Softmax align;
  align.temperature = Real(0.5);
  expect_near(align(e, {}, {}), {0.2, 0.8});
  autograd::AttentionOptions options;
  options.scale = 3;
  options.slopes = {1};
  EXPECT_TRUE(align.stream({}, options));
  EXPECT_EQ(options.scale, 6);
  EXPECT_EQ(options.slopes[0], 2);
  align.temperature = 0;
  EXPECT_THROW(align(e, {}, {}), std::invalid_argument);
}

TEST(SigmoidGate, WorkedByHand) {
  const Tensor e = Tensor::from({1, 1, 3}, {0, 100, std::log(Real(3))});
  expect_near(SigmoidGate()(e, {}, {}), {0.5, 1, 0.75});
  const Mask mask(Tensor::from({1, 1, 3}, {1, 0, 1}));
  expect_near(SigmoidGate()(e, mask, {}), {0.5, 0, 0.75});
}

TEST(Sparsemax, WorkedByHand) {
  const Tensor e = Tensor::from({1, 1, 3}, {0.9, -0.5, 1.1});
  expect_near(Sparsemax()(e, {}, {}), {0.4, 0, 0.6});
  const Mask mask(Tensor::from({1, 1, 3}, {1, 1, 0}));
  expect_near(Sparsemax()(e, mask, {}), {1, 0, 0});
  EXPECT_EQ(Sparsemax()(e, Mask::padding({0}, 3), {}).values(),
            std::vector<Real>(3));
}

TEST(Expectation, WorkedByHand) {
  const Tensor values = Tensor::from({1, 3, 3}, {5, 0, 1, 0, 1, 1, 1, 1, 0});
  // What divides the scores 60, 15, 15 by 100 is no distribution; by their
  // sum 90 it is one.
  const Tensor hundredths =
      Tensor::from({1, 1, 3}, {Real(0.6), Real(0.15), Real(0.15)});
  expect_near(Expectation()(hundredths, values, {}),
              {Real(3.15), Real(0.3), Real(0.75)});
  const Tensor shares =
      Tensor::from({1, 1, 3}, {Real(2) / 3, Real(1) / 6, Real(1) / 6});
  expect_near(Expectation()(shares, values, {}),
              {Real(3.5), Real(1) / 3, Real(5) / 6});
}

}  // namespace
}  // namespace attention
