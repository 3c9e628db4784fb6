#include <gtest/gtest.h>

#include <vector>

#include "answer.h"

namespace {

using Numbers = std::vector<float>;

// 1 * 1 + 2 * 1 + ... + n * 1
float triangle(int n) {
  Numbers a;
  for (int i = 1; i <= n; ++i) a.push_back(static_cast<float>(i));
  return exercise::dot(a, Numbers(a.size(), 1.0f));
}

// Fractions with all their bits in use.
Numbers fractions(int count, unsigned seed) {
  Numbers result;
  for (int i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    result.push_back(static_cast<float>(seed >> 8) / 16777216.0f - 0.5f);
  }
  return result;
}

TEST(Tail, FewerThanEight) {
  for (int n = 1; n < 8; ++n) {
    EXPECT_EQ(triangle(n), n * (n + 1) / 2)
        << "1 + ... + " << n << ": not one whole step, and yet a sum";
  }
  EXPECT_EQ(triangle(0), 0) << "no numbers, no sum";
}

TEST(Tail, OneMoreThanEight) {
  EXPECT_EQ(triangle(8), 36) << "a whole step";
  EXPECT_EQ(triangle(9), 45) << "the ninth number is the largest of all";
}

TEST(Tail, OneFewerThanSixteen) {
  EXPECT_EQ(triangle(15), 120) << "a whole step and seven more";
  EXPECT_EQ(triangle(16), 136) << "two whole steps";
}

TEST(Tail, EveryLength) {
  for (int n = 0; n < 100; ++n) {
    EXPECT_EQ(triangle(n), n * (n + 1) / 2)
        << "1 + ... + " << n << ": each number once, none twice, none left";
  }
}

TEST(Tail, EachWithItsPartner) {
  EXPECT_EQ(exercise::dot(Numbers{1, 2, 3}, Numbers{4, 5, 6}), 32)
      << "4 + 10 + 18";
  Numbers a(13, 0.0f), b(13, 1.0f);
  a[12] = 7, b[12] = 3;
  EXPECT_EQ(exercise::dot(a, b), 21) << "the last number with the last number";
}

TEST(Tail, FilledUpWithZerosTheSameBits) {
  for (int n : {3, 9, 21, 31, 63, 110, 333, 1001}) {
    Numbers a = fractions(n, 1), b = fractions(n, 2);
    const float sum = exercise::dot(a, b);
    while (a.size() % 8 != 0) a.push_back(0), b.push_back(0);
    EXPECT_EQ(exercise::dot(a, b), sum)
        << n << " numbers: number i belongs to sum i % 8, in the tail too";
  }
}

}  // namespace
