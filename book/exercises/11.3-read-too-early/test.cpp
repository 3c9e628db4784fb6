#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Numbers;
using exercise::read;
using exercise::Read;

TEST(ReadTooEarly, EqualScoresReadTheMean) {
  const Read r = read({3, 3}, {{10, 0}, {20, 4}});
  ASSERT_EQ(r.context.size(), 2u) << "as wide as a value";
  EXPECT_NEAR(r.context[0], 15, 1e-12) << "half of each";
  EXPECT_NEAR(r.context[1], 2, 1e-12) << "half of each";
  EXPECT_NEAR(r.weights.at(0), 0.5, 1e-12) << "and the weights say so";
}

TEST(ReadTooEarly, ByHand) {
  const double a = std::exp(1), b = std::exp(2);
  EXPECT_NEAR(read({1, 2}, {{10}, {20}}).context.at(0),
              (10 * a + 20 * b) / (a + b), 1e-12)
      << "the values in the shares of the softmax";
}

TEST(ReadTooEarly, OneSlotIsItsValue) {
  for (const double score : {-2.0, 0.0, 5.0})
    EXPECT_NEAR(read({score}, {{7}}).context.at(0), 7, 1e-12)
        << "whatever its score, here " << score;
}

TEST(ReadTooEarly, NegativeScores) {
  const Read r = read({-6, 0, -6}, {{10}, {20}, {30}});
  EXPECT_NEAR(r.context.at(0), 20, 1e-9) << "a score below 0 has a weight too";
}

TEST(ReadTooEarly, ScoresThatSumToZero) {
  const double a = std::exp(1), b = std::exp(-1);
  EXPECT_NEAR(read({1, -1}, {{10}, {20}}).context.at(0),
              (10 * a + 20 * b) / (a + b), 1e-12)
      << "nothing is divided by the sum of scores";
}

TEST(ReadTooEarly, ANumberForAllChangesNothing) {
  const std::vector<Numbers> values = {{10}, {20}, {40}};
  const double wanted = read({0, 1, 2}, values).context.at(0);
  for (const double more : {-300.0, 5.0, 1000.0}) {
    const Read r = read({more, 1 + more, 2 + more}, values);
    EXPECT_NEAR(r.context.at(0), wanted, 1e-9)
        << "softmax cares for differences only; all scores have " << more
        << " more";
  }
}

TEST(ReadTooEarly, TheContextIsWhatTheWeightsSay) {
  const std::vector<Numbers> values = {{1, -3}, {0, 5}, {8, 2}};
  const Read r = read({0.3, -1.2, 0.9}, values);
  ASSERT_EQ(r.weights.size(), 3u) << "a weight for each slot";
  EXPECT_NEAR(r.weights[0] + r.weights[1] + r.weights[2], 1, 1e-12)
      << "shares sum to one";
  for (std::size_t e = 0; e < 2; ++e) {
    double mean = 0;
    for (std::size_t s = 0; s < 3; ++s) mean += r.weights[s] * values[s][e];
    EXPECT_NEAR(r.context.at(e), mean, 1e-12)
        << "a picture of the weights must show what was read";
  }
}

}  // namespace
