#include "autograd/random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace autograd {
namespace {

TEST(Rng, GivesKnownFirstValues) {
  Rng bits(42);  // as SplitMix64's authors' program gives
  EXPECT_EQ(bits.bits(), 0xbdd732262feb6e95u);
  EXPECT_EQ(bits.bits(), 0x28efe333b266f103u);
  EXPECT_EQ(bits.bits(), 0x47526757130f9f52u);
  Rng uniform(1);
  EXPECT_EQ(uniform.uniform(), 0.56656152f);
  EXPECT_EQ(uniform.uniform(), 0.74578172f);
  Rng normal(1);
  EXPECT_EQ(normal.normal(), 0.429451972f);
  EXPECT_EQ(normal.normal(), 0.456455737f);
  Rng below(1);
  for (int expected : {3, 4, 5, 2, 2, 4, 5, 3})
    EXPECT_EQ(below.below(6), expected);
}

TEST(Rng, UniformStaysInItsBounds) {
  Rng rng(2);
  Real least = 1, most = 0;
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const Real u = rng.uniform();
    least = std::min(least, u);
    most = std::max(most, u);
    sum += u;
  }
  EXPECT_GE(least, 0);
  EXPECT_LT(least, 0.001);
  EXPECT_LT(most, 1);
  EXPECT_GT(most, 0.999);
  EXPECT_NEAR(sum / 100000, 0.5, 0.005);
  for (int i = 0; i < 1000; ++i) {
    const Real u = rng.uniform(-3, 2);
    EXPECT_GE(u, -3);
    EXPECT_LT(u, 2);
  }
}

TEST(Rng, NormalHasItsMoments) {
  Rng rng(3);
  const int n = 200000;
  double moments[5] = {};
  for (int i = 0; i < n; ++i) {
    const double x = rng.normal();
    double power = 1;
    for (double& moment : moments) {
      moment += power / n;
      power *= x;
    }
  }
  EXPECT_NEAR(moments[1], 0, 0.01);
  EXPECT_NEAR(moments[2], 1, 0.01);
  EXPECT_NEAR(moments[3], 0, 0.05);
  EXPECT_NEAR(moments[4], 3, 0.1);
}

TEST(Rng, BelowHasNoBias) {
  Rng rng(4);
  // 2^32 draws fall on this many numbers 8 to 3: without rejection every third
  // number would have two of them, and the others three.
  const int n = 3 << 29;
  int third = 0;
  for (int i = 0; i < 30000; ++i) {
    const int draw = rng.below(n);
    ASSERT_GE(draw, 0);
    ASSERT_LT(draw, n);
    third += draw % 3 == 2;
  }
  EXPECT_NEAR(third, 10000, 400);
  int counts[7] = {};
  for (int i = 0; i < 70000; ++i) ++counts[rng.below(7)];
  for (int count : counts) EXPECT_NEAR(count, 10000, 400);
  EXPECT_EQ(rng.below(1), 0);
  EXPECT_THROW(rng.below(0), std::invalid_argument);
}

TEST(Rng, ShufflePermutes) {
  std::vector<int> items{0, 1, 2, 3, 4, 5, 6, 7};
  Rng rng(3);
  shuffle(items, rng);
  EXPECT_EQ(items, (std::vector<int>{2, 5, 1, 6, 7, 3, 4, 0}));
  int first[4] = {};
  for (int i = 0; i < 4000; ++i) {
    std::vector<int> four{0, 1, 2, 3};
    shuffle(four, rng);
    ++first[four[0]];
    std::sort(four.begin(), four.end());
    ASSERT_EQ(four, (std::vector<int>{0, 1, 2, 3}));
  }
  for (int count : first) EXPECT_NEAR(count, 1000, 150);
}

TEST(Rng, StateIsSavedAndRestored) {
  Rng rng(9);
  rng.normal();
  Rng copy(rng.state());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(copy.bits(), rng.bits());
}

TEST(Rng, SplitBranchesOffByOneDraw) {
  Rng rng(9), twin(9);
  Rng branch = rng.split();
  branch.bits();
  twin.bits();
  EXPECT_EQ(rng.bits(), twin.bits());
  EXPECT_NE(branch.state(), rng.state());
}

}  // namespace
}  // namespace autograd
