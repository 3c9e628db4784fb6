#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "answer.h"

namespace {

using Numbers = std::vector<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Numbers weights(const Numbers& scores, int length, int t, int window) {
  Numbers w = exercise::local_weights(scores, length, t, window);
  EXPECT_EQ(w.size(), scores.size()) << "a weight for every place";
  w.resize(scores.size(), nan);
  return w;
}

void expect_near(const Numbers& got, const Numbers& wanted, const char* why) {
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 1e-12) << "place " << i << ": " << why;
}

TEST(Window, InTheMiddle) {
  expect_near(weights({9, 0, std::log(2), 0, 9}, 5, 2, 1),
              {0, 0.25, 0.5, 0.25, 0},
              "three words are in the window, and share 1");
}

TEST(Window, BothEndsBelongToIt) {
  expect_near(weights({0, 0, 0, 0, 0, 0, 0}, 7, 3, 2),
              {0, 0.2, 0.2, 0.2, 0.2, 0.2, 0}, "2 D + 1 words, not 2 D");
}

TEST(Window, TheFirstWordHasNothingToItsLeft) {
  expect_near(weights({0, 0, 0, 0}, 4, 0, 2), {1 / 3., 1 / 3., 1 / 3., 0},
              "what is before the sentence is left out, not made up for");
  expect_near(weights({0, 0, 0, 0}, 4, 1, 2), {0.25, 0.25, 0.25, 0.25},
              "one to the left, two to the right");
}

TEST(Window, TheSentenceEndsBeforeTheRow) {
  expect_near(weights({0, 0, 0, 0, 0}, 3, 2, 1), {0, 0.5, 0.5, 0, 0},
              "padding is not in the sentence, so not in the window");
}

TEST(Window, BeyondTheLastWord) {
  for (int t : {3, 4, 50})
    expect_near(weights({0, 0, 0, 0, 0}, 3, t, 1), {0, 0.5, 0.5, 0, 0},
                "the window stays around the last word");
}

TEST(Window, OfOneWord) {
  expect_near(weights({5, -7, 5}, 3, 1, 0), {0, 1, 0}, "D = 0");
  expect_near(weights({5, -7, 5}, 1, 2, 4), {1, 0, 0}, "a sentence of one");
}

TEST(Window, WhatIsOutsideChangesNothing) {
  const Numbers before = weights({0, 1, 2, 3, 0, 0}, 5, 2, 1);
  for (double anything : {-8.0, 900.0, nan}) {
    const Numbers after = weights({anything, 1, 2, 3, anything, nan}, 5, 2, 1);
    EXPECT_EQ(before, after) << "not by one bit";
  }
  EXPECT_NEAR(before[3] / before[2], std::exp(1), 1e-12)
      << "and inside, the scores count";
}

TEST(Window, LargeScores) {
  expect_near(weights({0, 2000, 2000, 0}, 4, 1, 1), {0, 0.5, 0.5, 0},
              "exp(2000) is infinite");
  expect_near(weights({9000, 1, 1, 1}, 4, 2, 1), {0, 1 / 3., 1 / 3., 1 / 3.},
              "the largest of the window, not of the row");
}

}  // namespace
