#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "autograd/ops.h"
#include "tests/support/expect.h"

namespace autograd {
namespace {

using tests::expect_near;

using Values = std::vector<Real>;
constexpr Real infinity = std::numeric_limits<Real>::infinity();
constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();

Tensor row(const Values& values) {
  return Tensor::from({static_cast<int>(values.size())}, values);
}

TEST(Elementwise, Arithmetic) {
  const Tensor a = row({6, -4}), b = row({3, 2});
  EXPECT_EQ((a + b).values(), (Values{9, -2}));
  EXPECT_EQ((a - b).values(), (Values{3, -6}));
  EXPECT_EQ((a * b).values(), (Values{18, -8}));
  EXPECT_EQ((a / b).values(), (Values{2, -2}));
  EXPECT_EQ((-a).values(), (Values{-6, 4}));
  EXPECT_EQ((1 - a * 2).values(), (Values{-11, 9}));
  EXPECT_EQ(maximum(a, row({7, -5})).values(), (Values{7, -4}));
  EXPECT_EQ(relu(a).values(), (Values{6, 0}));
}

TEST(Elementwise, Functions) {
  const Tensor x = row({0, 1, -2});
  expect_near(exp(x), {1, 2.718282, 0.135335});
  expect_near(tanh(x), {0, 0.761594, -0.964028});
  expect_near(sigmoid(x), {0.5, 0.731059, 0.119203});
  expect_near(gelu(x), {0, 0.841192, -0.045402});
  expect_near(silu(x), {0, 0.731059, -0.238406});
  expect_near(silu(row({1000, -1000})), {1000, 0});
  expect_near(log(row({1, 2, 10})), {0, 0.693147, 2.302585});
  EXPECT_EQ(sqrt(row({0, 9, 2.25})).values(), (Values{0, 3, 1.5}));
}

TEST(Elementwise, Powers) {
  const Tensor x = row({2, -3, 0});
  EXPECT_EQ(pow(x, 2).values(), (Values{4, 9, 0}));
  EXPECT_EQ(pow(x, 3).values(), (Values{8, -27, 0}));
  EXPECT_EQ(pow(x, 0).values(), (Values{1, 1, 1}));
  EXPECT_EQ(pow(row({2, 4}), -1).values(), (Values{0.5, 0.25}));
  expect_near(pow(row({4, 9}), Real(1.5)), {8, 27});
  EXPECT_THROW(pow(x, 5000), std::invalid_argument);
}

TEST(Elementwise, BroadcastsAsNumPy) {
  const Tensor a = Tensor::from({2, 1}, {10, 20}), b = row({1, 2, 3});
  EXPECT_EQ((a + b).shape(), (Shape{2, 3}));
  EXPECT_EQ((a + b).values(), (Values{11, 12, 13, 21, 22, 23}));
  EXPECT_EQ((b + Tensor::zeros({0, 1})).shape(), (Shape{0, 3}));
  EXPECT_EQ((b * Tensor(2)).values(), (Values{2, 4, 6}));
  EXPECT_THROW(b + row({1, 2}), std::invalid_argument);
}

TEST(Elementwise, KinksByDefinition) {
  Tensor x = row({0, -1, 1}).requires_grad(true);
  sum(relu(x)).backward();
  EXPECT_EQ(x.grad().values(), (Values{0, 0, 1}));
  Tensor a = row({1, 2}).requires_grad(true), b = row({1, 3});
  b.requires_grad(true);
  sum(maximum(a, b)).backward();
  EXPECT_EQ(a.grad().values(), (Values{0.5, 0}));
  EXPECT_EQ(b.grad().values(), (Values{0.5, 1}));
}

TEST(Elementwise, WhatWhereDoesNotChooseGetsNoGradient) {
  const Tensor mask = row({1, 0, 1});
  Tensor a = row({1, nan, 3}).requires_grad(true);
  Tensor b = row({infinity, 5, nan}).requires_grad(true);
  const Tensor y = where(mask, a, b * 2);
  EXPECT_EQ(y.values(), (Values{1, 10, 3}));
  sum(y * y).backward();
  EXPECT_EQ(a.grad().values(), (Values{2, 0, 6}));
  EXPECT_EQ(b.grad().values(), (Values{0, 40, 0}));
}

// What is this large is streamed.
TEST(Elementwise, LargeTensorsHaveTheBitsOfSmallOnes) {
  const int piece = 1 << 20, size = 4 * piece + 37;
  Rng rng(1);
  Tensor x = Tensor::uniform({size}, -3, 3, rng).requires_grad(true);
  const Tensor y = tanh(x);
  y.backward(x.detach());
  for (int begin = 0; begin < size; begin += piece) {
    const int end = std::min(begin + piece, size);
    Tensor part = slice(x, 0, begin, end).clone().requires_grad(true);
    const Tensor z = tanh(part);
    z.backward(part.detach());
    ASSERT_EQ(slice(y, 0, begin, end).values(), z.values());
    ASSERT_EQ(slice(x.grad(), 0, begin, end).values(), part.grad().values());
  }
}

TEST(Elementwise, MaskedFill) {
  const Tensor x = Tensor::from({2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(masked_fill(x, row({0, 1}), -infinity).values(),
            (Values{1, -infinity, 3, -infinity}));
}

}  // namespace
}  // namespace autograd
