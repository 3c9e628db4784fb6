#include <gtest/gtest.h>

#include <numeric>

#include "answer.h"

namespace {

using exercise::Shape;
using Numbers = std::vector<double>;

// Reduces 1, 2, 3, ... of the shape `stretched`.
Numbers reduced(const Shape& stretched, const Shape& shape) {
  int count = 1;
  for (int length : stretched) count *= length;
  Numbers gradient(count);
  std::iota(gradient.begin(), gradient.end(), 1);
  return exercise::reduce_gradient(gradient, stretched, shape);
}

TEST(BroadcastGradient, OfABias) {
  EXPECT_EQ(reduced({2, 3}, {3}), (Numbers{5, 7, 9}))
      << "the bias was added to both rows, so both rows' gradients count";
}

TEST(BroadcastGradient, OfAColumn) {
  EXPECT_EQ(reduced({2, 3}, {2, 1}), (Numbers{6, 15}))
      << "one number a row was added to three: sum along the row";
}

TEST(BroadcastGradient, OfANumber) {
  EXPECT_EQ(reduced({2, 3}, {}), (Numbers{21}))
      << "one number was added everywhere, so everything is summed";
  EXPECT_EQ(reduced({2, 3}, {1, 1}), (Numbers{21}))
      << "axes of length 1 make no difference";
}

TEST(BroadcastGradient, OfTheAxisInTheMiddle) {
  EXPECT_EQ(reduced({2, 2, 3}, {2, 1, 3}), (Numbers{5, 7, 9, 17, 19, 21}))
      << "a mask for every query: sum over the queries alone";
}

TEST(BroadcastGradient, OfTwoAxesAtOnce) {
  EXPECT_EQ(reduced({2, 2, 3}, {1, 2, 1}), (Numbers{30, 48}))
      << "1+2+3 and 7+8+9 for one, 4+5+6 and 10+11+12 for the other";
}

TEST(BroadcastGradient, OfASharedTable) {
  EXPECT_EQ(reduced({3, 2, 2}, {2, 2}), (Numbers{15, 18, 21, 24}))
      << "one table for three sentences: each place gets three gradients";
  EXPECT_EQ(reduced({2, 2}, {2, 2}), (Numbers{1, 2, 3, 4}))
      << "what was not stretched is not summed";
}

TEST(BroadcastGradient, ManyRowsPullHarder) {
  EXPECT_EQ(exercise::reduce_gradient(Numbers(1000, 1.0), {500, 2}, {2}),
            (Numbers{500, 500}))
      << "a sum, not a mean: 500 rows pull 500 times";
  EXPECT_EQ(exercise::reduce_gradient(Numbers{}, {0, 2}, {2}), (Numbers{0, 0}))
      << "no rows do not pull at all";
}

}  // namespace
