#include "autograd/shape.h"

#include <gtest/gtest.h>

namespace autograd {
namespace {

TEST(Shape, CountsAndStrides) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({2, 3, 4}), 24);
  EXPECT_EQ(element_count({2, 0, 4}), 0);
  EXPECT_EQ(dense_strides({2, 3, 4}), (Strides{12, 4, 1}));
  EXPECT_EQ(dense_strides({3, 0}), (Strides{1, 1}));  // never 0
}

TEST(Shape, Edits) {
  const Shape shape{2, 3, 4};
  EXPECT_EQ(shape.inserted(1, 9), (Shape{2, 9, 3, 4}));
  EXPECT_EQ(shape.inserted(3, 9), (Shape{2, 3, 4, 9}));
  EXPECT_EQ(shape.erased(0), (Shape{3, 4}));
  EXPECT_EQ(shape.swapped(0, 2), (Shape{4, 3, 2}));
  EXPECT_EQ(shape.with(1, 7), (Shape{2, 7, 4}));
  EXPECT_EQ(text(shape), "[2, 3, 4]");
  EXPECT_NE(shape, (Shape{2, 3}));
}

TEST(Shape, HasAtMostSixAxes) {
  EXPECT_NO_THROW((Shape{1, 1, 1, 1, 1, 1}));
  EXPECT_THROW((Shape{1, 1, 1, 1, 1, 1, 1}), std::invalid_argument);
  EXPECT_THROW((Shape{1, 1, 1, 1, 1, 1}).inserted(0, 1), std::invalid_argument);
}

TEST(Shape, AxesCountFromTheEndToo) {
  EXPECT_EQ(checked_axis("op", -1, 3), 2);
  EXPECT_EQ(checked_axis("op", 0, 3), 0);
  EXPECT_THROW(checked_axis("op", 3, 3), std::invalid_argument);
  EXPECT_THROW(checked_axis("op", -4, 3), std::invalid_argument);
  EXPECT_THROW(checked_axis("op", 0, 0), std::invalid_argument);
}

TEST(Shape, BroadcastsAsNumPy) {
  auto both = [](const Shape& a, const Shape& b) {
    EXPECT_EQ(broadcast_shapes("op", a, b), broadcast_shapes("op", b, a));
    return broadcast_shapes("op", a, b);
  };
  EXPECT_EQ(both({2, 3}, {2, 3}), (Shape{2, 3}));
  EXPECT_EQ(both({}, {2, 3}), (Shape{2, 3}));
  EXPECT_EQ(both({3}, {2, 3}), (Shape{2, 3}));
  EXPECT_EQ(both({8, 1, 6, 1}, {7, 1, 5}), (Shape{8, 7, 6, 5}));
  EXPECT_EQ(both({1}, {0}), Shape{0});
  EXPECT_EQ(both({2, 1}, {2, 0}), (Shape{2, 0}));
  EXPECT_THROW(both({2}, {3}), std::invalid_argument);
  EXPECT_THROW(both({2, 1}, {8, 4, 3}), std::invalid_argument);
  EXPECT_THROW(both({0}, {2}), std::invalid_argument);
}

TEST(Shape, ErrorsShowWhatCame) {
  try {
    broadcast_shapes("add", {2, 3}, {4});
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "[add] shapes do not broadcast: [2, 3] and [4]");
  }
}

}  // namespace
}  // namespace autograd
