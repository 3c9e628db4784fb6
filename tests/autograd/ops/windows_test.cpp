#include <gtest/gtest.h>

#include "autograd/ops.h"

namespace autograd {
namespace {

using Values = std::vector<Real>;

const Tensor x() { return reshape(Tensor::arange(6), {2, 3}); }

TEST(Windows, CopyNothing) {
  const Tensor t = x();
  EXPECT_EQ(transpose(t).node(), t.node());
  EXPECT_EQ(slice(t, 1, 1, 3).node(), t.node());
  EXPECT_EQ(select(t, 0, 1).node(), t.node());
  EXPECT_EQ(expand(unsqueeze(t, 0), {4, 2, 3}).node(), t.node());
  EXPECT_EQ(reshape(t, {3, 2}).node(), t.node());
}

TEST(Windows, Permute) {
  const Tensor t = permute(reshape(Tensor::arange(8), {2, 2, 2}), {2, 0, -2});
  EXPECT_EQ(t.values(), (Values{0, 2, 4, 6, 1, 3, 5, 7}));
  EXPECT_THROW(permute(x(), {0}), std::invalid_argument);
  EXPECT_THROW(permute(x(), {0, 0}), std::invalid_argument);
}

TEST(Windows, Slice) {
  EXPECT_EQ(slice(x(), 1, 0, 3, 2).values(), (Values{0, 2, 3, 5}));
  EXPECT_EQ(slice(x(), -1, -2, 3).values(), (Values{1, 2, 4, 5}));
  EXPECT_EQ(slice(x(), 0, 1, 1).shape(), (Shape{0, 3}));
  EXPECT_THROW(slice(x(), 0, 0, 3), std::invalid_argument);
  EXPECT_THROW(slice(x(), 0, 2, 1), std::invalid_argument);
  EXPECT_THROW(slice(x(), 0, 0, 1, 0), std::invalid_argument);
  EXPECT_THROW(slice(x(), 2, 0, 1), std::invalid_argument);
}

TEST(Windows, Select) {
  EXPECT_EQ(select(x(), 0, -1).values(), (Values{3, 4, 5}));
  EXPECT_EQ(select(x(), 1, 0).values(), (Values{0, 3}));
  EXPECT_THROW(select(x(), 0, 2), std::invalid_argument);
  EXPECT_THROW(select(Tensor(1), 0, 0), std::invalid_argument);
}

TEST(Windows, Split) {
  const auto parts = split(x(), 1, 2);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].values(), (Values{0, 1, 3, 4}));
  EXPECT_EQ(parts[1].values(), (Values{2, 5}));
  EXPECT_THROW(split(x(), 0, 0), std::invalid_argument);
}

TEST(Windows, Expand) {
  const Tensor t = expand(Tensor::from({2, 1}, {1, 2}), {3, 2, 2});
  EXPECT_EQ(t.values(), (Values{1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2}));
  EXPECT_THROW(expand(x(), {2, 4}), std::invalid_argument);
  EXPECT_THROW(expand(x(), {3}), std::invalid_argument);
}

TEST(Windows, SqueezeAndUnsqueeze) {
  EXPECT_EQ(unsqueeze(x(), -1).shape(), (Shape{2, 3, 1}));
  EXPECT_EQ(unsqueeze(x(), 0).shape(), (Shape{1, 2, 3}));
  EXPECT_EQ(squeeze(unsqueeze(x(), 1), 1).shape(), (Shape{2, 3}));
  EXPECT_THROW(squeeze(x(), 1), std::invalid_argument);
  EXPECT_THROW(unsqueeze(x(), 3), std::invalid_argument);
}

TEST(Windows, ReshapeIsAWindowWhereTheStridesAllowIt) {
  const Tensor t = Tensor::arange(24);
  const Tensor cube = reshape(t, {2, 3, 4});
  EXPECT_EQ(reshape(cube, {-1, 4}).shape(), (Shape{6, 4}));
  const Tensor halves = slice(cube, 0, 0, 2, 1);
  EXPECT_EQ(reshape(halves, {6, 4}).node(), t.node());
  const Tensor odd = slice(cube, 2, 1, 4, 2);  // [2, 3, 2], regular steps of 2
  EXPECT_EQ(reshape(odd, {6, 2}).node(), t.node());
  EXPECT_EQ(reshape(odd, {12}).node(), t.node());
  EXPECT_EQ(reshape(odd, {12}).values(), odd.values());
  const Tensor turned = transpose(cube);
  EXPECT_NE(reshape(turned, {24}).node(), t.node());  // a copy
  EXPECT_EQ(reshape(turned, {24}).values(), turned.values());
  EXPECT_EQ(reshape(turned, {2, 2, 2, 3}).node(), t.node());
  EXPECT_EQ(reshape(turned, {2, 2, 2, 3}).values(), turned.values());
  EXPECT_EQ(reshape(expand(Tensor(3), {2, 3}), {6}).values(), Values(6, 3));
}

TEST(Windows, ReshapeRefusesOtherSizes) {
  EXPECT_THROW(reshape(x(), {4}), std::invalid_argument);
  EXPECT_THROW(reshape(x(), {-1, -1}), std::invalid_argument);
  EXPECT_THROW(reshape(x(), {-1, 4}), std::invalid_argument);
  EXPECT_THROW(reshape(x(), {-2, -3}), std::invalid_argument);
  EXPECT_THROW(reshape(Tensor::zeros({0}), {-1, 0}), std::invalid_argument);
  EXPECT_EQ(reshape(Tensor::zeros({0, 3}), {5, 0}).shape(), (Shape{5, 0}));
}

}  // namespace
}  // namespace autograd
