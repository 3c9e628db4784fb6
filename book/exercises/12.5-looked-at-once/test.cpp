#include <gtest/gtest.h>

#include <vector>

#include "answer.h"

namespace {

using exercise::looked_at_once;
using exercise::Rows;

TEST(LookedAtOnce, ByHand) {
  // The cells were looked at for 1.5 and 0.5.
  const auto found = looked_at_once({{0.5, 0.5}, {1, 0}}, {true, true});
  EXPECT_NEAR(found.value, 0.25, 1e-12)
      << "(0.25 + 0.25) / 2: sum over the words first, then square";
}

TEST(LookedAtOnce, ZeroWhereEachCellHadItsTurn) {
  const auto found =
      looked_at_once({{0, 1, 0}, {1, 0, 0}, {0, 0, 1}}, {true, true, true});
  EXPECT_NEAR(found.value, 0, 1e-12) << "every cell was looked at for 1";
  for (const auto& row : found.gradient)
    for (const double g : row)
      EXPECT_NEAR(g, 0, 1e-12) << "at the bottom the slope is 0";
}

TEST(LookedAtOnce, ItIsAboutCellsAndNotAboutWords) {
  const auto found = looked_at_once({{1, 0}, {1, 0}}, {true, true});
  EXPECT_NEAR(found.value, 1, 1e-12)
      << "each row sums to one, and yet one cell has 2 and the other 0";
}

TEST(LookedAtOnce, PaddingIsNotCounted) {
  const auto found =
      looked_at_once({{1, 0}, {0.25, 0.75}, {0.5, 0.5}}, {true, false, false});
  EXPECT_NEAR(found.value, 0.5, 1e-12) << "only the first step says a word";
  ASSERT_EQ(found.gradient.size(), 3u) << "a row for each step";
  for (const std::size_t t : {1, 2})
    for (const double g : found.gradient.at(t))
      EXPECT_EQ(g, 0) << "what is not counted has no derivative";
}

TEST(LookedAtOnce, GradientByHand) {
  // Looked at: 1.5 and 0.5; -2 (1 - 1.5) / 2 and -2 (1 - 0.5) / 2.
  const auto found = looked_at_once({{0.5, 0.5}, {1, 0}}, {true, true});
  ASSERT_EQ(found.gradient.size(), 2u) << "a row for each step";
  for (const auto& row : found.gradient) {
    EXPECT_NEAR(row.at(0), 0.5, 1e-12) << "too much: less would be better";
    EXPECT_NEAR(row.at(1), -0.5, 1e-12) << "too little: more would be better";
  }
}

TEST(LookedAtOnce, GradientIsTheSlope) {
  Rows weights = {{0.2, 0.3, 0.5}, {0.7, 0.2, 0.1}, {0.1, 0.1, 0.8}};
  const std::vector<bool> said = {true, true, false};
  const auto found = looked_at_once(weights, said);
  const double h = 1e-6;
  for (std::size_t t = 0; t < 3; ++t)
    for (std::size_t s = 0; s < 3; ++s) {
      weights[t][s] += h;
      const double more = looked_at_once(weights, said).value;
      weights[t][s] -= 2 * h;
      const double less = looked_at_once(weights, said).value;
      weights[t][s] += h;
      EXPECT_NEAR(found.gradient.at(t).at(s), (more - less) / (2 * h), 1e-6)
          << "step " << t << ", cell " << s << ": move a weight and see";
    }
}

TEST(LookedAtOnce, OneCellAndNothingSaid) {
  EXPECT_NEAR(looked_at_once({{1}, {1}}, {true, true}).value, 1, 1e-12)
      << "the only cell was looked at twice: (1 - 2)^2";
  EXPECT_NEAR(looked_at_once({{0.5, 0.5}}, {false}).value, 1, 1e-12)
      << "no cell was looked at at all";
}

}  // namespace
