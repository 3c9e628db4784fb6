#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "answer.h"

namespace {

using exercise::place;
using exercise::place_gradient;
using exercise::Predictor;
using Numbers = std::vector<double>;

const Predictor one = {{{1}}, {0}};
const Predictor some = {{{0.5, -1}, {0.3, 0.8}, {-0.6, 0.2}}, {1, -0.7, 0.4}};
const Numbers query = {0.9, -0.4};

// The weights of the chapter around p, with any scores.
Numbers weights_around(double p, int window) {
  const Numbers scores = {0.3, 1, -0.5, 0.7, 0, 0.2};
  Numbers alpha;
  double sum = 0;
  for (int s = 0; s < 6; ++s) {
    const bool near = std::abs(s - p) <= window;
    alpha.push_back(near ? std::exp(scores[s]) : 0);
    sum += alpha.back();
  }
  const double sigma = window / 2.0;
  for (int s = 0; s < 6; ++s)
    alpha[s] *= std::exp(-(s - p) * (s - p) / (2 * sigma * sigma)) / sum;
  return alpha;
}

TEST(Place, HalfWayWhereNothingIsKnown) {
  EXPECT_DOUBLE_EQ(place(one, Numbers{3}, 8), 4) << "sigmoid(0) is a half";
}

TEST(Place, ByHand) {
  const Predictor p = {{{1}, {2}}, {1, -1}};
  const double x = std::tanh(0.5) - std::tanh(1);
  EXPECT_NEAR(place(p, Numbers{0.5}, 10), 10 / (1 + std::exp(-x)), 1e-12)
      << "v . tanh(W q), with a row of W for each element of v";
}

TEST(Place, StaysInTheSentence) {
  const Predictor far = {{{9}}, {30}};
  EXPECT_LE(place(far, Numbers{9}, 5), 5);
  EXPECT_GE(place(far, Numbers{-9}, 5), 0)
      << "the sigmoid keeps it between 0 and S";
}

TEST(PlaceGradient, AWordToTheRightPulls) {
  EXPECT_NEAR(place_gradient(Numbers{0, 0, 0.25}, 1, 2, Numbers{0, 0, 1}), 0.25,
              1e-12)
      << "sigma is 1: alpha (s - p)";
  EXPECT_NEAR(place_gradient(Numbers{0.25, 0, 0}, 1, 2, Numbers{1, 0, 0}),
              -0.25, 1e-12)
      << "and one to the left pulls to the left";
}

TEST(PlaceGradient, WordsPullTogether) {
  EXPECT_NEAR(place_gradient(Numbers{0.3, 0.2, 0.1}, 1, 2, Numbers{1, 5, 1}),
              -0.2, 1e-12)
      << "a sum over the words; the one at p pulls nowhere";
}

TEST(PlaceGradient, IsTheDifferenceOfWeights) {
  const Numbers down = {1, -2, 0.5, 3, -1, 2};
  for (int window : {1, 2, 3})
    for (double p : {1.7, 2.4, 3.6}) {
      const Numbers a = weights_around(p + 1e-6, window),
                    b = weights_around(p - 1e-6, window);
      double slope = 0;
      for (int s = 0; s < 6; ++s) slope += down[s] * (a[s] - b[s]) / 2e-6;
      EXPECT_NEAR(place_gradient(weights_around(p, window), p, window, down),
                  slope, 1e-6)
          << "window " << window << ", p " << p << ": sigma is D / 2";
    }
}

TEST(PlaceGradient, WhatIsOutsideTheWindowIsSilent) {
  EXPECT_NEAR(place_gradient(Numbers{0, 0.2, 0}, 0.5, 1, Numbers{0, 1, 1e6}),
              0.2 * 0.5 * 4, 1e-12)
      << "a weight of 0 pulls with 0, and sigma is 1/2";
}

TEST(PredictorGradient, OfV) {
  const Predictor g =
      exercise::predictor_gradient({{{1}}, {0}}, Numbers{1}, 4, 2);
  ASSERT_EQ(g.v.size(), 1u) << "as many as v";
  EXPECT_NEAR(g.v[0], 2 * 4 * 0.25 * std::tanh(1), 1e-12)
      << "dL/dp S sigmoid'(0) tanh(W q)";
}

TEST(PredictorGradient, IsTheDifferenceOfPlaces) {
  const double dp = 1.5;
  const Predictor g = exercise::predictor_gradient(some, query, 7, dp);
  ASSERT_EQ(g.v.size(), 3u) << "as many as v";
  ASSERT_EQ(g.w.size(), 3u) << "as many rows as W: W is a matrix";
  const auto slope = [&](auto change) {
    Predictor a = some, b = some;
    change(a) += 1e-6;
    change(b) -= 1e-6;
    return dp * (place(a, query, 7) - place(b, query, 7)) / 2e-6;
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(g.v[i], slope([&](Predictor& p) -> double& { return p.v[i]; }),
                1e-7)
        << "v " << i;
    ASSERT_EQ(g.w[i].size(), 2u) << "as wide as q";
    for (int j = 0; j < 2; ++j)
      EXPECT_NEAR(g.w[i][j],
                  slope([&](Predictor& p) -> double& { return p.w[i][j]; }),
                  1e-7)
          << "W " << i << ", " << j;
  }
}

}  // namespace
