#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "answer.h"

namespace {

// The softmax of as many scores as are given.
std::vector<double> of(const std::vector<double>& scores) {
  auto weights = exercise::softmax(scores);
  EXPECT_EQ(weights.size(), scores.size()) << "one weight for each score";
  weights.resize(scores.size(), -1);
  return weights;
}

TEST(Overflow, TwoLargeScores) {
  const auto w = of({1000, 1001});
  EXPECT_NEAR(w[1], 1 / (1 + std::exp(-1)), 1e-12)
      << "exp(1000) is infinite, and infinity over infinity is no number";
  EXPECT_NEAR(w[0] + w[1], 1, 1e-12) << "weights sum to one";
}

TEST(Overflow, TwoVeryNegativeScores) {
  const auto w = of({-1001, -1000});
  EXPECT_NEAR(w[1], 1 / (1 + std::exp(-1)), 1e-12)
      << "exp(-1000) is 0, and 0 over 0 is no number";
}

TEST(Overflow, AWideGap) {
  const auto w = of({0, 2000, -2000});
  EXPECT_EQ(w[0], 0.0) << "2000 below the best is exactly 0 in a double";
  EXPECT_EQ(w[1], 1.0) << "2000 above the rest is exactly 1 in a double";
  EXPECT_EQ(w[2], 0.0) << "4000 below the best is exactly 0 in a double";
}

TEST(Overflow, OnlyDifferencesCount) {
  const auto low = of({1, 2, 3}), high = of({801, 802, 803}),
             middle = of({1e5 + 1, 1e5 + 2, 1e5 + 3});
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(low[i], high[i], 1e-12)
        << "the same number added to all scores changes no weight";
    EXPECT_NEAR(low[i], middle[i], 1e-9)
        << "nor does a very large one: do not cut scores off";
  }
  EXPECT_NEAR(low[2], 0.6652409557748219, 1e-12) << "the softmax of 1, 2, 3";
}

TEST(Overflow, TheFirstScoreIsNothingSpecial) {
  const auto w = of({-800, 5, 4});
  EXPECT_NEAR(w[1], 1 / (1 + std::exp(-1)), 1e-12)
      << "805 above the first score is still a fair competition with 4";
  EXPECT_NEAR(of({5, 4, -800, 900})[3], 1, 1e-12)
      << "the last score may be the largest";
}

TEST(Overflow, AnyRowSumsToOne) {
  const auto w = of({500, 800, -900, 799.5, 0});
  EXPECT_NEAR(std::accumulate(w.begin(), w.end(), 0.0), 1, 1e-12)
      << "large and small scores together, and still one whole";
}

TEST(Overflow, OneScoreAndNone) {
  EXPECT_EQ(of({5000})[0], 1.0) << "alone, it takes everything";
  EXPECT_EQ(of({-5000})[0], 1.0) << "alone, it takes everything";
  of({});
}

}  // namespace
