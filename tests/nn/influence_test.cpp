#include "nn/influence.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "autograd/ops.h"

namespace {

using autograd::Tensor;
using nn::gini;
using nn::influence;

// y = [3 x_0, 4 x_0 + 2 x_1] in sentence 0, nothing of x_0 in sentence 1.
TEST(Influence, IsTheSizeOfTheDerivativesByHand) {
  Tensor x = Tensor::ones({2, 3, 1});
  x.requires_grad(true);
  const Tensor first = Tensor::from({2, 3, 1}, {3, 0, 0, 0, 0, 0});
  const Tensor second = Tensor::from({2, 3, 1}, {4, 2, 0, 0, 6, 0});
  const Tensor y = autograd::concat({sum(x * first, {1}), sum(x * second, {1})},
                                    1);  // [2, 2]
  const std::vector<double> sizes = influence(y, x);
  ASSERT_EQ(sizes.size(), 3u);
  EXPECT_DOUBLE_EQ(sizes[0], 2.5);  // (sqrt(9 + 16) + 0) / 2
  EXPECT_DOUBLE_EQ(sizes[1], 4);    // (2 + 6) / 2
  EXPECT_EQ(sizes[2], 0);
}

// All derivatives by a vector count, and the gradient is left empty.
TEST(Influence, TakesAllNumbersOfAnInput) {
  Tensor x = Tensor::ones({1, 1, 3});
  x.requires_grad(true);
  const Tensor y = select(x * Tensor::from({3}, {1, 2, 2}), 1, 0);  // [1, 3]
  EXPECT_DOUBLE_EQ(influence(y, x)[0], 3);
  EXPECT_FALSE(x.has_grad());
}

TEST(Influence, RefusesWhatDoesNotFit) {
  Tensor x = Tensor::ones({2, 3, 1});
  x.requires_grad(true);
  EXPECT_THROW(influence(x * 2, x), std::invalid_argument);
  EXPECT_THROW(influence(slice(sum(x, {2}), 0, 0, 1), x),
               std::invalid_argument);
}

TEST(Gini, ByHand) {
  EXPECT_DOUBLE_EQ(gini({2, 2, 2, 2}), 0);
  EXPECT_DOUBLE_EQ(gini({0, 0, 5, 0}), 0.75);
  EXPECT_DOUBLE_EQ(gini({3, 1}), 0.25);  // 2 (1 + 6) / 8 - 3/2
  EXPECT_DOUBLE_EQ(gini({1, 3}), 0.25);  // in any order
  EXPECT_THROW(gini({}), std::invalid_argument);
  EXPECT_THROW(gini({0, 0}), std::invalid_argument);
  EXPECT_THROW(gini({-1, 2}), std::invalid_argument);
}

}  // namespace
