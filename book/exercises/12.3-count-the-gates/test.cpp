#include <gtest/gtest.h>

#include "answer.h"

namespace {

using exercise::Cbam;
using exercise::convolution;
using exercise::multiply_adds;
using exercise::parameters;

constexpr Cbam paper{256, 16, 7, 14, 14};

TEST(CountTheGates, OneChannelOnePlace) {
  EXPECT_EQ(parameters({1, 1, 1, 1, 1}), 1 + 1 + 2)
      << "W0, W1, and a window that reads two maps";
  EXPECT_EQ(multiply_adds({1, 1, 1, 1, 1}), 4 + 2 + 2)
      << "both maps for the mean and for the maximum, the window, two gates";
}

TEST(CountTheGates, TheDescriptionsShareTheirMaps) {
  EXPECT_EQ(parameters({8, 4, 1, 5, 5}), 2 * 8 * 2 + 2)
      << "W0 and W1 are stored once";
  EXPECT_EQ(multiply_adds({8, 4, 1, 0, 0}), 2 * 2 * 8 * 2) << "and used twice";
}

TEST(CountTheGates, TheWindowOfSeven) {
  EXPECT_EQ(parameters({16, 16, 7, 3, 3}), 2 * 16 + 98) << "7 x 7 x 2 = 98";
}

TEST(CountTheGates, PlacesAddNoParameters) {
  EXPECT_EQ(parameters({64, 8, 7, 1, 1}), parameters({64, 8, 7, 50, 90}))
      << "the same window slides over all";
}

TEST(CountTheGates, AWindowAtEveryPlace) {
  EXPECT_EQ(multiply_adds({4, 2, 7, 3, 5}) - multiply_adds({4, 2, 1, 3, 5}),
            15 * (98 - 2))
      << "15 places";
}

TEST(CountTheGates, BothGatesMultiplyEverything) {
  EXPECT_EQ(multiply_adds({12, 12, 1, 2, 3}) - multiply_adds({12, 12, 1, 0, 0}),
            6 * 2 + 2 * 12 * 6)
      << "every number of 12 x 2 x 3 meets two gates";
}

TEST(CountTheGates, AConvolution) {
  EXPECT_EQ(convolution({2, 1, 7, 3, 4}, 3), 9 * 2 * 2 * 12)
      << "each weight is used at every place";
}

TEST(CountTheGates, HowLittleItIs) {
  EXPECT_EQ(parameters(paper), 8290) << "beside 589,824 of the convolution";
  EXPECT_EQ(multiply_adds(paper), 135944);
  EXPECT_EQ(convolution(paper, 3), 115605504)
      << "one multiply-add of CBAM for 850 of the convolution";
}

TEST(CountTheGates, LargePictures) {
  EXPECT_EQ(convolution({1024, 16, 7, 1000, 1000}, 3), 9437184000000)
      << "more than an int holds";
}

}  // namespace
