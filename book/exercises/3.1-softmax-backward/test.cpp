#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "answer.h"

namespace {

using Numbers = std::vector<double>;

Numbers backward(const Numbers& weights, const Numbers& gradient) {
  auto result = exercise::softmax_backward(weights, gradient);
  EXPECT_EQ(result.size(), weights.size()) << "one gradient for each score";
  result.resize(weights.size(), NAN);
  return result;
}

Numbers softmax(Numbers scores) {
  const double most = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double& s : scores) sum += s = std::exp(s - most);
  for (double& s : scores) s /= sum;
  return scores;
}

TEST(SoftmaxBackward, TwoEqualWeights) {
  const auto g = backward({0.5, 0.5}, {1, 0});
  EXPECT_DOUBLE_EQ(g[0], 0.25) << "0.5 (1 - 0.5) is a quarter";
  EXPECT_DOUBLE_EQ(g[1], -0.25) << "what one gains, the other loses";
}

TEST(SoftmaxBackward, ThreeByHand) {
  const auto g = backward({0.6, 0.2, 0.2}, {1, 2, 5});
  EXPECT_NEAR(g[0], -0.6, 1e-12) << "the mean by weight is 2: 0.6 (1 - 2)";
  EXPECT_NEAR(g[1], 0, 1e-12) << "0.2 (2 - 2)";
  EXPECT_NEAR(g[2], 0.6, 1e-12) << "0.2 (5 - 2)";
}

TEST(SoftmaxBackward, SumsToZero) {
  const auto g = backward(softmax({3, -1, 4, 1, -5}), {9, -2, 6, 5, 3});
  EXPECT_NEAR(std::accumulate(g.begin(), g.end(), 0.0), 0, 1e-12)
      << "all scores raised together change nothing";
  EXPECT_GT(std::abs(g[2]), 0.01) << "but one raised alone does";
}

TEST(SoftmaxBackward, TheSameForAllIsNothingForAny) {
  for (double g : backward(softmax({1, 2, 3}), {7, 7, 7})) {
    EXPECT_NEAR(g, 0, 1e-12)
        << "weights sum to one: a gradient equal for all moves none";
  }
}

TEST(SoftmaxBackward, ASureSoftmaxLearnsNothing) {
  for (double g : backward({1, 0, 0}, {-3, 8, 1})) {
    EXPECT_EQ(g, 0.0) << "weights of 1 and 0 pass no gradient on: saturated";
  }
}

TEST(SoftmaxBackward, AgreesWithFiniteDifferences) {
  const Numbers scores = {0.3, -1.2, 2.0, 0.7}, gradient = {1.5, -2, 0.25, 4};
  const auto loss = [&](const Numbers& at) {
    const Numbers w = softmax(at);
    return std::inner_product(w.begin(), w.end(), gradient.begin(), 0.0);
  };
  const auto g = backward(softmax(scores), gradient);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    Numbers up = scores, down = scores;
    up[i] += 1e-5, down[i] -= 1e-5;
    EXPECT_NEAR(g[i], (loss(up) - loss(down)) / 2e-5, 1e-9)
        << "nudge score " << i << " both ways and see how the loss moves";
  }
}

TEST(SoftmaxBackward, RefusesAnotherNumberOfGradients) {
  EXPECT_THROW(exercise::softmax_backward(Numbers{0.5, 0.5}, Numbers{1}),
               std::invalid_argument)
      << "two weights need two gradients";
}

}  // namespace
