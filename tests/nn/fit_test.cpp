#include "nn/fit.h"

#include <gtest/gtest.h>

#include "nn/linear.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Tensor;

// y = 2 x + 1, from points drawn afresh.
Tensor line(const nn::Linear& model, Rng& rng) {
  const Tensor x = Tensor::normal({16, 1}, 0, 1, rng);
  return mean(pow(model(x) - (x * 2 + 1), 2));
}

TEST(Fit, LearnsALineToTheSameBitsAgain) {
  testing::internal::CaptureStderr();
  std::vector<Real> weights[2];
  for (auto& each : weights) {
    Rng rng(1);
    const nn::Linear model(1, 1, rng);
    nn::Fit fit({.steps = 300, .all_steps = 300, .learning_rate = 0.05});
    fit(
        model.parameters(), [&](Rng& rng) { return line(model, rng); }, 3);
    EXPECT_NEAR(double(model.weight.item()), 2, 0.05);
    EXPECT_NEAR(double(model.bias.item()), 1, 0.05);
    each = model.weight.values();
  }
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(weights[0], weights[1]);
}

TEST(Fit, ReplayPrintsTheBitsOfTheFirstLosses) {
  Rng rng(1);
  const nn::Linear model(1, 1, rng);
  nn::Fit fit({.steps = 300, .replay = true, .replayed_steps = 3});
  testing::internal::CaptureStdout();
  auto one = [&](Rng&) { return sum(model.weight * 0) + 1; };
  fit(model.parameters(), one, 3);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "3f800000\n3f800000\n3f800000\n");
}

}  // namespace
