#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "answer.h"

namespace {

double found(const std::vector<double>& scores, double wanted) {
  return exercise::temperature_for(scores, wanted);
}

double best_weight(const std::vector<double>& scores, double temperature) {
  const double best = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double s : scores) sum += std::exp((s - best) / temperature);
  return 1 / sum;
}

TEST(Temperature, TheChaptersTwo) {
  EXPECT_NEAR(found({60, 15, 15}, 0.6), 45 / std::log(3), 1e-7)
      << "0.6 against 0.2 is a ratio of 3, over a gap of 45";
  EXPECT_NEAR(found({60, 15, 15}, 0.8), 45 / std::log(8), 1e-7)
      << "0.8 against 0.1 is a ratio of 8, over a gap of 45";
}

TEST(Temperature, HalfAndTwoQuarters) {
  EXPECT_NEAR(found({60, 15, 15}, 0.5), 45 / std::log(2), 1e-7)
      << "0.5 against 0.25 is a ratio of 2, over a gap of 45";
}

TEST(Temperature, TheBestMayStandAnywhere) {
  EXPECT_NEAR(found({15, 15, 60}, 0.6), 45 / std::log(3), 1e-7)
      << "the best key, not the first one";
}

TEST(Temperature, OnlyGapsCount) {
  EXPECT_NEAR(found({-1000, -1045, -1045}, 0.6), 45 / std::log(3), 1e-7)
      << "scores may all be negative; only their gaps count";
}

TEST(Temperature, ManyDifferentScores) {
  const std::vector<double> scores = {3, -1, 4, 1, -5, 9, 2, 6};
  for (double wanted : {0.13, 0.3, 0.9, 0.999}) {
    EXPECT_NEAR(best_weight(scores, found(scores, wanted)), wanted, 1e-9)
        << "put the answer back into the softmax, and the weight must come out";
  }
}

TEST(Temperature, AnyScale) {
  const double hot = found({6e7, 1.5e7, 1.5e7}, 0.6),
               cold = found({6e-7, 1.5e-7, 1.5e-7}, 0.6);
  EXPECT_NEAR(hot / (4.5e7 / std::log(3)), 1, 1e-8)
      << "scores a million times larger need a heat a million times larger";
  EXPECT_NEAR(cold / (4.5e-7 / std::log(3)), 1, 1e-8)
      << "nine digits, not nine decimals: the answer here is 4e-7";
}

TEST(Temperature, RefusesWhatNoTemperatureGives) {
  EXPECT_THROW(found({60, 15, 15}, 1.0), std::invalid_argument)
      << "never quite 1, however cold";
  EXPECT_THROW(found({60, 15, 15}, 0.3), std::invalid_argument)
      << "the best of three never has less than a third";
  EXPECT_THROW(found({60, 60, 15}, 0.6), std::invalid_argument)
      << "two that tie have less than a half each";
  EXPECT_THROW(found({7, 7}, 0.5), std::invalid_argument)
      << "here any temperature would do, so there is no answer";
}

}  // namespace
