#include <gtest/gtest.h>

#include "answer.h"

namespace {

using exercise::error_rate;
using exercise::Links;
using exercise::links_of;

TEST(AlignmentError, LinksAreTheLargestOfEachRow) {
  EXPECT_EQ(links_of({{0.8, 0.1, 0.1}, {0.2, 0.3, 0.5}, {0.1, 0.7, 0.2}}),
            (Links{{0, 0}, {2, 1}, {1, 2}}))
      << "source word first, then target word";
}

TEST(AlignmentError, LinksOfAnOblongTable) {
  EXPECT_EQ(links_of({{0.1, 0.2, 0.3, 0.4}, {0.4, 0.3, 0.2, 0.1}}),
            (Links{{3, 0}, {0, 1}}))
      << "two target words, two links, however many source words there are";
  EXPECT_EQ(links_of({{0.4, 0.6}, {0.1, 0.9}, {0.3, 0.7}}),
            (Links{{1, 0}, {1, 1}, {1, 2}}))
      << "a source word may be read by all, and another by none";
}

TEST(AlignmentError, LinksOfFlatRows) {
  EXPECT_EQ(links_of({{0.25, 0.25, 0.25, 0.25}}), (Links{{0, 0}}))
      << "the largest wins though it is below a half; of equals the first";
  EXPECT_EQ(links_of({{0, 0}, {0, 1}}), (Links{{1, 1}}))
      << "who looks at nothing is linked to nothing";
  EXPECT_EQ(links_of({}), Links{}) << "no words, no links";
}

TEST(AlignmentError, PerfectAndHopeless) {
  const Links gold = {{0, 0}, {1, 1}, {2, 2}};
  EXPECT_DOUBLE_EQ(error_rate(gold, gold, {}), 0) << "all sure links, no other";
  EXPECT_DOUBLE_EQ(error_rate({{0, 1}, {1, 0}}, gold, {}), 1)
      << "none is right";
}

TEST(AlignmentError, HalfRight) {
  const Links gold = {{0, 0}, {1, 1}, {2, 2}, {3, 3}};
  EXPECT_DOUBLE_EQ(error_rate({{0, 0}, {1, 2}}, gold, {}), 1 - 2.0 / 6)
      << "one of two is right, one of four is found: 1 - (1 + 1) / (2 + 4)";
  EXPECT_DOUBLE_EQ(error_rate({{0, 0}}, gold, {}), 1 - 2.0 / 5)
      << "what is not found is an error, too";
}

TEST(AlignmentError, ALinkHasADirection) {
  EXPECT_DOUBLE_EQ(error_rate({{2, 0}}, {{0, 2}}, {}), 1)
      << "source 2 to target 0 is not source 0 to target 2";
}

TEST(AlignmentError, PossibleLinksAreForgiven) {
  const Links sure = {{0, 0}, {1, 1}}, possible = {{2, 1}, {2, 2}};
  EXPECT_DOUBLE_EQ(error_rate({{0, 0}, {1, 1}, {2, 2}}, sure, possible), 0)
      << "a possible link is no error";
  EXPECT_DOUBLE_EQ(error_rate(sure, sure, possible), 0)
      << "nor is it one to leave it out";
  EXPECT_DOUBLE_EQ(error_rate({{0, 0}, {2, 1}}, sure, possible), 1 - 3.0 / 4)
      << "one sure, two possible: 1 - (1 + 2) / (2 + 2)";
}

TEST(AlignmentError, SureOnesMayBeListedTwice) {
  const Links sure = {{0, 0}, {1, 1}};
  EXPECT_DOUBLE_EQ(error_rate({{0, 0}, {0, 1}}, sure, {{0, 0}, {1, 1}}),
                   error_rate({{0, 0}, {0, 1}}, sure, {}))
      << "sure ones are possible, whether they are listed there or not";
  EXPECT_DOUBLE_EQ(error_rate({{0, 0}, {0, 0}}, {{0, 0}}, {}), 0)
      << "the same link twice is one link";
}

TEST(AlignmentError, NothingAtAll) {
  EXPECT_DOUBLE_EQ(error_rate({}, {}, {}), 0) << "nothing is wrong here";
  EXPECT_DOUBLE_EQ(error_rate({}, {{0, 0}}, {}), 1) << "nothing is found";
  EXPECT_DOUBLE_EQ(error_rate({{0, 0}}, {}, {}), 1) << "nothing was there";
}

}  // namespace
