#include <gtest/gtest.h>

#include <limits>

#include "answer.h"

namespace {

using exercise::Cache;
using exercise::Matrix;
using Numbers = std::vector<double>;

// Small whole numbers, the same on every machine; their sums are exact.
Numbers numbers(int count, unsigned seed) {
  Numbers result;
  for (int i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    result.push_back(static_cast<double>(seed >> 28) - 8);
  }
  return result;
}

struct Outcome {
  Numbers product, expected;
  std::int64_t misses;
};

Outcome run(int m, int k, int n) {
  Cache cache;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Matrix a{m, k, numbers(m * k, 1), &cache, 0};
  Matrix b{k, n, numbers(k * n, 2), &cache, 1};
  Matrix c{m, n, Numbers(m * n, nan), &cache, 2};
  Numbers expected(m * n, 0.0);
  for (int i = 0; i < m; ++i) {
    for (int p = 0; p < k; ++p) {
      for (int j = 0; j < n; ++j) {
        expected[i * n + j] += a.numbers[i * k + p] * b.numbers[p * n + j];
      }
    }
  }
  exercise::multiply(a, b, c);
  return {c.numbers, expected, cache.misses()};
}

void expect_product(int m, int k, int n, const char* lesson) {
  const Outcome outcome = run(m, k, n);
  EXPECT_EQ(outcome.product, outcome.expected)
      << "[" << m << ", " << k << "] by [" << k << ", " << n << "]: " << lesson;
}

TEST(BlockedMatmul, OneBlock) {
  expect_product(8, 8, 8, "c held NaN before: set it to 0, once");
}

TEST(BlockedMatmul, ManyBlocks) {
  expect_product(16, 16, 16, "the blocks of the inner axis add up");
  expect_product(32, 64, 16, "the three lengths may differ");
}

TEST(BlockedMatmul, TailsOnEveryAxis) {
  expect_product(11, 8, 8, "the last rows make a smaller block");
  expect_product(8, 13, 8, "the last terms make a smaller block");
  expect_product(8, 8, 9, "the last column makes a smaller block");
  expect_product(19, 21, 37, "tails on all three axes");
}

TEST(BlockedMatmul, SmallerThanABlock) {
  expect_product(1, 1, 1, "one number");
  expect_product(1, 50, 1, "a row by a column");
  expect_product(3, 2, 5, "everything is a tail");
}

TEST(BlockedMatmul, NothingToSum) {
  expect_product(3, 0, 4, "a sum of no products is 0, not what was there");
}

TEST(BlockedMatmul, FetchesFewLines) {
  const Outcome outcome = run(64, 64, 64);
  EXPECT_LT(outcome.misses, 16000)
      << outcome.misses << " lines were fetched: finish with a block of b "
      << "while it is in the cache";
  EXPECT_EQ(outcome.product, outcome.expected) << "and still be right";
}

TEST(BlockedMatmul, FetchesFewLinesOfLongRows) {
  const Outcome outcome = run(24, 40, 200);
  EXPECT_LT(outcome.misses, 12000)
      << outcome.misses << " lines were fetched: cut the columns as well";
  EXPECT_EQ(outcome.product, outcome.expected) << "and still be right";
}

}  // namespace
