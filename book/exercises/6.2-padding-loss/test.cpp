#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Loss;
using Numbers = std::vector<double>;
using Table = std::vector<Numbers>;

Loss loss(const Table& scores, const std::vector<int>& targets) {
  Loss result = exercise::cross_entropy(scores, targets);
  EXPECT_EQ(result.gradient.size(), scores.size()) << "a row for each place";
  result.gradient.resize(scores.size());
  for (auto& row : result.gradient) row.resize(scores[0].size(), NAN);
  return result;
}

// Scores whose softmax is 1/8, 5/8, 2/8.
const Numbers eighths = {0, std::log(5), std::log(2)};

TEST(PaddingLoss, AWordAndPadding) {
  const Loss l = loss({eighths, eighths}, {1, 0});
  EXPECT_NEAR(l.value, -std::log(5.0 / 8), 1e-12)
      << "one word was to be said, and it had a chance of 5/8";
}

TEST(PaddingLoss, DividesByTheWords) {
  const Loss l = loss({eighths, eighths, eighths, eighths}, {1, 2, 0, 0});
  EXPECT_NEAR(l.value, -(std::log(5.0 / 8) + std::log(2.0 / 8)) / 2, 1e-12)
      << "two words in four places: divide by two";
}

TEST(PaddingLoss, MorePaddingChangesNothing) {
  const Loss some = loss({eighths, eighths, {3, 1, 4}}, {1, 2, 0});
  const Loss more = loss({eighths, eighths, {3, 1, 4}, {9, 9, 9}, {-5, 2, 7}},
                         {1, 2, 0, 0, 0});
  EXPECT_DOUBLE_EQ(some.value, more.value)
      << "a wider batch has more padding and the same words";
  EXPECT_EQ(some.gradient[0], more.gradient[0])
      << "and the words' gradients stay as they are";
  EXPECT_NEAR(some.value, -(std::log(5.0 / 8) + std::log(2.0 / 8)) / 2, 1e-12)
      << "whatever is scored where there is padding";
}

TEST(PaddingLoss, PaddingPassesNothingBack) {
  const Loss l = loss({eighths, {5, -3, 2}}, {1, 0});
  EXPECT_EQ(l.gradient[1], (Numbers{0, 0, 0}))
      << "nothing was to be said there";
  EXPECT_NEAR(l.gradient[0][1], 5.0 / 8 - 1, 1e-12)
      << "p - 1 for the target, over one word";
  EXPECT_NEAR(l.gradient[0][0], 1.0 / 8, 1e-12)
      << "p for the others, word 0 too: it must learn not to be said";
}

TEST(PaddingLoss, PaddingMayStandAnywhere) {
  const Loss l = loss({{9, 1, 1}, eighths, {2, 2, 2}, eighths}, {0, 2, 0, 1});
  EXPECT_NEAR(l.value, -(std::log(5.0 / 8) + std::log(2.0 / 8)) / 2, 1e-12)
      << "a batch lies row after row: padding is not only at its end";
  EXPECT_NEAR(l.gradient[1][2], (2.0 / 8 - 1) / 2, 1e-12) << "over two words";
  EXPECT_NEAR(l.gradient[3][2], 2.0 / 8 / 2, 1e-12) << "over two words";
}

TEST(PaddingLoss, NothingButPadding) {
  const Loss l = loss({eighths, eighths}, {0, 0});
  EXPECT_EQ(l.value, 0.0) << "no words, no loss: 0, not 0 / 0";
  EXPECT_EQ(l.gradient, (Table{{0, 0, 0}, {0, 0, 0}})) << "and no gradient";
}

}  // namespace
