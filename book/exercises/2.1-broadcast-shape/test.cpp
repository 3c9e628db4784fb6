#include <gtest/gtest.h>

#include <stdexcept>

#include "answer.h"

namespace {

using exercise::broadcast_shape;
using exercise::Shape;

// Both ways round: a + b has the shape of b + a.
void expect(const Shape& a, const Shape& b, const Shape& wanted,
            const char* lesson) {
  EXPECT_EQ(broadcast_shape(a, b), wanted) << lesson;
  EXPECT_EQ(broadcast_shape(b, a), wanted)
      << "the other way round, the shape must be the same: " << lesson;
}

TEST(BroadcastShape, OfTwoAlike) {
  expect({2, 3}, {2, 3}, {2, 3}, "nothing to stretch");
}

TEST(BroadcastShape, ABiasIsAddedToEveryRow) {
  expect({32, 50, 8}, {8}, {32, 50, 8}, "right sides together");
  expect({4, 3}, {3}, {4, 3}, "right sides together");
}

TEST(BroadcastShape, AMaskForEveryQuery) {
  expect({32, 20, 50}, {32, 1, 50}, {32, 20, 50}, "a 1 stretches");
}

TEST(BroadcastShape, BothMayStretch) {
  expect({20, 1}, {50}, {20, 50}, "a column and a row make a table");
  expect({5, 1, 4, 1}, {3, 1, 2}, {5, 3, 4, 2}, "each axis by itself");
}

TEST(BroadcastShape, ANumberFitsEverything) {
  expect({}, {2, 3}, {2, 3}, "a number has no axes, and fits everywhere");
  expect({}, {}, {}, "two numbers make a number");
}

TEST(BroadcastShape, AnEmptyBatchStaysEmpty) {
  expect({0, 3}, {3}, {0, 3}, "no rows plus a bias are no rows");
  expect({0}, {1}, {0}, "1 stretches to 0 as to any other length");
}

TEST(BroadcastShape, RefusesWhatDoesNotAgree) {
  EXPECT_THROW(broadcast_shape({3}, {4}), std::invalid_argument)
      << "3 against 4: neither is 1";
  EXPECT_THROW(broadcast_shape({4, 3}, {4}), std::invalid_argument)
      << "right sides together: 3 stands over 4 here";
  EXPECT_THROW(broadcast_shape({2, 3}, {0, 3}), std::invalid_argument)
      << "2 against 0: neither is 1";
  EXPECT_THROW(broadcast_shape({6}, {3}), std::invalid_argument)
      << "6 is twice 3, but nothing repeats: only a 1 stretches";
}

}  // namespace
