#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Additive;
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

Additive additive(int hidden, int query, int key) {
  return {fractions(hidden, query, 1), fractions(hidden, key, 2),
          fractions(1, hidden, 3)[0]};
}

// Word for word, without any cache.
double score(const Additive& a, const Row& query, const Row& state) {
  std::int64_t ignored = 0;
  const Row q = exercise::multiply(a.query, query, ignored),
            k = exercise::multiply(a.key, state, ignored);
  double result = 0;
  for (std::size_t i = 0; i < q.size(); ++i) {
    result += a.v[i] * std::tanh(q[i] + k[i]);
  }
  return result;
}

// Runs, and holds every weight against the plain way. Gives the count.
std::int64_t run(const Additive& a, const Rows& queries, const Rows& states) {
  std::int64_t count = 0;
  const Rows weights = exercise::all_weights(a, queries, states, count);
  EXPECT_EQ(weights.size(), queries.size()) << "a row for each query";
  for (std::size_t t = 0; t < weights.size(); ++t) {
    EXPECT_EQ(weights[t].size(), states.size()) << "a weight for each state";
    double sum = 0;
    for (const Row& state : states)
      sum += std::exp(score(a, queries[t], state));
    for (std::size_t j = 0; j < weights[t].size(); ++j) {
      EXPECT_NEAR(weights[t][j],
                  std::exp(score(a, queries[t], states[j])) / sum, 1e-12)
          << "query " << t << ", state " << j
          << ": the cache must not change it";
    }
  }
  return count;
}

TEST(CacheKeys, TheSameWeightsAsWithout) {
  run(additive(4, 3, 5), fractions(6, 3, 7), fractions(8, 5, 8));
}

TEST(CacheKeys, NoMoreThanNeeded) {
  EXPECT_EQ(
      run(additive(10, 10, 10), fractions(20, 10, 7), fractions(20, 10, 8)),
      20 * 100 + 20 * 100 + 20 * 20 * 10)
      << "S A K for the states, T A Q for the queries, T S A for v";
}

TEST(CacheKeys, DifferentWidths) {
  EXPECT_EQ(run(additive(3, 2, 7), fractions(4, 2, 7), fractions(5, 7, 8)),
            5 * 3 * 7 + 4 * 3 * 2 + 4 * 5 * 3)
      << "T = 4, S = 5, A = 3, Q = 2, K = 7";
}

TEST(CacheKeys, AnotherSentenceOfTheSameLength) {
  const Additive a = additive(4, 3, 3);
  run(a, fractions(2, 3, 7), fractions(5, 3, 8));
  EXPECT_EQ(run(a, fractions(2, 3, 7), fractions(5, 3, 9)),
            5 * 12 + 2 * 12 + 2 * 5 * 4)
      << "new states have to be worked out anew";
}

TEST(CacheKeys, AnotherLayerOfTheSameSize) {
  Additive a = additive(4, 3, 3);
  run(a, fractions(2, 3, 7), fractions(5, 3, 8));
  a.key = fractions(4, 3, 11);
  run(a, fractions(2, 3, 7), fractions(5, 3, 8));
}

TEST(CacheKeys, CountsAreAdded) {
  std::int64_t count = 1000;
  exercise::all_weights(additive(2, 1, 1), fractions(1, 1, 7),
                        fractions(3, 1, 8), count);
  EXPECT_EQ(count, 1000 + 3 * 2 + 1 * 2 + 3 * 2)
      << "what was counted before stays";
}

TEST(CacheKeys, NoQueries) {
  EXPECT_EQ(run(additive(4, 3, 5), {}, fractions(8, 5, 8)), 8 * 4 * 5)
      << "the states are asked before anybody comes";
}

}  // namespace
