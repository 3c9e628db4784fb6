#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "answer.h"

namespace {

bool accepts(const std::vector<double>& row, double tolerance = 1e-9) {
  return exercise::is_distribution(row, tolerance);
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Distribution, AcceptsWeights) {
  EXPECT_TRUE(accepts({0.8, 0.1, 0.1})) << "shares of one whole";
  EXPECT_TRUE(accepts({1.0 / 3, 1.0 / 3, 1.0 / 3})) << "equal shares";
  EXPECT_TRUE(accepts({0.4395, 0.2802, 0.2803})) << "the chapter's, rounded";
}

TEST(Distribution, AcceptsAllOnOneWord) {
  EXPECT_TRUE(accepts({0, 1, 0})) << "a share may be exactly 0, or exactly 1";
  EXPECT_TRUE(accepts({1})) << "one word takes it all";
}

TEST(Distribution, ForgivesRounding) {
  EXPECT_TRUE(accepts({0.5, 0.5 + 1e-12})) << "rounding is no fault";
  EXPECT_TRUE(accepts({1 + 1e-12, -1e-12})) << "rounding is no fault";
  EXPECT_TRUE(accepts({0.33, 0.33, 0.33}, 0.02)) << "the tolerance was given";
}

TEST(Distribution, RejectsScoresOver100) {
  EXPECT_FALSE(accepts({0.60, 0.15, 0.15})) << "60/100 + 15/100 + 15/100 = 0.9";
  EXPECT_FALSE(accepts({0.60, 0.15, 0.15}, 0.05)) << "0.9 is off by 0.1";
  EXPECT_TRUE(accepts({0.60, 0.20, 0.20})) << "these are weights";
}

TEST(Distribution, RejectsAContext) {
  EXPECT_FALSE(accepts({3.15, 0.30, 0.75})) << "a context is not weights";
  EXPECT_FALSE(accepts({0.5, 0.6})) << "a sum of 1.1 is as wrong as one of 0.9";
  EXPECT_TRUE(accepts({0.5, 0.5})) << "these are weights";
}

TEST(Distribution, RejectsNegativeShares) {
  EXPECT_FALSE(accepts({1.2, -0.2})) << "the sum is 1, the shares are not";
  EXPECT_FALSE(accepts({0.5, 0.7, -0.2})) << "no share is above 1 here";
  EXPECT_TRUE(accepts({0.3, 0.7})) << "these are weights";
}

TEST(Distribution, RejectsWhatIsNoNumber) {
  EXPECT_FALSE(accepts({nan, 0.5, 0.5})) << "NaN compares false with all";
  EXPECT_FALSE(accepts({0.5, 0.5, nan})) << "NaN compares false with all";
  EXPECT_FALSE(accepts({infinity, 0, 0})) << "infinity is no share";
  EXPECT_TRUE(accepts({0.25, 0.75})) << "these are weights";
}

TEST(Distribution, RejectsNothing) {
  EXPECT_FALSE(accepts({})) << "the shares of no words do not sum to one";
  EXPECT_FALSE(accepts({0, 0})) << "nothing is looked at";
  EXPECT_TRUE(accepts({0, 1})) << "these are weights";
}

}  // namespace
