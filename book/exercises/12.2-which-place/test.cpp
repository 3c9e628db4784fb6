#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Features;
using exercise::gated;
using exercise::Numbers;
using exercise::place_gates;
using exercise::SpatialWeights;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// Where sigmoid(scores) is expected.
void expect_scores(const Numbers& gates, const Numbers& scores,
                   const char* what) {
  ASSERT_EQ(gates.size(), scores.size()) << what;
  for (std::size_t i = 0; i < scores.size(); ++i)
    EXPECT_NEAR(gates[i], sigmoid(scores[i]), 1e-12)
        << what << "; place " << i << " wants a score of " << scores[i];
}

// Two channels, one row of three places: means 2, 0, -1 and maxima 3, 4, 0.
const Features row{2, 1, 3, {1, 4, 0, 3, -4, -2}};

TEST(WhichPlace, MeansOverTheChannels) {
  expect_scores(place_gates(row, {1, {1, 0}}), {2, 0, -1},
                "a mean for each place, over the channels");
}

TEST(WhichPlace, MaximaOverTheChannels) {
  expect_scores(place_gates(row, {1, {0, 1}}), {3, 4, 0},
                "the second map holds the maxima");
}

TEST(WhichPlace, MaximaMayBeNegative) {
  expect_scores(place_gates({2, 1, 1, {-3, -2}}, {1, {0, 1}}), {-2},
                "the largest of -3 and -2 is not 0");
}

TEST(WhichPlace, TheWindowLooksAround) {
  const Features x{1, 3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
  Numbers kernel(18, 0);
  kernel[5] = 1;  // row 1, column 2: the neighbour to the right
  expect_scores(place_gates(x, {3, kernel}), {2, 3, 0, 5, 6, 0, 8, 9, 0},
                "beyond the last column there are zeros");
  kernel[5] = 0;
  kernel[1] = 1;  // row 0, column 1: the neighbour above
  expect_scores(place_gates(x, {3, kernel}), {0, 0, 0, 1, 2, 3, 4, 5, 6},
                "i counts rows; above the first row there are zeros");
}

TEST(WhichPlace, BothMapsAreReadAtOnce) {
  Numbers kernel(18, 0);
  kernel[4] = 1;       // the mean here
  kernel[9 + 3] = 10;  // the maximum to the left
  expect_scores(place_gates(row, {3, kernel}), {2, 30, -1 + 40},
                "their products are added before the sigmoid");
}

TEST(WhichPlace, AWindowMayBeLargerThanThePicture) {
  const SpatialWeights ones{7, Numbers(98, 0.125)};
  expect_scores(place_gates({1, 1, 2, {1, 2}}, ones), {0.75, 0.75},
                "every place sees all numbers there are, twice");
}

TEST(WhichPlace, GatesAreNoDistribution) {
  expect_scores(place_gates({1, 2, 2, {5, 6, 7, 8}}, {1, {0, 0}}), {0, 0, 0, 0},
                "all half open: they sum to 2");
}

TEST(WhichPlace, AGateGoesToAllChannelsOfItsPlace) {
  const Numbers y = gated({2, 1, 2, {1, 2, 3, 4}}, {0.5, 0.25});
  EXPECT_EQ(y, (Numbers{0.5, 0.5, 1.5, 1}))
      << "one map [H, W] for every channel: only the product is [C, H, W]";
}

}  // namespace
