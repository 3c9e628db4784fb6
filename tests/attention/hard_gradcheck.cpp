#include <gtest/gtest.h>

#include "attention/hard.h"
#include "attention/reinforce.h"
#include "autograd/gradcheck.h"
#include "autograd/ops.h"

namespace attention {
namespace {

using autograd::check_gradients;
using autograd::Real;
using autograd::Rng;

using Inputs = std::vector<Tensor>;

// Weights of scores [2, 3, S], of which the last are hidden in one sentence and
// all in one row of the other.
Tensor weights_of(const Tensor& scores) {
  const int S = scores.size(2);
  Tensor visible = Tensor::ones({2, 3, S});
  if (S > 1) visible.set({0, 0, S - 1}, 0);
  for (int s = 0; s < S; ++s) visible.set({1, 2, s}, 0);
  return Softmax()(scores, Mask(visible), {});
}

TEST(HardGradients, AreThoseOfTheirFormulas) {
  for (const int S : {1, 7, 8, 9, 33}) {
    Rng rng(1);
    Tensor scores = Tensor::normal({2, 3, S}, 0, 1, rng);
    scores.requires_grad(true);
    const Tensor noise = gumbel_noise(scores.shape(), rng);
    const Tensor z = sampled(weights_of(scores), rng);
    check_gradients("gumbel_softmax",
                    [&](const Inputs& x) {
                      return gumbel_softmax(weights_of(x[0]), noise, Real(0.7));
                    },
                    {scores});
    check_gradients(
        "log_probability",
        [&](const Inputs& x) { return log_probability(weights_of(x[0]), z); },
        {scores});
    check_gradients("entropy",
                    [&](const Inputs& x) { return entropy(weights_of(x[0])); },
                    {scores});
  }
}

// dc/dq = Cov_alpha(v, k) for scores q . k: what a soft read tells a query.
TEST(SoftGradient, IsACovariance) {
  Rng rng(2);
  const int S = 7, D = 4;
  Tensor query = Tensor::normal({1, 1, D}, 0, 1, rng);
  const Tensor keys = Tensor::normal({1, S, D}, 0, 1, rng);
  const Tensor values = Tensor::normal({1, S, 2}, 0, 1, rng);
  query.requires_grad(true);
  const Tensor weights =
      autograd::softmax(autograd::matmul(query, autograd::transpose(keys)));
  const Tensor context = Expectation()(weights, values, {});
  const auto mean_of = [&](const Tensor& x) {
    return Expectation()(weights, x, {});
  };
  for (int i = 0; i < 2; ++i) {
    query.zero_grad();
    Tensor down = Tensor::zeros({1, 1, 2});
    down.set({0, 0, i}, 1);
    context.backward(down, true);
    const Tensor v = autograd::slice(values, 2, i, i + 1);  // [1, S, 1]
    const Tensor covariance =
        (mean_of(v * keys) - mean_of(v) * mean_of(keys)).detach();
    for (int d = 0; d < D; ++d)
      EXPECT_NEAR(query.grad().at({0, 0, d}), covariance.at({0, 0, d}), 1e-9);
  }
}

}  // namespace
}  // namespace attention
