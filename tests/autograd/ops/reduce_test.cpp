#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "autograd/ops.h"

namespace autograd {
namespace {

using Values = std::vector<Real>;

const Tensor cube() { return reshape(Tensor::arange(8), {2, 2, 2}); }

TEST(Reduce, Sums) {
  EXPECT_EQ(sum(cube()).item(), 28);
  EXPECT_EQ(sum(cube()).rank(), 0);
  EXPECT_EQ(sum(cube(), {0}).values(), (Values{4, 6, 8, 10}));
  EXPECT_EQ(sum(cube(), {-1}).values(), (Values{1, 5, 9, 13}));
  EXPECT_EQ(sum(cube(), {0, 2}).values(), (Values{10, 18}));
  EXPECT_EQ(sum(cube(), {0, 2}).shape(), (Shape{2}));
  EXPECT_EQ(sum(cube(), {0, 2}, true).shape(), (Shape{1, 2, 1}));
  EXPECT_EQ(sum(transpose(cube(), 0, 2), {0}).values(), (Values{1, 9, 5, 13}));
  EXPECT_THROW(sum(cube(), {3}), std::invalid_argument);
}

TEST(Reduce, SumsOfNothingAreZero) {
  EXPECT_EQ(sum(Tensor::zeros({0})).item(), 0);
  EXPECT_EQ(sum(Tensor::zeros({2, 0}), {1}).values(), (Values{0, 0}));
  EXPECT_EQ(sum(Tensor::zeros({0, 2}), {1}).shape(), Shape{0});
}

TEST(Reduce, Means) {
  EXPECT_EQ(mean(cube()).item(), 3.5);
  EXPECT_EQ(mean(cube(), {1}).values(), (Values{1, 2, 5, 6}));
  EXPECT_TRUE(std::isnan(mean(Tensor::zeros({0})).item()));
}

TEST(Reduce, Variances) {
  const Tensor x = Tensor::from({4}, {1, 2, 3, 6});
  EXPECT_EQ(variance(x).item(), 3.5);
  EXPECT_NEAR(variance(x, {}, false, 1).item(), 14. / 3, 1e-6);
  EXPECT_EQ(variance(cube(), {0}, true).shape(), (Shape{1, 2, 2}));
  EXPECT_EQ(variance(cube(), {0}).values(), (Values{4, 4, 4, 4}));
}

TEST(Reduce, Maxima) {
  EXPECT_EQ(max(cube()).item(), 7);
  EXPECT_EQ(max(-cube(), {0, 1}).values(), (Values{0, -1}));
  EXPECT_THROW(max(Tensor::zeros({0})), std::invalid_argument);
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  EXPECT_TRUE(std::isnan(max(Tensor::from({3}, {1, nan, 2})).item()));
  Tensor x = Tensor::from({4}, {5, 1, 5, 2}).requires_grad(true);
  max(x).backward();
  EXPECT_EQ(x.grad().values(), (Values{0.5, 0, 0.5, 0}));
}

TEST(Reduce, LongSumsAreAccurate) {
  EXPECT_EQ(sum(Tensor::ones({1 << 20})).item(), 1 << 20);
  EXPECT_EQ(sum(Tensor::ones({1 << 12, 1 << 8}), {0}).at({3}), 1 << 12);
}

}  // namespace
}  // namespace autograd
