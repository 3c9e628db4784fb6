#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "answer.h"

namespace {

using Numbers = std::vector<double>;

Numbers of(const Numbers& scores, const std::vector<bool>& visible) {
  Numbers w = exercise::masked_softmax(scores, visible);
  EXPECT_EQ(w.size(), scores.size()) << "a weight for every score";
  w.resize(scores.size(), NAN);
  return w;
}

TEST(PaddingWeight, HiddenIsExactlyZero) {
  const auto w = of({1, 2, 3}, {true, true, false});
  EXPECT_EQ(w[2], 0.0) << "not small: zero";
  EXPECT_NEAR(w[1], 1 / (1 + std::exp(-1)), 1e-12) << "the softmax of 1 and 2";
}

TEST(PaddingWeight, VisibleOnesSumToOne) {
  const auto w = of({-5, -5, 4, 4, 4}, {true, true, false, false, false});
  EXPECT_NEAR(w[0] + w[1], 1, 1e-12) << "hide first, then divide by the sum";
  EXPECT_NEAR(w[0], 0.5, 1e-12) << "two equal scores share it all";
}

TEST(PaddingWeight, MorePaddingChangesNothing) {
  const auto narrow = of({-3, -1, 0}, {true, true, false}),
             wide = of({-3, -1, 0, 0, 0, 0},
                       {true, true, false, false, false, false});
  EXPECT_EQ(narrow[0], wide[0]) << "the batch is wider, the sentence the same";
  EXPECT_NEAR(wide[1], 1 / (1 + std::exp(-2)), 1e-12) << "softmax of -3 and -1";
}

TEST(PaddingWeight, AHugeHiddenScore) {
  const auto w = of({1, 1, 1e6}, {true, true, false});
  EXPECT_NEAR(w[0], 0.5, 1e-12)
      << "the hidden score is still the largest, and everything else vanishes";
}

TEST(PaddingWeight, HiddenScoresMayBeAnything) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (double anything : {infinity, -infinity, double(NAN)}) {
    const auto w = of({-2, anything, -2}, {true, false, true});
    EXPECT_EQ(w[1], 0.0) << "0 times " << anything << " is no number";
    EXPECT_NEAR(w[0], 0.5, 1e-12) << "the others do not see it";
  }
}

TEST(PaddingWeight, VeryNegativeScoresStillCount) {
  const auto w = of({-1e10, -1e10, 0}, {true, true, false});
  EXPECT_NEAR(w[0], 0.5, 1e-12)
      << "hidden is lower than any score, not lower than most";
  EXPECT_EQ(w[2], 0.0) << "not small: zero";
}

TEST(PaddingWeight, LargeScoresDoNotOverflow) {
  const auto w = of({1000, 1001, 0}, {true, true, false});
  EXPECT_NEAR(w[1], 1 / (1 + std::exp(-1)), 1e-12) << "exp(1000) is infinite";
  EXPECT_EQ(w[2], 0.0) << "not small: zero";
  const auto v = of({-1001, -1000, 0}, {true, true, false});
  EXPECT_NEAR(v[1], 1 / (1 + std::exp(-1)), 1e-12) << "exp(-1000) is 0";
}

TEST(PaddingWeight, NothingVisible) {
  for (double w : of({3, 4}, {false, false})) {
    EXPECT_EQ(w, 0.0) << "no word is looked at; 0 / 0 is no weight";
  }
}

}  // namespace
