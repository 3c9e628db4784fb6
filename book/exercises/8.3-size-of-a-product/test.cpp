#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::deviation;
using exercise::quiet_start;
using exercise::scaled_deviation;
using exercise::widest;

TEST(SizeOfAProduct, FiveHundredAndTwelve) {
  EXPECT_NEAR(deviation(512, 1, 1), 22.627417, 1e-6)
      << "the root of 512: softmax of such scores looks at one word only";
}

TEST(SizeOfAProduct, OneNumber) {
  EXPECT_NEAR(deviation(1, 1, 1), 1, 1e-12) << "a single product";
  EXPECT_NEAR(deviation(1, 3, 0.5), 1.5, 1e-12)
      << "deviations of independent factors multiply";
}

TEST(SizeOfAProduct, FourTimesAsWideTwiceAsLarge) {
  EXPECT_NEAR(deviation(64, 1, 1), 8, 1e-12) << "the root of 64";
  EXPECT_NEAR(deviation(256, 1, 1) / deviation(64, 1, 1), 2, 1e-12)
      << "variances add, deviations do not";
}

TEST(SizeOfAProduct, SmallNumbersAreNoDanger) {
  EXPECT_NEAR(deviation(512, 0.1, 0.1), 0.22627417, 1e-8)
      << "0.1 times 0.1 times the root of 512: no scaling is needed here";
}

TEST(SizeOfAProduct, Scaled) {
  EXPECT_NEAR(scaled_deviation(512, 1, 1), 1, 1e-12)
      << "what the root is there for";
  EXPECT_NEAR(scaled_deviation(7, 2, 3), 6, 1e-12)
      << "the width is gone, the numbers' own deviations are not";
}

TEST(SizeOfAProduct, Widest) {
  EXPECT_EQ(widest(8), 64) << "equal is not above";
  EXPECT_EQ(widest(1), 1) << "one number";
  EXPECT_EQ(widest(2.5), 6) << "6.25, rounded down";
}

TEST(SizeOfAProduct, QuietStart) {
  EXPECT_NEAR(quiet_start(16), 0.5, 1e-12) << "0.5 times 0.5 times 4";
  EXPECT_NEAR(deviation(512, quiet_start(512), quiet_start(512)), 1, 1e-12)
      << "small enough at the start, at any width";
}

}  // namespace
