#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <stdexcept>

#include "answer.h"

namespace {

using exercise::batched_matmul;
using exercise::View;
using Numbers = std::vector<double>;

// first, first + 1, ...
Numbers count(int n, double first = 1) {
  Numbers numbers(n);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

// The numbers as they lie, row after row.
View packed(const Numbers& numbers, int batch, int rows, int columns) {
  return {numbers.data(), {batch, rows, columns}, {rows * columns, columns, 1}};
}

TEST(BatchedMatmul, OneProductByHand) {
  const Numbers a = {1, 2, 3, 4}, b = {5, 6, 7, 8};
  EXPECT_EQ(batched_matmul(packed(a, 1, 2, 2), packed(b, 1, 2, 2)),
            (Numbers{19, 22, 43, 50}))
      << "1*5 + 2*7, 1*6 + 2*8, and so on";
}

TEST(BatchedMatmul, OblongMatrices) {
  const Numbers a = count(6), b = count(12);
  EXPECT_EQ(batched_matmul(packed(a, 1, 2, 3), packed(b, 1, 3, 4)),
            (Numbers{38, 44, 50, 56, 83, 98, 113, 128}))
      << "[2, 3] by [3, 4] is [2, 4]";
}

TEST(BatchedMatmul, EachMatrixWithItsOwn) {
  const Numbers a = {1, 2, 3, 4}, b = {10, 20, 30, 40};
  EXPECT_EQ(batched_matmul(packed(a, 2, 1, 2), packed(b, 2, 2, 1)),
            (Numbers{50, 250}))
      << "matrix 1 of a belongs to matrix 1 of b";
}

TEST(BatchedMatmul, KeysTurnedByTheirStrides) {
  const Numbers query = {10, 5, 10}, keys = {5, 0, 1, 0, 1, 1, 1, 1, 0};
  const View turned = {keys.data(), {1, 3, 3}, {9, 1, 3}};
  EXPECT_EQ(batched_matmul(packed(query, 1, 1, 3), turned),
            (Numbers{60, 15, 15}))
      << "the scores of Tom, chase and Jerry; read the keys by their strides";
}

TEST(BatchedMatmul, APieceOfALargerTable) {
  const Numbers table =
      count(20);  // [4, 5]; the piece is rows 0-1, columns 1-2
  const View piece = {table.data() + 1, {1, 2, 2}, {20, 5, 1}};
  const Numbers one = {1, 0, 0, 1};
  EXPECT_EQ(batched_matmul(piece, packed(one, 1, 2, 2)), (Numbers{2, 3, 7, 8}))
      << "the next row is 5 numbers on, though a row has only 2";
  EXPECT_EQ(batched_matmul(packed(one, 1, 2, 2), piece), (Numbers{2, 3, 7, 8}))
      << "the same holds for the right side";
}

TEST(BatchedMatmul, OneMatrixServesTheWholeBatch) {
  const Numbers x = count(6), w = {2, 0, 0, 3};
  EXPECT_EQ(batched_matmul(packed(x, 3, 1, 2), packed(w, 1, 2, 2)),
            (Numbers{2, 6, 6, 12, 10, 18}))
      << "a batch of 1 on the right is read three times";
  EXPECT_EQ(batched_matmul(packed(w, 1, 2, 2), packed(x, 3, 2, 1)),
            (Numbers{2, 6, 6, 12, 10, 18}))
      << "a batch of 1 on the left is read three times";
}

TEST(BatchedMatmul, AStrideOfZero) {
  const Numbers x = count(4), row = {1, 10};
  const View same = {row.data(), {2, 2, 1}, {0, 1, 1}};
  EXPECT_EQ(batched_matmul(packed(x, 2, 1, 2), same), (Numbers{21, 43}))
      << "a batch stride of 0 leads to the same matrix again";
}

TEST(BatchedMatmul, NothingToSum) {
  const Numbers none = {std::numeric_limits<double>::quiet_NaN()};
  EXPECT_EQ(batched_matmul({none.data(), {1, 2, 0}, {0, 0, 1}},
                           {none.data(), {1, 0, 2}, {0, 2, 1}}),
            (Numbers{0, 0, 0, 0}))
      << "a sum of no products is 0, for each of the 2 x 2 results";
}

TEST(BatchedMatmul, RefusesWhatDoesNotFit) {
  const Numbers x = count(12);
  EXPECT_THROW(batched_matmul(packed(x, 1, 2, 3), packed(x, 1, 2, 3)),
               std::invalid_argument)
      << "3 columns on the left need 3 rows on the right";
  EXPECT_THROW(batched_matmul(packed(x, 2, 1, 2), packed(x, 3, 2, 1)),
               std::invalid_argument)
      << "batches of 2 and of 3 do not pair up";
}

}  // namespace
