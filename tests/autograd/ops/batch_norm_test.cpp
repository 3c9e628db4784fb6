#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/same_bits.h"

namespace autograd {
namespace {

using tests::expect_thrown;
using tests::Golden;

TEST(BatchNorm, WorkedByHand) {
  // Channel 0: 1, 3, 5, 7 with mean 4 and variance 5; channel 1 is constant.
  const Tensor x = Tensor::from({2, 2, 2}, {1, 3, 8, 8, 5, 7, 8, 8});
  const Tensor weight = Tensor::from({2}, {2, 3});
  const Tensor bias = Tensor::from({2}, {10, -1});
  BatchMoments found;
  const Tensor y = batch_norm(x, weight, bias, 4, &found);  // sqrt(5 + 4) = 3
  EXPECT_EQ(found.mean.values(), (std::vector<Real>{4, 8}));
  EXPECT_EQ(found.variance.values(), (std::vector<Real>{5, 0}));
  tests::expect_near(y, {8, 10 - 2 / 3., -1, -1, 10 + 2 / 3., 12, -1, -1});
  const BatchMoments given{Tensor::from({2}, {1, 6}),
                           Tensor::from({2}, {0, 12})};
  tests::expect_near(batch_norm(x, weight, bias, given, 4),
                     {10, 12, 0.5, 0.5, 14, 16, 0.5, 0.5});
}

// As ops that are tested by themselves.
Tensor composed(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  std::vector<int> axes = {0};
  for (int axis = 2; axis < x.rank(); ++axis) axes.push_back(axis);
  Shape shape = Shape::filled(x.rank(), 1);
  shape[1] = x.size(1);
  const Tensor h =
      (x - mean(x, axes, true)) /
      sqrt(variance(x, axes, true) + Tensor(static_cast<Real>(1e-5)));
  return h * reshape(weight, shape) + reshape(bias, shape);
}

TEST(BatchNorm, IsItsComposition) {
  Rng rng(1);
  for (const Shape& shape :
       {Shape{2, 1}, Shape{9, 33}, Shape{7, 3, 9}, Shape{3, 2, 5, 7}}) {
    Tensor x = Tensor::normal(shape, 3, 2, rng).requires_grad(true);
    Tensor weight = Tensor::normal({shape[1]}, 0, 1, rng).requires_grad(true);
    Tensor bias = Tensor::normal({shape[1]}, 0, 1, rng).requires_grad(true);
    const Tensor dy = Tensor::normal(shape, 0, 1, rng);
    const auto run = [&](const Tensor& y) {
      for (Tensor* t : {&x, &weight, &bias}) t->zero_grad();
      y.backward(dy);
      return std::vector<Tensor>{y, x.grad().clone(), weight.grad().clone(),
                                 bias.grad().clone()};
    };
    const auto got = run(batch_norm(x, weight, bias));
    const auto wanted = run(composed(x, weight, bias));
    for (std::size_t i = 0; i < got.size(); ++i) {
      const auto a = got[i].values(), b = wanted[i].values();
      for (std::size_t j = 0; j < a.size(); ++j)
        ASSERT_NEAR(a[j], b[j], 2e-5 * (1 + std::abs(b[j])))
            << shape << ' ' << i << " at " << j;
    }
  }
}

TEST(BatchNorm, AgreesWithPyTorch) {
  for (const char* name : {"training", "signal", "rows", "evaluation"}) {
    SCOPED_TRACE(name);
    const Golden golden("batch_norm", name);
    const Tensor x = golden.variable("x");
    const Tensor weight = golden.variable("weight.weight");
    const Tensor bias = golden.variable("weight.bias");
    const BatchMoments given{golden["running_mean"], golden["running_var"]};
    const Tensor y = name == std::string("evaluation")
                         ? batch_norm(x, weight, bias, given)
                         : batch_norm(x, weight, bias);
    golden.expect("output", y);
    y.backward(golden["grad.output"]);
    golden.expect_gradients({{"x", x}, {"weight", weight}, {"bias", bias}});
  }
}

TEST(BatchNorm, ThreadsChangeNoBit) {
  Rng rng(1);
  Tensor x = Tensor::normal({20, 9, 15, 15}, 1, 2, rng).requires_grad(true);
  const Tensor ones = Tensor::ones({9});
  tests::expect_same_with_threads([&] {
    x.zero_grad();
    const Tensor y = batch_norm(x, ones, ones);
    y.backward(y.detach() * y.detach());
    return std::pair(y.values(), x.grad().values());
  });
}

TEST(BatchNorm, RefusesWhatDoesNotFit) {
  const Tensor x = Tensor::ones({2, 3, 4}), three = Tensor::ones({3});
  expect_thrown([&] { batch_norm(three, three, three); }, "wanted x [B, C");
  expect_thrown([&] { batch_norm(x, three, Tensor::ones({4})); },
                "weight and bias of shape [3]");
  expect_thrown(
      [&] {
        batch_norm(Tensor::ones({1, 3}), three, three);
      },
      "at least two values a channel");
  const BatchMoments given{three, Tensor::ones({2})};
  expect_thrown([&] { batch_norm(x, three, three, given); },
                "a mean and a variance of shape [3]");
}

}  // namespace
}  // namespace autograd
