#include <gtest/gtest.h>

#include <numeric>

#include "answer.h"

namespace {

using exercise::Sizes;
using Numbers = std::vector<double>;

Numbers counted(const Sizes& s) {
  Numbers x(std::size_t(s.sentences * s.words * s.heads * s.width));
  std::iota(x.begin(), x.end(), 0.0);
  return x;
}

TEST(SplitMerge, TwoWordsTwoHeads) {
  EXPECT_EQ(exercise::split({1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 2, 2}),
            (Numbers{1, 2, 5, 6, 3, 4, 7, 8}))
      << "head 0 gets the first half of each word, not the first word";
}

TEST(SplitMerge, MergeByHand) {
  EXPECT_EQ(exercise::merge({1, 2, 5, 6, 3, 4, 7, 8}, {1, 2, 2, 2}),
            (Numbers{1, 2, 3, 4, 5, 6, 7, 8}))
      << "the heads of a word side by side";
}

TEST(SplitMerge, OneHeadChangesNothing) {
  const Sizes sizes = {2, 3, 1, 4};
  EXPECT_EQ(exercise::split(counted(sizes), sizes), counted(sizes))
      << "all numbers are the only head's";
  EXPECT_EQ(exercise::merge(counted(sizes), sizes), counted(sizes))
      << "there is nothing to put together";
}

TEST(SplitMerge, HeadsOfWidthOne) {
  EXPECT_EQ(exercise::split({1, 2, 3, 4, 5, 6}, {1, 2, 3, 1}),
            (Numbers{1, 4, 2, 5, 3, 6}))
      << "with D = 1 it is a transpose";
}

TEST(SplitMerge, SentencesStayApart) {
  const Sizes two = {2, 3, 2, 2}, one = {1, 3, 2, 2};
  const Numbers x = counted(two);
  const Numbers second(x.begin() + 12, x.end());
  const Numbers all = exercise::split(x, two);
  ASSERT_EQ(all.size(), x.size()) << "nothing is lost";
  EXPECT_EQ(Numbers(all.begin() + 12, all.end()), exercise::split(second, one))
      << "the second sentence as if it were alone";
}

TEST(SplitMerge, ThereAndBack) {
  for (const Sizes& s :
       {Sizes{2, 3, 4, 5}, Sizes{1, 7, 2, 3}, Sizes{3, 1, 2, 2}})
    EXPECT_EQ(exercise::merge(exercise::split(counted(s), s), s), counted(s))
        << "merge undoes split, for any sizes";
}

TEST(SplitMerge, OneWordIsInOrder) {
  const Sizes sizes = {1, 1, 3, 2};
  EXPECT_EQ(exercise::split(counted(sizes), sizes), counted(sizes))
      << "one word: heads lie one behind the other already";
  const Sizes several = {2, 3, 2, 1};
  EXPECT_EQ(exercise::merge(counted(several), several),
            (Numbers{0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11}))
      << "of each word first head 0, then head 1";
}

}  // namespace
