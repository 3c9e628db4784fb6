#include "nn/estimate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/expect.h"

namespace {

using autograd::Tensor;
using nn::Estimates;
using nn::judge_estimates;
using tests::thrown;

using Numbers = std::vector<double>;

TEST(GradientOf, TakesAllNumbersInOrder) {
  Tensor a = Tensor::from({2}, {1, 2}), b = Tensor::from({1}, {5}),
         unused = Tensor::from({2}, {0, 0});
  for (Tensor* x : {&a, &b, &unused}) x->requires_grad(true);
  const nn::Parameters all = {{"a", a}, {"unused", unused}, {"b", b}};
  for (int twice = 0; twice < 2; ++twice)
    EXPECT_EQ(nn::gradient_of(autograd::sum(a * a) + autograd::sum(b * 3), all),
              (Numbers{2, 4, 0, 0, 3}));
}

TEST(JudgeEstimates, WorkedByHand) {
  // g = (2, 0); draws (2, 1), (2, -1), (4, 1), (0, -1)
  const std::vector<Numbers> draws = {{2, 1}, {2, -1}, {4, 1}, {0, -1}};
  std::size_t i = 0;
  const Estimates found =
      judge_estimates({2, 0}, 4, {1, 2}, [&] { return draws[i++]; });
  EXPECT_NEAR(found.along, 1, 1e-12);
  EXPECT_NEAR(found.z, 0, 1e-12);
  EXPECT_NEAR(found.variance, (2 + 1) / 4., 1e-12);
  // squared distances 1, 1, 5, 5 and 0, 0
  EXPECT_NEAR(found.errors[0], std::sqrt(3 / 4.), 1e-12);
  EXPECT_NEAR(found.errors[1], 0, 1e-12);
}

TEST(JudgeEstimates, SeesABias) {
  autograd::Rng rng(1);
  const auto judged = [&](double mean) {
    return judge_estimates({1, 1}, 2000, {1, 10}, [&] {
      const double a = rng.normal();
      const double b = rng.normal();
      return Numbers{mean + a, mean + b};
    });
  };
  const Estimates right = judged(1), wrong = judged(1.2);
  EXPECT_LT(std::abs(right.z), 3);
  EXPECT_GT(wrong.z, 5);
  EXPECT_NEAR(wrong.along, 1.2, 0.05);
  EXPECT_NEAR(right.variance, 1, 0.1);
  EXPECT_NEAR(right.errors[0] / right.errors[1], std::sqrt(10.), 0.3);
}

TEST(JudgeEstimates, RefusesWhatItCannotJudge) {
  const auto draw = [] { return Numbers{1}; };
  EXPECT_EQ(thrown([&] { judge_estimates({0}, 4, {1}, draw); }),
            "[judge_estimates] wanted a gradient that is not 0");
  EXPECT_EQ(thrown([&] { judge_estimates({1}, 1, {1}, draw); }),
            "[judge_estimates] wanted at least two draws, got 1");
  EXPECT_EQ(thrown([&] { judge_estimates({1}, 4, {8}, draw); }),
            "[judge_estimates] wanted counts from 1 to 4, got 8");
  EXPECT_EQ(thrown([&] {
              judge_estimates({1, 2}, 4, {1}, draw);
            }),
            "[judge_estimates] wanted estimates of 2 numbers, got 1");
}

}  // namespace
