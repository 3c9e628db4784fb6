#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "answer.h"

namespace {

using Numbers = std::vector<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Numbers weights(const Numbers& scores, int length, double p, int window,
                bool sum_to_one = false) {
  Numbers w = exercise::local_weights(scores, length, p, window, sum_to_one);
  EXPECT_EQ(w.size(), scores.size()) << "a weight for every place";
  w.resize(scores.size(), nan);
  return w;
}

double total(const Numbers& w) {
  return std::accumulate(w.begin(), w.end(), 0.0);
}

const Numbers level = {0, 0, 0, 0, 0};

TEST(Bell, AtThePlaceAllIsLeft) {
  const Numbers w = weights(level, 5, 2, 1);
  EXPECT_NEAR(w[2], 1 / 3., 1e-12)
      << "three words share the softmax, and the bell is 1 at p";
}

TEST(Bell, ItFallsToBothSides) {
  const Numbers w = weights(level, 5, 2, 2);  // sigma 1
  EXPECT_NEAR(w[1], std::exp(-0.5) / 5, 1e-12) << "one word off";
  EXPECT_NEAR(w[3], std::exp(-0.5) / 5, 1e-12) << "one word off";
  EXPECT_NEAR(w[4], std::exp(-2) / 5, 1e-12) << "two words off: multiply";
}

TEST(Bell, BetweenTwoWords) {
  const Numbers w = weights(level, 5, 1.5, 1);  // sigma 1/2
  EXPECT_NEAR(w[1], std::exp(-0.5) / 2, 1e-12) << "half a word off";
  EXPECT_EQ(w[0], 0.0) << "a word and a half off: outside of the window";
}

TEST(Bell, TheSumIsBelowOne) {
  const double sum = total(weights({0.3, -2, 5, 1, 0}, 5, 2.2, 2));
  EXPECT_LT(sum, 1) << "each weight of a softmax is made smaller";
  EXPECT_GT(sum, 0);
}

TEST(Bell, PaddingHasNoWeight) {
  const Numbers w = weights({0, 0, 0, 7, nan}, 3, 2, 2);
  EXPECT_EQ(w[3], 0.0) << "not in the sentence";
  EXPECT_EQ(w[4], 0.0) << "0 times NaN is NaN: leave it out";
  EXPECT_NEAR(w[2], 1 / 3., 1e-12) << "nor does it count in the softmax";
}

TEST(Bell, OutsideTheWindowNothingCounts) {
  const Numbers w = weights({9e5, 0, 0, 0, nan}, 5, 2, 1);
  EXPECT_EQ(w[0], 0.0) << "two words off, with D = 1";
  EXPECT_EQ(w[4], 0.0) << "whatever stands there";
  EXPECT_NEAR(w[2], 1 / 3., 1e-12) << "the softmax is over the window";
}

TEST(Bell, TheScoresCount) {
  const Numbers w = weights({0, 1, 0, 3, 0}, 5, 2, 2);
  EXPECT_NEAR(w[3] / w[1], std::exp(2), 1e-9)
      << "equally far from p: the ratio is that of the softmax";
}

TEST(Bell, ToSumOne) {
  const Numbers scores = {0.3, -2, 5, 1, 0};
  const Numbers w = weights(scores, 5, 2.2, 2, true);
  const Numbers plain = weights(scores, 5, 2.2, 2);
  EXPECT_NEAR(total(w), 1, 1e-12);
  for (int s = 0; s < 5; ++s)
    EXPECT_NEAR(w[s], plain[s] / total(plain), 1e-12)
        << "word " << s << ": the same weights, divided by their sum";
}

// Of the only word that scores, little is left: exp(-2) of it, and all again.
TEST(Bell, ToSumOneFarFromThePlace) {
  const Numbers w = weights({0, 0, 0, 0, 2000}, 5, 2, 2, true);
  EXPECT_NEAR(w[4], 1, 1e-12) << "the scores decide, for they are larger";
  EXPECT_NEAR(weights({0, 0, 0, 0, 2000}, 5, 2, 2)[4], std::exp(-2), 1e-12);
}

}  // namespace
