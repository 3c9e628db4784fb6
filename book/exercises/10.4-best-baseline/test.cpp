#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::best_baseline;
using exercise::variance;
using Numbers = std::vector<double>;

// By its definition, all estimates written out.
double slow(const Numbers& weights, const Numbers& rewards, double b) {
  const std::size_t S = weights.size();
  const auto estimate = [&](std::size_t z, std::size_t s) {
    return (rewards[z] - b) * ((s == z) - weights[s]);
  };
  double sum = 0;
  for (std::size_t s = 0; s < S; ++s) {
    double mean = 0;
    for (std::size_t z = 0; z < S; ++z) mean += weights[z] * estimate(z, s);
    for (std::size_t z = 0; z < S; ++z)
      sum += weights[z] * std::pow(estimate(z, s) - mean, 2);
  }
  return sum;
}

const Numbers weights = {0.5, 0.3, 0.15, 0.05}, rewards = {-2, -1, -4, -0.5};

TEST(BestBaseline, ByHand) {
  // Two places alike. The estimates are (1, -1) / 2 and (-3, 3) / 2, their mean
  // is (-1, 1) / 2.
  EXPECT_NEAR(variance({0.5, 0.5}, {1, 3}, 0), 2, 1e-12)
      << "both are sqrt(2) from the mean";
  EXPECT_NEAR(variance({0.5, 0.5}, {1, 3}, 2), 0, 1e-12)
      << "held against 2, both looks teach the same";
  EXPECT_NEAR(best_baseline({0.5, 0.5}, {1, 3}), 2, 1e-12) << "so 2 is best";
}

TEST(BestBaseline, IsTheVarianceOfItsDefinition) {
  for (const double b : {-5.0, -2.0, 0.0, 7.0})
    EXPECT_NEAR(variance(weights, rewards, b), slow(weights, rewards, b), 1e-12)
        << "the mean squared distance from the mean";
}

TEST(BestBaseline, NothingIsBetter) {
  const double best = best_baseline(weights, rewards);
  const double least = slow(weights, rewards, best);
  for (const double step : {-1.0, -0.01, 0.01, 1.0})
    EXPECT_GT(slow(weights, rewards, best + step), least)
        << "a step away from the best baseline, the variance grows";
}

TEST(BestBaseline, IsNotTheMeanReward) {
  // n is 0.08 for the first place and 1.28 for the second.
  EXPECT_NEAR(best_baseline({0.8, 0.2}, {0, 1}), 0.8, 1e-12)
      << "the place that is rarely drawn moves the scores most";
  EXPECT_NEAR(variance({0.8, 0.2}, {0, 1}, 0.8), 0, 1e-12)
      << "of two places there is always one that leaves no variance";
  EXPECT_GT(variance({0.8, 0.2}, {0, 1}, 0.2), 0.05)
      << "the mean reward, 0.2, leaves some";
}

TEST(BestBaseline, AllRewardsAlike) {
  EXPECT_NEAR(best_baseline(weights, {-3, -3, -3, -3}), -3, 1e-12)
      << "a mean of equal rewards, whatever counts how much";
  EXPECT_NEAR(variance(weights, {-3, -3, -3, -3}, -3), 0, 1e-12)
      << "what was expected teaches nothing";
  EXPECT_GT(variance(weights, {-3, -3, -3, -3}, 0), 1)
      << "without a baseline there is nothing to learn, and much noise";
}

TEST(BestBaseline, NoChoice) {
  EXPECT_NEAR(variance({0, 1, 0}, {5, 2, 7}, 0), 0, 1e-12)
      << "a place that is always drawn gives always the same";
  EXPECT_NEAR(best_baseline({0, 1, 0}, {5, 2, 7}), 2, 1e-12)
      << "any will do; the mean reward is asked for, and not 0 / 0";
  EXPECT_NEAR(best_baseline({1}, {4}), 4, 1e-12) << "nor of one place";
}

TEST(BestBaseline, PlacesOfNoWeightDoNotCount) {
  EXPECT_NEAR(best_baseline({0.8, 0, 0.2}, {0, 1000, 1}), 0.8, 1e-12)
      << "what is never drawn has no say";
  EXPECT_NEAR(variance({0.8, 0, 0.2}, {0, 1000, 1}, 0.8), 0, 1e-12)
      << "neither here";
}

}  // namespace
