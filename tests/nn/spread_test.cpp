#include "nn/spread.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace nn {
namespace {

// 1, 2, 6: mean 3, variance (4 + 1 + 9) / 2 = 7, error sqrt(7 / 3)
TEST(Spread, IsMeanAndStandardErrorByHand) {
  const Spread spread = spread_of({1, 2, 6});
  EXPECT_DOUBLE_EQ(spread.mean, 3);
  EXPECT_NEAR(spread.error, 1.5275252, 1e-7);
  EXPECT_EQ(text_of(spread, 2), "3.00 +- 1.53");
}

TEST(Spread, OfOneRunHasNoError) {
  EXPECT_EQ(spread_of({0.25}).mean, 0.25);
  EXPECT_EQ(spread_of({0.25}).error, 0);
  EXPECT_THROW(spread_of({}), std::invalid_argument);
}

}  // namespace
}  // namespace nn
