#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "answer.h"

namespace {

using exercise::Hypothesis;

// Hypothesis number n has read the word n twice.
Hypothesis hypothesis(int n) {
  const double x = n;
  return {{n, n}, {{x}, {x + 0.25}}, {{-x}, {-x - 0.25}}};
}

std::vector<Hypothesis> hypotheses(int count) {
  std::vector<Hypothesis> all;
  for (int n = 0; n < count; ++n) all.push_back(hypothesis(n));
  return all;
}

void expect_order(const std::vector<Hypothesis>& all,
                  const std::vector<int>& from, const std::string& why) {
  ASSERT_EQ(all.size(), from.size()) << "as many as there are in `from`";
  for (std::size_t i = 0; i < from.size(); ++i) {
    const Hypothesis wanted = hypothesis(from[i]);
    EXPECT_EQ(all[i].words, wanted.words) << why << ": the words of " << i;
    EXPECT_EQ(all[i].keys, wanted.keys) << why << ": the keys of " << i;
    EXPECT_EQ(all[i].values, wanted.values) << why << ": the values of " << i;
  }
}

void expect_reorder(int count, const std::vector<int>& from,
                    const std::string& why) {
  auto all = hypotheses(count);
  exercise::reorder(all, from);
  expect_order(all, from, why);
}

TEST(Reorder, TwoChangePlaces) {
  expect_reorder(2, {1, 0}, "the first must not be gone when it is read");
  expect_reorder(3, {0, 1, 2}, "all stay as they are");
}

TEST(Reorder, ARound) {
  expect_reorder(4, {3, 0, 1, 2}, "each one place further");
  expect_reorder(4, {1, 2, 3, 0}, "each one place back");
}

TEST(Reorder, TheBestIsContinuedByAll) {
  expect_reorder(3, {2, 2, 2}, "all from the last");
  expect_reorder(3, {1, 0, 0}, "one is given up");
}

TEST(Reorder, TheyPartAfterwards) {
  auto all = hypotheses(2);
  exercise::reorder(all, {1, 1});
  expect_order(all, {1, 1}, "both from the second");
  all[0].words.push_back(7);
  all[0].keys[0][0] = 99;
  EXPECT_EQ(all[1].words, hypothesis(1).words)
      << "two that come from one are two";
  EXPECT_EQ(all[1].keys, hypothesis(1).keys);
}

TEST(Reorder, FromOneToMany) {
  expect_reorder(1, {0, 0, 0, 0}, "the first step of a search");
}

TEST(Reorder, FewerThanBefore) {
  expect_reorder(4, {2, 0}, "some have ended");
  expect_reorder(4, {}, "all have ended");
}

TEST(Reorder, NoSuchHypothesis) {
  for (const std::vector<int>& from :
       {std::vector<int>{1, 2}, {1, -1}, {0, 0, 2}}) {
    auto all = hypotheses(2);
    EXPECT_THROW(exercise::reorder(all, from), std::out_of_range);
    expect_order(all, {0, 1}, "nothing has changed");
  }
}

}  // namespace
