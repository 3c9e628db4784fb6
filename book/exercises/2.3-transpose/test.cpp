#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>

#include "answer.h"

namespace {

using exercise::numbers;
using exercise::transpose;
using exercise::View;
using Numbers = std::vector<double>;

Numbers count(int n) {
  Numbers result(n);
  std::iota(result.begin(), result.end(), 1);
  return result;
}

TEST(Transpose, TwoRowsOfThree) {
  const View turned = transpose({{2, 3}, {3, 1}}, 0, 1);
  EXPECT_EQ(turned.shape, (std::vector<int>{3, 2})) << "three rows of two";
  EXPECT_EQ(numbers(turned, count(6)), (Numbers{1, 4, 2, 5, 3, 6}))
      << "a column of [[1, 2, 3], [4, 5, 6]] becomes a row";
}

TEST(Transpose, ASquare) {
  EXPECT_EQ(numbers(transpose({{2, 2}, {2, 1}}, 0, 1), count(4)),
            (Numbers{1, 3, 2, 4}))
      << "the shape of a square stays, its numbers do not";
}

TEST(Transpose, KeysOfABatch) {
  const View turned = transpose({{2, 2, 3}, {6, 3, 1}}, 1, 2);
  EXPECT_EQ(turned.shape, (std::vector<int>{2, 3, 2}))
      << "[B, S, D] to [B, D, S]";
  EXPECT_EQ(numbers(turned, count(12)),
            (Numbers{1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12}))
      << "each sentence is turned by itself";
}

TEST(Transpose, HeadsToTheFront) {
  const View turned = transpose({{2, 2, 3}, {6, 3, 1}}, 0, 1);
  EXPECT_EQ(numbers(turned, count(12)),
            (Numbers{1, 2, 3, 7, 8, 9, 4, 5, 6, 10, 11, 12}))
      << "[T, H, d] to [H, T, d]: the rows of 3 stay whole";
}

TEST(Transpose, AxesFromTheEnd) {
  const View view = {{2, 3, 4}, {12, 4, 1}};
  EXPECT_EQ(numbers(transpose(view, -2, -1), count(24)),
            numbers(transpose(view, 1, 2), count(24)))
      << "-1 is the last axis, -2 the one before";
  EXPECT_EQ(numbers(transpose(view, -3, -1), count(24))[1], 13)
      << "after exchanging first and last, the next number is a block of 12 on";
}

TEST(Transpose, APieceOfALargerStore) {
  // Rows 1 and 2, columns 1 to 3 of a [4, 5] table.
  const View piece = {{2, 3}, {5, 1}, 6};
  EXPECT_EQ(numbers(transpose(piece, 0, 1), count(20)),
            (Numbers{7, 12, 8, 13, 9, 14}))
      << "a piece keeps its offset, and its rows stay 5 apart";
}

TEST(Transpose, TwiceIsNothing) {
  const View view = {{2, 3}, {5, 1}, 6};
  const View once = transpose(view, 0, 1), twice = transpose(once, 1, 0);
  EXPECT_EQ(once.strides, (std::vector<int>{1, 5}))
      << "an axis takes its stride along";
  EXPECT_EQ(twice.shape, view.shape) << "there and back again";
  EXPECT_EQ(twice.strides, view.strides) << "there and back again";
  EXPECT_EQ(twice.offset, view.offset) << "there and back again";
  EXPECT_THROW(transpose(view, 0, 2), std::invalid_argument)
      << "a view of two axes has no axis 2";
  EXPECT_THROW(transpose(view, -3, 0), std::invalid_argument)
      << "a view of two axes has no axis -3";
}

}  // namespace
