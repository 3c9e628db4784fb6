#include "nn/report.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using autograd::Tensor;

TEST(Report, NamesBits) {
  EXPECT_EQ(nn::bits(1.0f), "3f800000");
  EXPECT_EQ(nn::bits(-0.0f), "80000000");
  const Tensor x = Tensor::from({2}, {1, 2});
  EXPECT_EQ(nn::bits(x).size(), 16u);
  EXPECT_EQ(nn::bits(x), nn::bits(Tensor::from({2, 1}, {1, 2})));
  EXPECT_NE(nn::bits(x), nn::bits(Tensor::from({2}, {2, 1})));
}

TEST(Report, AClaimThatDoesNotHoldEndsTheProgram) {
  testing::internal::CaptureStdout();
  nn::claim(true, "two is two");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "holds: two is two\n");
  EXPECT_THROW(nn::claim(false, "two is three"), std::runtime_error);
}

}  // namespace
