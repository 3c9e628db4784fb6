#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::channel_gates;
using exercise::ChannelWeights;
using exercise::Features;
using exercise::gated;
using exercise::Numbers;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

void expect_near(const Numbers& got, const Numbers& wanted, const char* what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 1e-12) << what << "; number " << i;
}

constexpr int one = 1;
const ChannelWeights pass{one, {1}, {1}};

TEST(WhichChannel, MeanAndMaximumAreAdded) {
  expect_near(channel_gates({1, 2, {1, 3}}, pass), {sigmoid(2 + 3)},
              "the mean is 2, the maximum 3");
}

TEST(WhichChannel, EachIsBentByItself) {
  expect_near(channel_gates({1, 2, {-5, 1}}, pass), {sigmoid(0 + 1)},
              "the mean, -2, is cut off before the maximum is added");
}

TEST(WhichChannel, TheLastMapIsNotBent) {
  expect_near(channel_gates({1, 1, {2}}, {1, {1}, {-1}}), {sigmoid(-4)},
              "scores may be negative: then the gate is nearly shut");
}

TEST(WhichChannel, AMaximumMayBeNegative) {
  expect_near(channel_gates({1, 2, {-2, -4}}, {1, {-1}, {1}}), {sigmoid(3 + 2)},
              "the largest of -2 and -4 is -2, not 0");
}

TEST(WhichChannel, ChannelsTalkThroughTheHiddenLayer) {
  // Means 2 and -1, maxima 3 and 1; hidden (2, 0) and (3, 1).
  const Features x{2, 2, {1, 3, -3, 1}};
  expect_near(channel_gates(x, {2, {1, 0, 0, 1}, {1, 0, -1, 1}}),
              {sigmoid(5), sigmoid(-4)}, "rows of W0 and W1 are outputs");
  expect_near(channel_gates(x, {1, {1, 1}, {1, 2}}), {sigmoid(5), sigmoid(10)},
              "hidden 1 and 4; each channel takes its own multiple");
}

TEST(WhichChannel, GatesAreNoDistribution) {
  const Numbers gates =
      channel_gates({3, 1, {0, 0, 0}}, {1, {1, 1, 1}, {1, 1, 1}});
  expect_near(gates, {0.5, 0.5, 0.5}, "they need not sum to one");
}

TEST(WhichChannel, WhereDoesNotMatter) {
  const ChannelWeights w{1, {1, 1}, {1, -1}};
  expect_near(channel_gates({2, 3, {1, 5, 2, 0, 4, 1}}, w),
              channel_gates({2, 3, {5, 2, 1, 1, 0, 4}}, w),
              "means and maxima know no places");
}

TEST(WhichChannel, AGateGoesToAllPlacesOfItsChannel) {
  expect_near(gated({2, 3, {1, 2, 3, 4, 5, 6}}, {0.5, 0.25}),
              {0.5, 1, 1.5, 1, 1.25, 1.5}, "one number a channel");
}

}  // namespace
