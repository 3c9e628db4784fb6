#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "answer.h"

namespace {

using Numbers = std::vector<double>;

exercise::LayerNormGradients backward(const Numbers& x, const Numbers& gain,
                                      const Numbers& gradient,
                                      double epsilon = 1e-5) {
  auto result = exercise::layer_norm_backward(x, gain, gradient, epsilon);
  EXPECT_EQ(result.x.size(), x.size()) << "one gradient for each x";
  EXPECT_EQ(result.gain.size(), gain.size()) << "one for each column";
  EXPECT_EQ(result.bias.size(), gain.size()) << "one for each column";
  result.x.resize(x.size(), NAN);
  result.gain.resize(gain.size(), NAN);
  result.bias.resize(gain.size(), NAN);
  return result;
}

// The loss sum(y * gradient), whose gradient by y is `gradient`.
double loss(const Numbers& x, const Numbers& gain, const Numbers& gradient,
            double epsilon) {
  const std::size_t width = gain.size();
  double result = 0;
  for (std::size_t row = 0; row < x.size(); row += width) {
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < width; ++i) mean += x[row + i] / double(width);
    for (std::size_t i = 0; i < width; ++i) {
      variance += std::pow(x[row + i] - mean, 2) / double(width);
    }
    for (std::size_t i = 0; i < width; ++i) {
      result += (x[row + i] - mean) / std::sqrt(variance + epsilon) * gain[i] *
                gradient[row + i];
    }
  }
  return result;
}

const Numbers x = {0.5, -1.0, 2.0, 0.25, 3.0, 1.0};  // two rows of three
const Numbers gain = {1.5, -0.5, 2.0};
const Numbers gradient = {1, 2, -1, 0.5, -3, 4};

TEST(LayerNormBackward, OfTheBias) {
  EXPECT_EQ(backward(x, gain, gradient).bias, (Numbers{1.5, -1, 3}))
      << "the bias is in every row, so its gradients add up over the rows";
}

TEST(LayerNormBackward, OfTheGain) {
  // Rows (1, -1) and (-2, 2) are (1, -1) and (-1, 1) when normalised.
  const auto g = backward({1, -1, -2, 2}, {3, 3}, {10, 20, 30, 40}, 0);
  EXPECT_NEAR(g.gain[0], -20, 1e-12) << "10 * 1 + 30 * -1, over both rows";
  EXPECT_NEAR(g.gain[1], 20, 1e-12) << "20 * -1 + 40 * 1, over both rows";
}

TEST(LayerNormBackward, OfXByFiniteDifferences) {
  const auto g = backward(x, gain, gradient);
  for (std::size_t i = 0; i < x.size(); ++i) {
    Numbers up = x, down = x;
    up[i] += 1e-5, down[i] -= 1e-5;
    EXPECT_NEAR(
        g.x[i],
        (loss(up, gain, gradient, 1e-5) - loss(down, gain, gradient, 1e-5)) /
            2e-5,
        1e-7)
        << "nudge x[" << i << "] both ways: mean and variance move along";
  }
}

TEST(LayerNormBackward, ALargeEpsilonCounts) {
  const auto g = backward(x, gain, gradient, 0.5);
  Numbers up = x, down = x;
  up[2] += 1e-5, down[2] -= 1e-5;
  EXPECT_NEAR(
      g.x[2],
      (loss(up, gain, gradient, 0.5) - loss(down, gain, gradient, 0.5)) / 2e-5,
      1e-7)
      << "right with a small one? It is added to the variance, under the root";
}

TEST(LayerNormBackward, ARowLiftedAsAWholeStays) {
  const auto g = backward(x, gain, gradient).x;
  EXPECT_NEAR(g[0] + g[1] + g[2], 0, 1e-12)
      << "the mean is taken off, so lifting all of a row changes nothing";
  EXPECT_NEAR(g[3] + g[4] + g[5], 0, 1e-12)
      << "the mean is taken off, so lifting all of a row changes nothing";
}

TEST(LayerNormBackward, ARowStretchedStays) {
  const auto g = backward(x, gain, gradient, 0).x;
  EXPECT_NEAR(g[0] * x[0] + g[1] * x[1] + g[2] * x[2], 0, 1e-12)
      << "twice the row is twice the deviation: stretching changes nothing";
}

TEST(LayerNormBackward, OfAConstantRow) {
  const auto g = backward({4, 4}, {1, 1}, {1, 0}, 0.25).x;
  EXPECT_NEAR(g[0], 1, 1e-12) << "(1 - 1/2) / sqrt(0 + 1/4); no NaN";
  EXPECT_NEAR(g[1], -1, 1e-12) << "(0 - 1/2) / sqrt(0 + 1/4); no NaN";
}

}  // namespace
