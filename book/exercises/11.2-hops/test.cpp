#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Memory;
using exercise::Numbers;
using exercise::read;
using exercise::state_after;

// Key i is unit i; what it leads to is unit i + 1, much louder each time.
const Memory chain = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                      {{0, 100, 0}, {0, 0, 1000}, {10000, 0, 0}}};

void expect_near(const Numbers& got, const Numbers& wanted, const char* why) {
  ASSERT_EQ(got.size(), wanted.size()) << why;
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], 1e-9) << "number " << i << ": " << why;
}

TEST(Hops, WeightsByHand) {
  const double a = std::exp(1), b = std::exp(3);
  expect_near(read({1, 2}, {{{1, 0}, {1, 1}}, {{5, 0}, {0, 7}}}).weights,
              {a / (a + b), b / (a + b)}, "scores 1 and 3");
}

TEST(Hops, ValuesAreRead) {
  expect_near(read({0, 0}, {{{1, 0}, {1, 1}}, {{4, 0}, {0, 8}}}).context,
              {2, 4}, "both weigh a half: the mean of the values");
}

TEST(Hops, ValuesOfAnotherWidth) {
  expect_near(read({0, 0}, {{{1, 0}, {1, 1}}, {{4}, {6}}}).context, {5},
              "the context is as wide as a value");
  expect_near(read({3, 0}, {{{1, 0}}, {{4, 5, 6}}}).context, {4, 5, 6},
              "one slot: its value");
}

TEST(Hops, LargeScores) {
  expect_near(read({1000, 0}, {{{1, 0}, {0, 1}}, {{4}, {6}}}).weights, {1, 0},
              "exp(1000) is too much: subtract the largest score");
}

TEST(Hops, NoneChangesNothing) {
  expect_near(state_after(0, {1, 2, 3}, chain), {1, 2, 3},
              "no hop, no reading");
}

TEST(Hops, OneAddsWhatItReads) {
  expect_near(state_after(1, {40, 0, 0}, chain), {40, 100, 0},
              "the question and what was read, together");
}

TEST(Hops, TheSecondAsksWithTheFirst) {
  expect_near(state_after(2, {40, 0, 0}, chain), {40, 100, 1000},
              "slot 1 is found by what slot 0 said");
  expect_near(state_after(3, {40, 0, 0}, chain), {10040, 100, 1000},
              "and slot 2 by what slot 1 said");
}

TEST(Hops, OrderOfSlotsMeansNothing) {
  const Memory turned = {{chain.keys[2], chain.keys[0], chain.keys[1]},
                         {chain.values[2], chain.values[0], chain.values[1]}};
  expect_near(state_after(2, {1, 0.5, 0}, turned),
              state_after(2, {1, 0.5, 0}, chain), "a memory is a set of pairs");
  expect_near(state_after(1, {0, 0, 0}, turned),
              {10000.0 / 3, 100.0 / 3, 1000.0 / 3}, "and here their mean");
}

}  // namespace
