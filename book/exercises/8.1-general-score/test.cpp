#include <gtest/gtest.h>

#include "answer.h"

namespace {

using exercise::joined;
using exercise::Numbers;
using exercise::project;
using exercise::Rows;
using exercise::scores;

const Rows one = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
const Rows keys = {{5, 0, 1}, {0, 1, 1}, {1, 1, 0}};  // Tom chases Jerry

TEST(GeneralScore, WithoutWeightsItIsTheProduct) {
  EXPECT_EQ(scores({10, 5, 10}, project(one, keys)), (Numbers{60, 15, 15}))
      << "where W changes nothing, chapter 1's scores come out";
}

TEST(GeneralScore, WStandsBetweenQueryAndKey) {
  const Rows W = {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}};
  EXPECT_EQ(project(W, keys), (Rows{{0, 1, 5}, {1, 1, 0}, {1, 0, 1}}))
      << "row i of W times the key is number i: here (k_2, k_3, k_1)";
  EXPECT_EQ(scores({10, 5, 1}, project(W, keys)), (Numbers{10, 15, 11}))
      << "q . W k, not W q . k: the two differ unless W is symmetric";
}

TEST(GeneralScore, WidthsMayDiffer) {
  const Rows W = {{1, 2, 3}, {-1, 0, 1}};  // queries of 2, keys of 3 numbers
  EXPECT_EQ(project(W, {{1, 1, 1}, {0, 2, 1}}), (Rows{{6, 0}, {7, 1}}))
      << "what is projected is as wide as a query";
  EXPECT_EQ(scores({1, 10}, project(W, {{1, 1, 1}, {0, 2, 1}})),
            (Numbers{6, 17}))
      << "a score for each key";
}

TEST(GeneralScore, NoKeysNoScores) {
  EXPECT_TRUE(project(one, {}).empty()) << "nothing to project";
  EXPECT_TRUE(scores({1, 2, 3}, {}).empty()) << "nothing to score";
}

TEST(GeneralScore, TwoMapsAreOne) {
  const Rows W_Q = {{1, 2}, {0, 1}, {3, 0}}, W_K = {{1, 0, 1}, {2, 1, 0},
                                                    {0, 1, 1}};
  EXPECT_EQ(joined(W_Q, W_K), (Rows{{1, 3, 4}, {4, 1, 2}}))
      << "the transpose of W_Q, times W_K";
}

TEST(GeneralScore, TwoMapsGiveTheSameScores) {
  const Rows W_Q = {{1, -2, 0.5, 1}}, W_K = {{2, 1, -1}};  // to one number
  const Numbers q = {1, 2, 4, 0.5};
  // W_Q q = -0.5, W_K k = 9, 0, 3
  EXPECT_EQ(scores(q, project(joined(W_Q, W_K), keys)),
            (Numbers{-4.5, 0, -1.5}))
      << "every pair of numbers meets through each row of the maps";
}

TEST(GeneralScore, NarrowMapsMakeAPoorMatrix) {
  const Rows W = joined({{1, 2, 3}}, {{4, 5, 6}});
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(W.at(i).at(0) * W.at(i + 1).at(1),
              W.at(i).at(1) * W.at(i + 1).at(0))
        << "of maps to one number all rows of W are alike: its rank is 1";
  EXPECT_EQ(W.at(2).at(2), 18) << "3 of the query meets 6 of the key";
}

}  // namespace
