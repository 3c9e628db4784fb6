#include "autograd/tensor.h"

#include <gtest/gtest.h>

#include "autograd/ops.h"
#include "tests/support/expect.h"

namespace autograd {
namespace {

using Values = std::vector<Real>;

TEST(Tensor, Factories) {
  EXPECT_EQ(Tensor::zeros({2}).values(), (Values{0, 0}));
  EXPECT_EQ(Tensor::ones({1, 2}).values(), (Values{1, 1}));
  EXPECT_EQ(Tensor::full({2}, 7).values(), (Values{7, 7}));
  EXPECT_EQ(Tensor::arange(3).values(), (Values{0, 1, 2}));
  EXPECT_EQ(Tensor::from({2, 2}, {1, 2, 3, 4}).at({1, 0}), 3);
  EXPECT_EQ(Tensor(5).item(), 5);
  EXPECT_EQ(Tensor(5).rank(), 0);
  Rng rng(1), twin(1);
  const Tensor u = Tensor::uniform({3}, -1, 1, rng);
  for (Real value : u.values()) EXPECT_EQ(value, twin.uniform(-1, 1));
  const Tensor n = Tensor::normal({3}, 5, 2, rng);
  for (Real value : n.values()) EXPECT_EQ(value, 5 + 2 * twin.normal());
}

TEST(Tensor, RefusesShapesThatCannotBe) {
  EXPECT_THROW(Tensor::zeros({2, -1}), std::invalid_argument);
  EXPECT_THROW(Tensor::zeros({1 << 30, 1 << 30}), std::invalid_argument);
  EXPECT_THROW(Tensor::empty({1 << 30, 1 << 30, 1 << 30, 1 << 30}),
               std::invalid_argument);
  EXPECT_THROW(Tensor::from({2, 2}, {1, 2, 3}), std::invalid_argument);
  EXPECT_EQ(Tensor::zeros({1 << 30, 0}).size(), 0);
}

TEST(Tensor, Access) {
  const Tensor x = reshape(Tensor::arange(6), {2, 3});
  EXPECT_EQ(x.size(), 6);
  EXPECT_EQ(x.size(-1), 3);
  EXPECT_EQ(transpose(x).at({2, 1}), 5);
  EXPECT_EQ(transpose(x).values(), (Values{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(tests::thrown([&] {
              x.at({2, 0});
            }),
            "[at] index 2 is outside axis 0 of shape [2, 3]");
  EXPECT_EQ(tests::thrown([&] { x.at({1}); }),
            "[at] shape [2, 3] wants 2 indices, got 1");
  EXPECT_EQ(tests::thrown([&] { x.item(); }),
            "[item] wanted a tensor of one element, got shape [2, 3]");
  EXPECT_THROW(x.size(2), std::invalid_argument);
}

TEST(Tensor, AnEmptyHandleIsRefusedEverywhere) {
  Tensor none;
  EXPECT_FALSE(none.defined());
  EXPECT_THROW(none.item(), std::invalid_argument);
  EXPECT_THROW(none.values(), std::invalid_argument);
  EXPECT_THROW(none.fill(1), std::invalid_argument);
  EXPECT_THROW(none.grad(), std::invalid_argument);
  EXPECT_THROW(none.backward(), std::invalid_argument);
  EXPECT_THROW(none.detach(), std::invalid_argument);
  EXPECT_THROW(none.clone(), std::invalid_argument);
  EXPECT_THROW(none.requires_grad(true), std::invalid_argument);
  EXPECT_THROW(none + 1, std::invalid_argument);
  EXPECT_THROW(exp(none), std::invalid_argument);
  EXPECT_THROW(sum(none), std::invalid_argument);
}

TEST(Tensor, WritesThroughWindows) {
  Tensor x = Tensor::zeros({2, 3});
  select(x, 1, 1).fill(5);
  transpose(x).set({2, 0}, 7);
  EXPECT_EQ(x.values(), (Values{0, 5, 7, 0, 5, 0}));
  slice(x, 1, 0, 3, 2).copy_from(Values{1, 2, 3, 4});
  EXPECT_EQ(x.values(), (Values{1, 5, 2, 3, 5, 4}));
  Tensor square = Tensor::from({2, 2}, {1, 2, 3, 4});
  square.copy_from(transpose(square));  // it reads itself
  EXPECT_EQ(square.values(), (Values{1, 3, 2, 4}));
  EXPECT_THROW(x.copy_from(Values{1}), std::invalid_argument);
  EXPECT_THROW(x.copy_from(square), std::invalid_argument);
  EXPECT_EQ(tests::thrown([&] { expand(Tensor::ones({1}), {3}).fill(2); }),
            "[write] axis 0 of this window is expanded: one element in many "
            "places");
}

TEST(Tensor, RefusesToWriteIntoAResult) {
  Tensor x = Tensor::ones({2}).requires_grad(true);
  Tensor y = exp(x);
  EXPECT_EQ(tests::thrown([&] { y.fill(0); }),
            "[write] wanted a leaf to write into, got the result of 'exp', "
            "which is recorded; detach() or clone() it");
  EXPECT_THROW(y.set({0}, 1), std::invalid_argument);
  EXPECT_THROW(y.requires_grad(true), std::invalid_argument);
}

TEST(Tensor, DetachSharesStorageAndCloneDoesNot) {
  Tensor x = Tensor::ones({2}).requires_grad(true);
  Tensor same = x.detach(), other = x.clone();
  EXPECT_FALSE(same.requires_grad());
  EXPECT_FALSE(other.requires_grad());
  same.fill(3);
  EXPECT_EQ(x.values(), (Values{3, 3}));
  EXPECT_EQ(other.values(), (Values{1, 1}));
  EXPECT_EQ(transpose(reshape(Tensor::arange(4), {2, 2})).detach().values(),
            (Values{0, 2, 1, 3}));
  EXPECT_TRUE(transpose(reshape(Tensor::arange(4), {2, 2})).clone().dense());
}

TEST(Tensor, CopiesAreHandlesOnOneValue) {
  Tensor x = Tensor::zeros({2});
  Tensor y = x;
  y.fill(4);
  EXPECT_EQ(x.values(), (Values{4, 4}));
  Tensor z = std::move(y);
  EXPECT_FALSE(y.defined());
  Tensor& self = z;
  z = self;
  EXPECT_EQ(z.values(), (Values{4, 4}));
}

TEST(Tensor, DenseMeansRowMajorWithoutGaps) {
  const Tensor x = Tensor::zeros({2, 3, 4});
  EXPECT_TRUE(x.dense());
  EXPECT_TRUE(slice(x, 0, 1, 2).dense());
  EXPECT_FALSE(slice(x, 1, 0, 2).dense());
  EXPECT_FALSE(transpose(x).dense());
  EXPECT_TRUE(transpose(Tensor::zeros({1, 4})).dense());
  EXPECT_FALSE(expand(Tensor::zeros({1, 4}), {3, 4}).dense());
  EXPECT_TRUE(Tensor::zeros({0, 3}).dense());
}

}  // namespace
}  // namespace autograd
