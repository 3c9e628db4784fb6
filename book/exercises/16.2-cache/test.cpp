#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Cache;
using exercise::Head;
using exercise::Row;
using exercise::Rows;

// Fractions between -1 and 1, the same on every machine.
Rows fractions(int rows, int columns, unsigned seed) {
  Rows result(rows, Row(columns));
  for (Row& row : result) {
    for (double& x : row) {
      seed = seed * 1664525u + 1013904223u;
      x = static_cast<double>(seed >> 8) / 8388608.0 - 1;
    }
  }
  return result;
}

Head head(int width, int model, unsigned seed = 1) {
  return {fractions(width, model, seed), fractions(width, model, seed + 1),
          fractions(width, model, seed + 2)};
}

double dot(const Row& a, const Row& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// What word t reads, everything worked out from the start.
Row read(const Head& h, const Rows& words, std::size_t t) {
  std::int64_t ignored = 0;
  const Row q = exercise::multiply(h.query, words[t], ignored);
  Row total(h.value.size(), 0.0);
  double sum = 0;
  for (std::size_t s = 0; s <= t; ++s) {
    const Row k = exercise::multiply(h.key, words[s], ignored),
              v = exercise::multiply(h.value, words[s], ignored);
    const double w = std::exp(dot(q, k) / std::sqrt(double(k.size())));
    sum += w;
    for (std::size_t i = 0; i < v.size(); ++i) total[i] += w * v[i];
  }
  for (double& x : total) x /= sum;
  return total;
}

void expect_row(const Row& got, const Row& wanted, const char* why) {
  ASSERT_EQ(got.size(), wanted.size()) << why;
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 1e-12) << why;
}

// Reads the words one by one, and holds each against the long way.
std::int64_t run(const Head& h, const Rows& words) {
  Cache cache;
  std::int64_t count = 0;
  for (std::size_t t = 0; t < words.size(); ++t)
    expect_row(exercise::read_next(h, cache, words[t], count),
               read(h, words, t), "the same as without a cache");
  EXPECT_EQ(cache.keys.size(), words.size()) << "a key for each word";
  EXPECT_EQ(cache.values.size(), words.size()) << "a value for each word";
  return count;
}

TEST(Cache, TheFirstWordReadsItself) {
  Cache cache;
  std::int64_t count = 0;
  const Head h{{{1, 0}}, {{0, 1}}, {{2, 3}}};
  expect_row(exercise::read_next(h, cache, {5, 7}, count), {31},
             "one word has the weight 1, and its value is 2 * 5 + 3 * 7");
}

TEST(Cache, TheSameAsWithout) { run(head(4, 6), fractions(9, 6, 5)); }

TEST(Cache, ByHand) {
  Cache cache;
  std::int64_t count = 0;
  const Head h{
      {{1}, {0}, {0}, {0}}, {{1}, {0}, {0}, {0}}, {{1}, {0}, {0}, {0}}};
  exercise::read_next(h, cache, {0}, count);
  const double score = 4. / 2;  // 2 * 2 / sqrt(4)
  EXPECT_NEAR(exercise::read_next(h, cache, {2}, count)[0],
              2 / (1 + std::exp(-score)), 1e-12)
      << "scores 0 and 2, since D is 4";
}

TEST(Cache, EachWordIsMappedOnce) {
  EXPECT_EQ(run(head(4, 6), fractions(9, 6, 5)), 9 * 3 * 4 * 6)
      << "three maps of 4 by 6 for each of 9 words";
}

TEST(Cache, CountsAreAdded) {
  Cache cache;
  std::int64_t count = 1000;
  exercise::read_next(head(2, 3), cache, {1, 2, 3}, count);
  EXPECT_EQ(count, 1000 + 3 * 2 * 3) << "what was counted before stays";
}

TEST(Cache, TwoTextsAtOnce) {
  const Head h = head(3, 3);
  const Rows a = fractions(4, 3, 7), b = fractions(4, 3, 8);
  Cache of_a, of_b;
  std::int64_t count = 0;
  for (std::size_t t = 0; t < a.size(); ++t) {
    expect_row(exercise::read_next(h, of_a, a[t], count), read(h, a, t),
               "the first text");
    expect_row(exercise::read_next(h, of_b, b[t], count), read(h, b, t),
               "the second, which knows nothing of the first");
  }
}

TEST(Cache, LargeScores) {
  const Head h{{{100}}, {{100}}, {{1}}};
  Cache cache;
  std::int64_t count = 0;
  exercise::read_next(h, cache, {1}, count);
  EXPECT_NEAR(exercise::read_next(h, cache, {2}, count)[0], 2, 1e-12)
      << "exp(40000) is infinite";
}

TEST(Cache, VerySmallScores) {
  const Head h{{{100}}, {{-100}}, {{1}}};
  Cache cache;
  std::int64_t count = 0;
  EXPECT_NEAR(exercise::read_next(h, cache, {3}, count)[0], 3, 1e-12)
      << "exp(-90000) is 0, and 0 / 0 is no number";
}

}  // namespace
