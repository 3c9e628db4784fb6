#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "answer.h"

namespace {

using exercise::estimate;
using Numbers = std::vector<double>;

constexpr double hidden = -std::numeric_limits<double>::infinity();

Numbers softmax(const Numbers& scores) {
  double most = hidden, sum = 0;
  for (const double e : scores) most = std::max(most, e);
  for (const double e : scores) sum += std::exp(e - most);
  Numbers weights;
  for (const double e : scores) weights.push_back(std::exp(e - most) / sum);
  return weights;
}

// Of sum_z alpha_z r_z by the scores: alpha_s (r_s - mean reward).
Numbers exact(const Numbers& scores, const Numbers& rewards) {
  const Numbers weights = softmax(scores);
  double mean = 0;
  for (std::size_t s = 0; s < weights.size(); ++s)
    mean += weights[s] * rewards[s];
  Numbers gradient;
  for (std::size_t s = 0; s < weights.size(); ++s)
    gradient.push_back(weights[s] * (rewards[s] - mean));
  return gradient;
}

void expect_numbers(const Numbers& got, const Numbers& wanted,
                    const char* why) {
  ASSERT_EQ(got.size(), wanted.size()) << why;
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 1e-12) << why;
}

// The mean of all estimates, each place by its weight.
void expect_unbiased(const Numbers& scores, const Numbers& rewards,
                     double baseline, const char* why) {
  const Numbers weights = softmax(scores);
  Numbers mean(scores.size());
  for (std::size_t z = 0; z < scores.size(); ++z) {
    if (weights[z] == 0) continue;
    const Numbers one = estimate(scores, z, rewards[z], baseline);
    ASSERT_EQ(one.size(), scores.size()) << "a number for each score";
    for (std::size_t s = 0; s < one.size(); ++s) mean[s] += weights[z] * one[s];
  }
  expect_numbers(mean, exact(scores, rewards), why);
}

TEST(OneReward, ByHand) {
  const double ln3 = std::log(3);  // weights 1/4 and 3/4
  expect_numbers(estimate({0, ln3}, 0, 2, 0), {1.5, -1.5},
                 "2 (1 - 1/4), and 2 (0 - 3/4)");
  expect_numbers(estimate({0, ln3}, 1, 2, 4), {0.5, -0.5},
                 "less than expected: -2 (0 - 1/4), and -2 (1 - 3/4)");
}

TEST(OneReward, IsUnbiased) {
  expect_unbiased({0.5, -1, 2, 0}, {1, -3, 0.5, 2}, 0,
                  "the mean over all places is the gradient");
}

TEST(OneReward, IsUnbiasedWhateverTheBaseline) {
  for (const double baseline : {-5.0, 0.7, 100.0})
    expect_unbiased({0.5, -1, 2, 0}, {1, -3, 0.5, 2}, baseline,
                    "a baseline moves no mean: d log p has the mean 0");
}

TEST(OneReward, SumsToZero) {
  double sum = 0;
  for (const double x : estimate({0.3, 2, -1}, 1, 5, 1)) sum += x;
  EXPECT_NEAR(sum, 0, 1e-12) << "all scores one higher: the same weights";
  EXPECT_NEAR(estimate({0.3, 2, -1}, 0, 5, 1)[0],
              4 * (1 - softmax({0.3, 2, -1})[0]), 1e-12)
      << "and what was drawn moves by (reward - baseline)(1 - weight)";
}

TEST(OneReward, TheExpectedRewardTeachesNothing) {
  const Numbers nothing = estimate({1, 2, 3}, 2, 0.25, 0.25);
  expect_numbers(nothing, {0, 0, 0}, "what was expected changes no score");
}

TEST(OneReward, WhatIsHiddenLearnsNothing) {
  expect_numbers(estimate({0, hidden, 0}, 2, 1, 0), {-0.5, 0, 0.5},
                 "half and half, and 0 for the place without weight");
  expect_unbiased({0, hidden, 1}, {1, 99, 3}, 2, "nor does it count");
}

TEST(OneReward, LargeScores) {
  expect_numbers(estimate({1000, 1000}, 0, 1, 0), {0.5, -0.5},
                 "exp(1000) is infinite: take the largest off first");
  expect_numbers(estimate({-1000, -1000}, 0, 1, 0), {0.5, -0.5},
                 "exp(-1000) is 0, and 0 / 0 is no number");
}

// The same numbers on every machine.
double next(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return static_cast<double>((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

TEST(OneReward, DrawsMeetTheGradientAndABaselineSavesDraws) {
  const Numbers scores = {0.5, -1, 1}, rewards = {-2, -3, -2.5};
  const Numbers weights = softmax(scores), wanted = exact(scores, rewards);
  const int n = 20000;
  double variance[2] = {0, 0};
  for (const int with : {0, 1}) {
    std::uint64_t state = 1;
    Numbers sum(3), squares(3);
    for (int i = 0; i < n; ++i) {
      const double u = next(state);
      const std::size_t z = u < weights[0]                ? 0
                            : u < weights[0] + weights[1] ? 1
                                                          : 2;
      const Numbers one = estimate(scores, z, rewards[z], with ? -2.4 : 0);
      ASSERT_EQ(one.size(), 3u) << "a number for each score";
      for (std::size_t s = 0; s < 3; ++s) {
        sum[s] += one[s] / n;
        squares[s] += one[s] * one[s] / n;
      }
    }
    for (std::size_t s = 0; s < 3; ++s) {
      const double v = squares[s] - sum[s] * sum[s];
      variance[with] += v;
      EXPECT_LT(std::abs(sum[s] - wanted[s]), 3 * std::sqrt(v / n))
          << "within three standard errors";
    }
  }
  EXPECT_LT(variance[1], variance[0] / 10)
      << "rewards near -2.5, held against -2.4, vary much less";
}

}  // namespace
