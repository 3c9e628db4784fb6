#include <gtest/gtest.h>

#include "answer.h"

namespace {

using exercise::attainable;
using exercise::flops;
using exercise::lines;

TEST(Counting, OperationsOfAProduct) {
  EXPECT_EQ(flops(2, 3, 4), 48) << "8 results of 3 products and 3 additions";
  EXPECT_EQ(flops(1, 512, 1), 1024) << "a dot product of 512";
}

TEST(Counting, OperationsOfALargeProduct) {
  EXPECT_EQ(flops(4096, 4096, 4096), 137'438'953'472)
      << "137 thousand million; an int ends at 2 thousand million";
}

TEST(Counting, LinesOfARow) {
  EXPECT_EQ(lines(0, 1000, 4, 4, 64), 63) << "4000 bytes in lines of 64";
  EXPECT_EQ(lines(0, 16, 4, 4, 64), 1) << "exactly one line";
  EXPECT_EQ(lines(0, 17, 4, 4, 64), 2) << "one number more begins a line";
}

TEST(Counting, LinesOfARowThatBeginsInside) {
  EXPECT_EQ(lines(60, 16, 4, 4, 64), 2) << "4 bytes here, 60 there";
  EXPECT_EQ(lines(4000, 1000, 4, 4, 64), 63)
      << "row 1 of the matrix: bytes 4000 to 7999, lines 62 to 124";
}

TEST(Counting, LinesOfAColumn) {
  EXPECT_EQ(lines(0, 1000, 4, 4000, 64), 1000)
      << "each number lies in a line of its own: 16 times those of a row";
}

TEST(Counting, LinesOfAShortStep) {
  EXPECT_EQ(lines(0, 16, 4, 8, 64), 2) << "every second number: 8 to a line";
  EXPECT_EQ(lines(0, 10, 4, 48, 64), 7)
      << "steps of 48: bytes 0 and 48 share line 0, 192 and 240 line 3, ...";
}

TEST(Counting, LinesOfNumbersThatStraddle) {
  EXPECT_EQ(lines(60, 3, 8, 64, 64), 4)
      << "each number has 4 bytes in one line and 4 in the next";
  EXPECT_EQ(lines(60, 3, 8, 1000, 64), 4)
      << "only the first lies across two lines here";
}

TEST(Counting, NothingToRead) {
  EXPECT_EQ(lines(100, 0, 4, 4, 64), 0) << "no numbers, no lines";
  EXPECT_EQ(flops(3, 0, 3), 0) << "no terms, no operations";
}

TEST(Counting, UnderTheFlatRoof) {
  EXPECT_DOUBLE_EQ(attainable(100e9, 20e9, 1e9, 1e6), 100e9)
      << "1000 operations a byte: the arithmetic is the limit";
}

TEST(Counting, UnderTheSlope) {
  EXPECT_DOUBLE_EQ(attainable(100e9, 20e9, 2e6, 8e6), 5e9)
      << "a quarter of an operation a byte: the memory is the limit";
  EXPECT_DOUBLE_EQ(attainable(100e9, 20e9, 5, 1), 100e9)
      << "5 operations a byte: where the slope meets the roof";
}

}  // namespace
