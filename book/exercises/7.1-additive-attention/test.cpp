#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "answer.h"

namespace {

using exercise::Additive;
using exercise::Attention;
using exercise::Rows;
using Numbers = std::vector<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Attention attend(const Additive& additive, const Numbers& s, const Rows& states,
                 int length) {
  Attention a = exercise::attend(additive, s, states, length);
  EXPECT_EQ(a.weights.size(), states.size()) << "a weight for every state";
  EXPECT_EQ(a.context.size(), states[0].size()) << "as wide as a state";
  a.weights.resize(states.size(), nan);
  a.context.resize(states[0].size(), nan);
  return a;
}

// Two hidden units, s of width 1, states of width 3.
const Additive small = {{{1}, {-2}}, {{0.5, 0, 1}, {0, 1, -1}}, {2, -3}};
const Rows states = {{1, 0, 0}, {0, 2, 1}, {-1, 0.5, 3}};

double score(const Numbers& h, double s) {
  return 2 * std::tanh(s + 0.5 * h[0] + h[2]) -
         3 * std::tanh(-2 * s + h[1] - h[2]);
}

TEST(AdditiveAttention, OneHiddenUnitByHand) {
  const Additive one = {{{1}}, {{1}}, {1}};
  const auto a = attend(one, {0}, {{0}, {1}}, 2);
  EXPECT_NEAR(a.weights[1] / a.weights[0], std::exp(std::tanh(1)), 1e-12)
      << "the scores are tanh(0) and tanh(1)";
  EXPECT_NEAR(a.context[0], a.weights[1], 1e-12)
      << "0 times one, 1 times other";
}

TEST(AdditiveAttention, TwoHiddenUnits) {
  const auto a = attend(small, {0.3}, states, 3);
  for (int j = 1; j < 3; ++j) {
    EXPECT_NEAR(std::log(a.weights[j] / a.weights[0]),
                score(states[j], 0.3) - score(states[0], 0.3), 1e-9)
        << "log ratios of weights are differences of scores; look at state "
        << j;
  }
  EXPECT_NEAR(std::accumulate(a.weights.begin(), a.weights.end(), 0.0), 1,
              1e-12)
      << "weights sum to one";
}

TEST(AdditiveAttention, TheQuestionMatters) {
  const auto a = attend(small, {0.3}, states, 3),
             b = attend(small, {-1}, states, 3);
  EXPECT_NEAR(std::log(b.weights[1] / b.weights[0]),
              score(states[1], -1) - score(states[0], -1), 1e-9)
      << "W s goes into the tanh: added outside, it would cancel";
  EXPECT_GT(std::abs(a.weights[0] - b.weights[0]), 0.01)
      << "another question, other weights";
}

TEST(AdditiveAttention, ContextIsOfTheStates) {
  const auto a = attend(small, {0.3}, states, 3);
  for (int i = 0; i < 3; ++i) {
    double wanted = 0;
    for (int j = 0; j < 3; ++j) wanted += a.weights[j] * states[j][i];
    EXPECT_NEAR(a.context[i], wanted, 1e-12)
        << "the states themselves are summed, not U h and not tanh";
  }
}

TEST(AdditiveAttention, PaddingHasNoWeight) {
  const auto a = attend(small, {0.3}, {states[0], states[1], {7, 7, 7}}, 2);
  const auto b = attend(small, {0.3}, {states[0], states[1]}, 2);
  EXPECT_EQ(a.weights[2], 0.0) << "not small: exactly 0";
  EXPECT_NEAR(a.weights[0], b.weights[0], 1e-15)
      << "as if the padding were not there";
  EXPECT_NEAR(a.context[2], b.context[2], 1e-15)
      << "as if the padding were not there";
}

TEST(AdditiveAttention, PaddingMayHoldAnything) {
  const auto a = attend(small, {0.3}, {states[0], {nan, nan, nan}}, 1);
  EXPECT_EQ(a.weights[0], 1.0) << "the only state takes it all";
  EXPECT_EQ(a.context, states[0]) << "0 times NaN is NaN: leave it out";
}

TEST(AdditiveAttention, LargeV) {
  const Additive loud = {{{1}}, {{1}}, {5000}};
  const auto a = attend(loud, {0}, {{-1}, {1}, {1}}, 3);
  EXPECT_NEAR(a.weights[1], 0.5, 1e-12) << "exp(3800) is infinite";
  EXPECT_EQ(a.weights[0], 0.0) << "7600 below the best";
}

}  // namespace
