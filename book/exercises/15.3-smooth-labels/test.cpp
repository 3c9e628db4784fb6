#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "answer.h"

namespace {

using exercise::smooth_gradient;
using exercise::smooth_loss;
using Numbers = std::vector<double>;

TEST(SmoothLabels, WithoutSmoothing) {
  EXPECT_NEAR(smooth_loss(Numbers{0, 0}, 0, 0), std::log(2), 1e-12)
      << "two equal scores: one half";
  EXPECT_NEAR(smooth_loss(Numbers{std::log(3), 0}, 1, 0), std::log(4), 1e-12)
      << "the target has one quarter";
}

TEST(SmoothLabels, ByHand) {
  // Labels 0.9 and 0.1; softmax 3/4 and 1/4.
  EXPECT_NEAR(smooth_loss(Numbers{std::log(3), 0}, 0, 0.2),
              -0.9 * std::log(0.75) - 0.1 * std::log(0.25), 1e-12)
      << "0.2 over two words is 0.1 for each, the target's among them";
}

TEST(SmoothLabels, AllSmoothed) {
  EXPECT_NEAR(smooth_loss(Numbers{1, 2, 3}, 0, 1),
              smooth_loss(Numbers{1, 2, 3}, 2, 1), 1e-12)
      << "with s = 1 the target does not matter";
}

TEST(SmoothLabels, GradientByHand) {
  const Numbers g = smooth_gradient(Numbers{std::log(3), 0}, 0, 0.2);
  ASSERT_EQ(g.size(), 2u);
  EXPECT_NEAR(g[0], 0.75 - 0.9, 1e-12) << "softmax minus label";
  EXPECT_NEAR(g[1], 0.25 - 0.1, 1e-12);
}

TEST(SmoothLabels, TheBestScoresAreFinite) {
  const double best = std::log(0.9 / 0.1);
  const Numbers g = smooth_gradient(Numbers{best, 0}, 0, 0.2);
  ASSERT_EQ(g.size(), 2u);
  EXPECT_NEAR(g[0], 0, 1e-12) << "softmax is the labels: nothing to gain";
  EXPECT_GT(smooth_loss(Numbers{best + 1, 0}, 0, 0.2),
            smooth_loss(Numbers{best, 0}, 0, 0.2))
      << "more certain is worse";
}

TEST(SmoothLabels, GradientOfTheLoss) {
  const Numbers scores = {0.3, -1.2, 2.1, 0.4, -0.7};
  for (const double s : {0.0, 0.1, 0.5}) {
    const Numbers g = smooth_gradient(scores, 3, s);
    ASSERT_EQ(g.size(), scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i) {
      Numbers up = scores, down = scores;
      up[i] += 1e-5;
      down[i] -= 1e-5;
      EXPECT_NEAR(
          g[i], (smooth_loss(up, 3, s) - smooth_loss(down, 3, s)) / 2e-5, 1e-8)
          << "score " << i << ", smoothing " << s;
    }
    EXPECT_NEAR(std::accumulate(g.begin(), g.end(), 0.0), 0, 1e-12)
        << "a constant added to all scores changes nothing";
  }
}

TEST(SmoothLabels, LargeScores) {
  EXPECT_NEAR(smooth_loss(Numbers{1000, 0}, 0, 0.2), 100, 1e-9)
      << "0.1 times a difference of 1000";
  const Numbers g = smooth_gradient(Numbers{-1000, -1001}, 0, 0);
  ASSERT_EQ(g.size(), 2u);
  EXPECT_NEAR(g[0], 1 / (1 + std::exp(-1)) - 1, 1e-12) << "exp(-1000) is 0";
}

}  // namespace
