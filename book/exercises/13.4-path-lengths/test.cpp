#include <gtest/gtest.h>

#include <limits>

#include "answer.h"

namespace {

using namespace exercise;

TEST(PathLengths, Recurrent) {
  EXPECT_EQ(recurrent(2), 1) << "one step from word 1 to word 2";
  EXPECT_EQ(recurrent(41), 40) << "a step for each word but the first";
}

TEST(PathLengths, Convolution) {
  EXPECT_EQ(convolution(3, 3), 1) << "three words are one kernel";
  EXPECT_EQ(convolution(4, 3), 2) << "one word more, one layer more";
  EXPECT_EQ(convolution(11, 3), 5) << "five layers see 10 words back";
  EXPECT_EQ(convolution(12, 3), 6) << "and not 11";
  EXPECT_EQ(convolution(9, 2), 8) << "k words are k - 1 places";
}

TEST(PathLengths, Dilated) {
  EXPECT_EQ(dilated(3, 3), 1) << "the first layer is an ordinary one";
  EXPECT_EQ(dilated(7, 3), 2) << "2 and 4 are 6 places";
  EXPECT_EQ(dilated(8, 3), 3) << "7 places are more than 6";
  EXPECT_EQ(dilated(63, 3), 5) << "five layers see 62 words back";
  EXPECT_EQ(dilated(64, 3), 6) << "and not 63";
  EXPECT_EQ(dilated(16, 2), 4) << "1 + 2 + 4 + 8 = 15";
}

TEST(PathLengths, SelfAttention) {
  EXPECT_EQ(self_attention(2), 1) << "every word reads every word";
  EXPECT_EQ(self_attention(5000), 1) << "however far they are apart";
}

TEST(PathLengths, Windowed) {
  EXPECT_EQ(windowed(5, 4), 1) << "four words back is the first of five";
  EXPECT_EQ(windowed(6, 4), 2) << "five back takes two";
  EXPECT_EQ(windowed(41, 1), 40) << "one word back: as a recurrence";
}

TEST(PathLengths, OneWordIsNoWay) {
  EXPECT_EQ(recurrent(1), 0) << "it is there already";
  EXPECT_EQ(convolution(1, 3), 0) << "it is there already";
  EXPECT_EQ(dilated(1, 3), 0) << "it is there already";
  EXPECT_EQ(self_attention(1), 0) << "it is there already";
  EXPECT_EQ(windowed(1, 3), 0) << "it is there already";
}

TEST(PathLengths, VeryLong) {
  const int n = std::numeric_limits<int>::max();
  EXPECT_EQ(dilated(n, 2), 31) << "2^31 - 1 is n: beware of overflow";
  EXPECT_EQ(dilated(n, 3), 30) << "2 (2^30 - 1) is n - 1";
  EXPECT_EQ(convolution(n, 3), n / 2) << "in whole numbers, without a loop";
  EXPECT_EQ(windowed(n, n), 1) << "n - 1 + before is more than an int";
}

}  // namespace
