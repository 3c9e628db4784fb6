#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "answer.h"

namespace {

// A picture: # for 0, . for minus infinity, ? for anything else.
std::string picture(const std::vector<bool>& padded, bool causal) {
  std::string text;
  for (const auto& row : exercise::additive_mask(padded, causal)) {
    for (const double x : row)
      text += x == 0 ? '#' : std::isinf(x) && x < 0 ? '.' : '?';
    text += '\n';
  }
  return text;
}

TEST(InvertedMask, NothingHidden) {
  EXPECT_EQ(picture({false, false}, false), "##\n##\n")
      << "no padding, not causal: every word reads every word";
}

TEST(InvertedMask, Causal) {
  EXPECT_EQ(picture({false, false, false}, true), "#..\n##.\n###\n")
      << "a word reads itself and what stands before it";
}

TEST(InvertedMask, Padding) {
  EXPECT_EQ(picture({false, false, true}, false), "##.\n##.\n##.\n")
      << "padding is read by nobody, not even by padding";
}

TEST(InvertedMask, PaddingInFront) {
  EXPECT_EQ(picture({true, false, false}, true), "...\n.#.\n.##\n")
      << "padding may stand in front: go by the list, not by a length";
}

TEST(InvertedMask, Both) {
  EXPECT_EQ(picture({false, false, true, true}, true),
            "#...\n##..\n##..\n##..\n")
      << "either reason is enough to hide";
}

TEST(InvertedMask, HiddenIsInfinitelyLow) {
  const auto mask = exercise::additive_mask({false, true}, false);
  EXPECT_EQ(mask.at(0).at(1), -std::numeric_limits<double>::infinity())
      << "-1e9 still wins where every other score is lower";
  EXPECT_EQ(mask.at(0).at(0), 0.0) << "what may be read keeps its score";
}

TEST(InvertedMask, OneWord) {
  EXPECT_EQ(picture({false}, true), "#\n") << "it reads itself";
}

}  // namespace
