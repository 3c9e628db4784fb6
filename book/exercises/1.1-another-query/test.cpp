#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

#include "answer.h"

namespace {

using exercise::attend;
using exercise::Rows;

const Rows words = {{5, 0, 1}, {0, 1, 1}, {1, 1, 0}};  // Tom, chase, Jerry

TEST(AnotherQuery, TheChaptersRowAtTemperature100) {
  const auto [weights, context] =
      attend(std::vector<double>{10, 5, 10}, words, words, 100);
  ASSERT_EQ(weights.size(), 3u) << "one weight for each key";
  ASSERT_EQ(context.size(), 3u) << "the context is as wide as a value";
  EXPECT_NEAR(weights[0], 0.4395, 5e-5) << "the scores are 60, 15 and 15";
  EXPECT_NEAR(weights[1], 0.2802, 5e-5) << "the scores are 60, 15 and 15";
  EXPECT_NEAR(context[0], 2.478, 5e-4) << "5 parts of Tom and 1 of Jerry";
}

TEST(AnotherQuery, AsksForTheVerb) {
  const auto [weights, context] =
      attend(std::vector<double>{0, 5, 1}, words, words, 1);
  ASSERT_EQ(weights.size(), 3u) << "one weight for each key";
  ASSERT_EQ(context.size(), 3u) << "the context is as wide as a value";
  const double sum = std::exp(-5) + 1 + std::exp(-1);  // scores 1, 6, 5
  EXPECT_NEAR(weights[1], 1 / sum, 1e-12) << "chase scores 6, the most";
  EXPECT_NEAR(weights[2], std::exp(-1) / sum, 1e-12) << "Jerry scores 5";
  EXPECT_NEAR(context[1], (1 + std::exp(-1)) / sum, 1e-12)
      << "the second number is 1 in chase and in Jerry, 0 in Tom";
}

TEST(AnotherQuery, WeightsAreADistribution) {
  const auto weights =
      attend(std::vector<double>{-3, 2, 7}, words, words, 3).weights;
  ASSERT_EQ(weights.size(), 3u) << "one weight for each key";
  EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-12)
      << "weights sum to one, whatever the scores";
  for (double w : weights) EXPECT_GT(w, 0) << "a share is never negative";
}

TEST(AnotherQuery, ValuesMayDifferFromKeys) {
  const Rows values = {{1, 0}, {0, 1}, {0, 0}};
  const auto [weights, context] =
      attend(std::vector<double>{0, 5, 1}, words, values, 2);
  ASSERT_EQ(context.size(), 2u) << "the context is as wide as a value";
  EXPECT_DOUBLE_EQ(context[0], weights[0]) << "only Tom's value has a 1 here";
  EXPECT_DOUBLE_EQ(context[1], weights[1]) << "only chase's value has a 1 here";
}

TEST(AnotherQuery, ColdIsSureAndNotBroken) {
  const auto weights =
      attend(std::vector<double>{10, 5, 10}, words, words, 0.01).weights;
  ASSERT_EQ(weights.size(), 3u) << "one weight for each key";
  EXPECT_DOUBLE_EQ(weights[0], 1)
      << "60 / 0.01 is 6000, and exp(6000) is infinite: take something off";
}

TEST(AnotherQuery, VeryNegativeScoresAreNotBrokenEither) {
  const auto weights =
      attend(std::vector<double>{-900, -900, -900}, words, words, 1).weights;
  ASSERT_EQ(weights.size(), 3u) << "one weight for each key";
  EXPECT_DOUBLE_EQ(weights[1], 0.5)
      << "all exps are 0 here: take off the largest score, not 0";
}

TEST(AnotherQuery, RefusesATemperatureOfZeroOrLess) {
  const std::vector<double> query = {1, 1, 1};
  EXPECT_THROW(attend(query, words, words, 0), std::invalid_argument)
      << "nothing can be divided by a temperature of 0";
  EXPECT_THROW(attend(query, words, words, -1), std::invalid_argument)
      << "a temperature below 0 would prefer the worst key";
}

}  // namespace
