#include "autograd/gradcheck.h"

#include <gtest/gtest.h>

#include "autograd/ops.h"

namespace autograd {
namespace {

Tensor leaf(const Shape& shape) {
  Rng rng(5);
  return Tensor::normal(shape, 0, 1, rng).requires_grad(true);
}

// As a student uses it, in the library's own precision.
TEST(CheckGradients, PassesARightGradient) {
  const auto f = [](auto& x) { return tanh(matmul(x[0], x[1])); };
  EXPECT_NO_THROW(check_gradients("tanh(a b)", f, {leaf({3, 4}), leaf({4})}));
}

TEST(CheckGradients, RefusesAWrongOne) {
  const auto f = [](auto& x) { return x[0] * x[0].detach(); };
  EXPECT_THROW(check_gradients("half a square", f, {leaf({3})}),
               std::runtime_error);
}

TEST(CheckGradients, LeavesTheValuesAsTheyWere) {
  const Tensor x = leaf({7});
  const std::vector<Real> before = x.values();
  check_gradients("exp", [](auto& x) { return exp(x[0]); }, {x});
  EXPECT_EQ(x.values(), before);
}

// Wrong in its third element only.
TEST(CheckGradients, ComparesAsManyAsItIsTold) {
  const auto f = [](auto& x) {
    return x[0] + slice(x[0], 0, 2, 3).detach() * Tensor::from({3}, {0, 0, 1});
  };
  const Tensor x = leaf({3});
  EXPECT_THROW(check_gradients("third", f, {x}), std::runtime_error);
  EXPECT_THROW(check_gradients("third", f, {x}, {.every = 2}),
               std::runtime_error);
  EXPECT_NO_THROW(check_gradients("third", f, {x}, {.every = 3}));
  EXPECT_THROW(check_gradients("third", f, {x}, {.every = 0}),
               std::invalid_argument);
}

TEST(CheckGradients, WantsAnInputThatRequiresAGradient) {
  const auto f = [](auto& x) { return exp(x[0]); };
  EXPECT_THROW(check_gradients("exp", f, {Tensor::ones({2})}),
               std::invalid_argument);
}

}  // namespace
}  // namespace autograd
