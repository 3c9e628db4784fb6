#include "attention/align.h"

#include <gtest/gtest.h>

#include <cmath>
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
