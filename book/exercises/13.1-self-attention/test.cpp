#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Reading;
using exercise::Rows;
using exercise::SelfAttention;
using Numbers = std::vector<double>;

Reading read(const SelfAttention& layer, const Rows& words) {
  Reading r = exercise::attend(layer, words);
  EXPECT_EQ(r.weights.size(), words.size()) << "a row for every word";
  EXPECT_EQ(r.contexts.size(), words.size()) << "a context for every word";
  r.weights.resize(words.size());
  r.contexts.resize(words.size());
  for (auto& row : r.weights) row.resize(words.size(), NAN);
  for (auto& row : r.contexts) row.resize(layer.value.size(), NAN);
  return r;
}

// The chapter's: a verb wants actors, an actor a verb.
const SelfAttention chapter = {
    {{0, 1, 0}, {1, 0, 0}}, {{1, 0, 0}, {0, 1, 0}}, {{0, 0, 1}, {0, 1, 0}}};
const Rows tom = {{1, 0, 1}, {0, 2, 0}, {1, 0, -1}};

// Queries and keys of width 4, values of width 1.
const SelfAttention wide = {{{1, 0}, {0, 1}, {1, 1}, {2, 0}},
                            {{0, 1}, {1, 0}, {0.5, 0}, {1, 1}},
                            {{1, -1}}};
const Rows three = {{1, 0}, {0.5, -1}, {0, 2}};

TEST(SelfAttention, TheChaptersThreeWords) {
  const Reading r = read(chapter, tom);
  const double e = std::exp(std::sqrt(2.0));
  EXPECT_NEAR(r.weights[0][1], e / (e + 2), 1e-12)
      << "Tom reads the verb, by a score of 2 / sqrt(2)";
  EXPECT_NEAR(r.weights[1][0], e / (2 * e + 1), 1e-12)
      << "chase reads both actors alike";
  EXPECT_NEAR(r.contexts[1][0], 0, 1e-12)
      << "one is large, one is small: together 0";
}

TEST(SelfAttention, ScaledByTheWidthOfAQuery) {
  const Reading r = read(wide, three);
  // q_0 = (1, 0, 1, 2); k_0 = (0, 1, .5, 1); k_2 = (2, 0, 0, 2)
  EXPECT_NEAR(std::log(r.weights[0][2] / r.weights[0][0]), (6 - 2.5) / 2, 1e-9)
      << "divide by the root of 4, the numbers of a query";
}

TEST(SelfAttention, ReadersAreRows) {
  const Reading r = read(wide, three);
  // q_2 = (0, 2, 2, 0): scores 3, 1.5, 0
  EXPECT_NEAR(std::log(r.weights[2][0] / r.weights[2][2]), 3 / 2.0, 1e-9)
      << "row t is what word t reads; q of t with k of s, not k with q";
  for (const Numbers& row : r.weights)
    EXPECT_NEAR(row[0] + row[1] + row[2], 1, 1e-12) << "rows sum to one";
}

TEST(SelfAttention, ContextsAreOfValues) {
  const Reading r = read(wide, three);
  for (std::size_t t = 0; t < 3; ++t)
    EXPECT_NEAR(r.contexts[t][0],
                r.weights[t][0] + 1.5 * r.weights[t][1] - 2 * r.weights[t][2],
                1e-12)
        << "values are W_v x: 1, 1.5 and -2 here";
}

TEST(SelfAttention, OneWordReadsItself) {
  const Reading r = read(chapter, {{3, 4, 5}});
  EXPECT_EQ(r.weights[0][0], 1.0) << "there is nobody else";
  EXPECT_EQ(r.contexts[0], (Numbers{5, 4})) << "its own value";
}

TEST(SelfAttention, TurnedWordsTurnedContexts) {
  const Rows last_first = {three[2], three[1], three[0]};
  const Reading r = read(wide, three), turned = read(wide, last_first);
  EXPECT_NEAR(r.contexts[0][0], turned.contexts[2][0], 1e-12)
      << "self-attention does not know where a word stands";
  EXPECT_NEAR(r.weights[0][1], turned.weights[2][1], 1e-12)
      << "and does not mask anything";
}

TEST(SelfAttention, LargeScores) {
  const SelfAttention loud = {{{100}}, {{100}}, {{1}}};
  const Reading r = read(loud, {{1}, {2}, {2}});
  EXPECT_NEAR(r.weights[0][1], 0.5, 1e-12) << "exp(20000) is infinite";
  EXPECT_EQ(r.weights[0][0], 0.0) << "10000 below the best";
}

}  // namespace
