#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "answer.h"

namespace {

using exercise::Rows;
using Numbers = std::vector<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Rows weights(const Rows& scores) {
  Rows w = exercise::causal_weights(scores);
  EXPECT_EQ(w.size(), scores.size()) << "a row for each query";
  w.resize(scores.size());
  for (std::size_t t = 0; t < w.size(); ++t) w[t].resize(scores[t].size(), nan);
  return w;
}

const Rows three = {{0.3, 2, -1}, {1, 0.7, 3}, {0.1, -2, 0.4}};

TEST(FutureLeak, TheFirstReadsItself) {
  EXPECT_EQ(weights(three)[0], (Numbers{1, 0, 0}))
      << "there is nothing before it, and the next word is hidden";
}

TEST(FutureLeak, ZeroBehind) {
  const Rows w = weights(three);
  EXPECT_EQ(w[1][2], 0.0) << "word 2 is what word 1 is to guess";
  EXPECT_NEAR(w[1][0], 1 / (1 + std::exp(-0.3)), 1e-12)
      << "the softmax of the two that are seen";
}

TEST(FutureLeak, RowsSumToOne) {
  const Rows w = weights(three);
  EXPECT_EQ(w[0][1], 0.0) << "hidden is zero";
  for (const Numbers& row : w)
    EXPECT_NEAR(row[0] + row[1] + row[2], 1, 1e-12)
        << "hide first, normalise afterwards";
}

TEST(FutureLeak, TheFutureChangesNoBit) {
  const Rows before = weights(three);
  for (const double anything : {50.0, -3.7, 1e300, infinity, nan}) {
    Rows other = three;
    other[0][1] = other[0][2] = other[1][2] = anything;
    const Rows after = weights(other);
    EXPECT_EQ(after[0], before[0]) << "a score behind has changed the past";
    EXPECT_EQ(after[1], before[1]) << "a score behind has changed the past";
  }
}

TEST(FutureLeak, TheLastTwoAsk) {
  const Rows w = weights({{1, 2, 0.5, 4}, {1, 1, 1, 1}});
  EXPECT_EQ(w[0][3], 0.0) << "query 0 is the third of four words";
  EXPECT_NEAR(w[0][1] / w[0][0], std::exp(1), 1e-9) << "it sees three words";
  EXPECT_EQ(w[1], Numbers(4, 0.25)) << "the last word sees all";
}

TEST(FutureLeak, WordByWord) {
  const Rows all = weights(three);
  for (std::size_t t = 0; t < 3; ++t) {
    const Numbers row(three[t].begin(),
                      three[t].begin() + std::ptrdiff_t(t + 1));
    const Rows alone = weights({row});
    for (std::size_t s = 0; s <= t; ++s)
      EXPECT_EQ(alone[0][s], all[t][s])
          << "asked alone, when it is the last, it reads the same";
  }
}

TEST(FutureLeak, LargeScores) {
  const Rows w = weights({{-1000, 5, 5}, {1000, 1000, 5}, {0, 1000, 1000}});
  EXPECT_EQ(w[0][0], 1.0) << "exp(-1000) is 0, and 0 / 0 is no weight";
  EXPECT_NEAR(w[1][0], 0.5, 1e-12) << "exp(1000) is infinite";
}

}  // namespace
