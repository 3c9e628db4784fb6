#include "attention/kernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "attention/attention.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"

namespace attention {
namespace {

using autograd::Real;
using autograd::Rng;
using tests::expect_near;

TEST(GaussianScore, WorkedByHand) {
  const GaussianScore score{.width = 2};
  // Distances 5, 0 and 1:   -25 / 8, 0, -1 / 8
  const Tensor query = Tensor::from({1, 1, 2}, {1, 1});
  const Tensor keys = Tensor::from({1, 3, 2}, {4, 5, 1, 1, 1, 0});
  expect_near(score(query, score.project(keys)), {-3.125, 0, -0.125});
}

TEST(GaussianScore, IsTheDistanceOfEveryWidth) {
  for (const int D : {1, 7, 8, 9, 33}) {
    Rng rng(1);
    const GaussianScore score{.width = Real(0.5)};
    const Tensor query = Tensor::uniform({2, 3, D}, -1, 1, rng);
    const Tensor keys = Tensor::uniform({2, 4, D}, -1, 1, rng);
    const Tensor apart =
        autograd::unsqueeze(query, 2) - autograd::unsqueeze(keys, 1);
    const auto wanted = autograd::sum(apart * apart, {-1}).values();
    std::vector<double> e;
    for (const Real square : wanted) e.push_back(-2 * double(square));
    expect_near(score(query, score.project(keys)), e, 1e-5);
  }
}

// Multiplied out, the squares of numbers like these would be all rounding.
TEST(GaussianScore, FarFromZero) {
  const GaussianScore score;
  const Real far = 40000;
  const Tensor query = Tensor::from({1, 1, 1}, {far});
  const Tensor keys = Tensor::from({1, 3, 1}, {far - 1, far, far + 3});
  expect_near(score(query, score.project(keys)), {-0.5, 0, -4.5});
}

// y = 1, 2, 4 at x = 0, 1, 3, asked at x = 1 with width 1: the kernels are
// exp(-1/2), 1 and exp(-2).
TEST(NadarayaWatson, WorkedByHand) {
  const Attention<GaussianScore> attend;
  const Memory memory = attend.prepare(Tensor::from({1, 3, 1}, {0, 1, 3}),
                                       Tensor::from({1, 3, 1}, {1, 2, 4}));
  const double a = std::exp(-0.5), b = 1, c = std::exp(-2.0);
  expect_near(attend(Tensor::from({1, 1, 1}, {1}), memory).context,
              {(a + 2 * b + 4 * c) / (a + b + c)});
}

// The narrowest kernel reads the nearest example, the widest the mean of all.
TEST(NadarayaWatson, BetweenTheNearestAndTheMean) {
  const Tensor x = Tensor::from({1, 3, 1}, {0, 1, 3});
  const Tensor y = Tensor::from({1, 3, 1}, {1, 2, 6});
  const Tensor query = Tensor::from({1, 1, 1}, {Real(1.5)});
  for (const auto& [width, wanted] :
       {std::pair(Real(0.01), 2.0), std::pair(Real(1000), 3.0)}) {
    const Attention attend(GaussianScore{.width = width});
    expect_near(attend(query, attend.prepare(x, y)).context, {wanted}, 1e-5);
  }
}

TEST(NadarayaWatson, AgreesWithPyTorch) {
  const tests::Golden golden("memory", "kernel");
  const Attention attend(GaussianScore{.width = Real(0.75)});
  const Tensor query = golden.variable("query"), keys = golden.variable("keys"),
               values = golden.variable("values");
  const auto [context, weights] = attend(
      query,
      attend.prepare(keys, values,
                     Mask::padding(golden.integers("lengths"), keys.size(1))));
  golden.expect("context", context);
  golden.expect("weights", weights);
  (autograd::sum(context * golden["grad.context"]) +
   autograd::sum(weights * golden["grad.weights"]))
      .backward();
  golden.expect_gradients(
      {{"query", query}, {"keys", keys}, {"values", values}});
}

TEST(GaussianScore, RefusesWhatDoesNotFit) {
  const Tensor x = Tensor::ones({1, 2, 3});
  const GaussianScore flat{.width = 0};
  EXPECT_NE(tests::thrown([&] {
              flat(x, flat.project(x));
            }).find("[GaussianScore] wanted a width above 0, got 0"),
            std::string::npos);
  const GaussianScore score;
  EXPECT_THROW(score(Tensor::ones({1, 2, 4}), score.project(x)),
               std::invalid_argument);
}

}  // namespace
}  // namespace attention
