#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "answer.h"

namespace {

using exercise::Reader;
using Numbers = std::vector<double>;

constexpr double hidden = -std::numeric_limits<double>::infinity();

// Word i has the value (i + 1, 1), so the context ends with the sum of weights.
Reader read(const Numbers& scores, double first = 1) {
  Reader reader;
  reader.total.resize(2);
  for (double score : scores) {
    exercise::see(reader, score, Numbers{first++, 1});
  }
  return reader;
}

// The context's first number, in three passes.
double expected(const Numbers& scores) {
  const double largest = *std::max_element(scores.begin(), scores.end());
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    sum += std::exp(scores[i] - largest);
    total += std::exp(scores[i] - largest) * double(i + 1);
  }
  return total / sum;
}

void expect_context(const Reader& reader, double wanted, const char* lesson) {
  const Numbers c = exercise::context(reader);
  ASSERT_EQ(c.size(), 2u) << "the context is as wide as a value";
  EXPECT_NEAR(c[0], wanted, 1e-12) << lesson;
  EXPECT_NEAR(c[1], wanted == 0 ? 0 : 1, 1e-12) << "weights sum to one";
}

TEST(OnlineSoftmax, OneWord) {
  expect_context(read({3}), 1, "alone, it takes everything");
}

TEST(OnlineSoftmax, FallingScores) {
  expect_context(read({3, 2, 1}), expected({3, 2, 1}),
                 "the first score is the largest: nothing has to be mended");
}

TEST(OnlineSoftmax, RisingScores) {
  expect_context(read({1, 2, 3}), expected({1, 2, 3}),
                 "each new largest score shrinks both sums");
}

TEST(OnlineSoftmax, AnyOrder) {
  const Numbers scores = {3, -1, 4, 1, -5, 9, 2, 6, 5, 3, 5};
  expect_context(read(scores), expected(scores), "as in three passes");
}

TEST(OnlineSoftmax, LargeScores) {
  expect_context(read({1000, 1001, -1000}), expected({1000, 1001, -1000}),
                 "take the largest score off before exp");
  expect_context(read({-1001, -1000}), expected({-1001, -1000}),
                 "the largest so far begins at -infinity, not at 0");
}

TEST(OnlineSoftmax, HiddenWords) {
  expect_context(read({2, hidden, 2}), 2, "a hidden word has no weight");
  expect_context(read({hidden, hidden, 7}), 3,
                 "-infinity minus -infinity is no number");
}

TEST(OnlineSoftmax, NothingToSee) {
  expect_context(read({}), 0, "nothing seen: zeros, not 0 / 0");
  expect_context(read({hidden, hidden}), 0, "all hidden: zeros, not 0 / 0");
}

TEST(OnlineSoftmax, TwoHalvesMakeAWhole) {
  const Numbers scores = {3, -1, 4, 1, -5, 9, 2, 6};
  const auto half = scores.begin() + 4;
  const Reader left = read({scores.begin(), half}),
               right = read({half, scores.end()}, 5);
  expect_context(exercise::merge(left, right), expected(scores),
                 "bring both to the larger of the two largest");
  expect_context(exercise::merge(right, left), expected(scores),
                 "which half comes first makes no difference");
}

TEST(OnlineSoftmax, MergingWithNothing) {
  const Reader some = read({900, 902}), none = read({}),
               dark = read({hidden, hidden});
  const double wanted = expected({900, 902});
  expect_context(exercise::merge(some, none), wanted, "nothing adds nothing");
  expect_context(exercise::merge(dark, some), wanted, "nor do hidden words");
  expect_context(exercise::merge(none, dark), 0, "nothing and nothing");
}

}  // namespace
