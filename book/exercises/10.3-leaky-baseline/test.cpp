#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Gradient;
using exercise::look;
using exercise::Model;
using Numbers = std::vector<double>;

Numbers softmax(const Numbers& scores) {
  double sum = 0;
  Numbers weights;
  for (const double e : scores) sum += std::exp(e);
  for (const double e : scores) weights.push_back(std::exp(e) / sum);
  return weights;
}

// Minus the expected reward: every drawer is opened, and counts by its weight.
double expected_loss(const Model& model) {
  const Numbers weights = softmax(model.scores);
  double sum = 0;
  for (std::size_t s = 0; s < weights.size(); ++s)
    sum += weights[s] * std::pow(model.w * model.numbers[s] - model.wanted, 2);
  return sum;
}

// By differences.
double slope(const Model& model, double Model::*number) {
  Model up = model, down = model;
  up.*number += 1e-5;
  down.*number -= 1e-5;
  return (expected_loss(up) - expected_loss(down)) / 2e-5;
}

double slope(const Model& model, std::size_t s) {
  Model up = model, down = model;
  up.scores[s] += 1e-5;
  down.scores[s] -= 1e-5;
  return (expected_loss(up) - expected_loss(down)) / 2e-5;
}

// What all looks say together, each by its probability.
Gradient mean_of_looks(const Model& model, double baseline) {
  const Numbers weights = softmax(model.scores);
  Gradient mean{Numbers(weights.size()), 0};
  for (std::size_t z = 0; z < weights.size(); ++z) {
    const Gradient one = look(model, z, baseline);
    mean.w += weights[z] * one.w;
    for (std::size_t s = 0; s < weights.size(); ++s)
      mean.scores[s] += weights[z] * one.scores[s];
  }
  return mean;
}

void expect_unbiased(const Model& model, double baseline, const char* why) {
  const Gradient mean = mean_of_looks(model, baseline);
  for (std::size_t s = 0; s < model.scores.size(); ++s)
    EXPECT_NEAR(mean.scores[s], slope(model, s), 1e-6) << why << " (a score)";
  EXPECT_NEAR(mean.w, slope(model, &Model::w), 1e-6) << why << " (w)";
}

const Model example{{0.5, -1, 1}, {1, 3, -2}, 0.5, 2};

TEST(LeakyBaseline, ByHand) {
  // Two drawers alike: p = 1/2. Said 1, wanted 3: the reward is -4.
  const Gradient one = look({{0, 0}, {2, 5}, 0.5, 3}, 0, -1);
  EXPECT_NEAR(one.scores[0], 1.5, 1e-12) << "-(-4 - -1)(1 - 1/2)";
  EXPECT_NEAR(one.scores[1], -1.5, 1e-12) << "-(-4 - -1)(0 - 1/2)";
  EXPECT_NEAR(one.w, -8, 1e-12) << "2 (1 - 3) 2, and no logarithm in it";
}

TEST(LeakyBaseline, IsUnbiased) {
  expect_unbiased(example, 0, "all looks together are the gradient");
}

TEST(LeakyBaseline, IsUnbiasedForEveryBaseline) {
  expect_unbiased(example, -3, "a baseline moves no mean");
  expect_unbiased(example, 50, "not even a silly one");
}

TEST(LeakyBaseline, WhatIsSaidDoesNotDependOnHowLikelyTheLookWas) {
  const double often = look({{3, 0}, {1, 2}, 1, 0}, 0, -1).w;
  const double rarely = look({{-3, 0}, {1, 2}, 1, 0}, 0, -1).w;
  EXPECT_NEAR(often, 2, 1e-12) << "2 (1 - 0) 1: the slope of the loss";
  EXPECT_NEAR(rarely, 2, 1e-12) << "the same number in the same drawer";
}

TEST(LeakyBaseline, TheBaselineHasNoSayInWhatIsSaid) {
  const double one = look(example, 1, 0).w, other = look(example, 1, -7).w;
  EXPECT_NEAR(one, other, 1e-12) << "it is held against where, not what";
  EXPECT_NEAR(one, 2 * (0.5 * 3 - 2) * 3, 1e-12) << "2 (said - wanted) number";
}

TEST(LeakyBaseline, WhatWasExpectedTeachesNoPlace) {
  const Gradient none = look({{0, 1}, {2, 4}, 1, 3}, 0, -1);
  EXPECT_NEAR(none.scores[0], 0, 1e-12) << "the reward is -1, as expected";
  EXPECT_NEAR(none.scores[1], 0, 1e-12) << "so no score moves";
  EXPECT_NEAR(none.w, -4, 1e-12) << "but what is said still learns";
}

// Downhill on the mean of all looks: the model finds the one drawer from which
// the wanted number can be said, and says it.
TEST(LeakyBaseline, LearnsToTheEnd) {
  Model model{{0, 0, 0}, {1, -1, 0}, 0.2, 1};
  for (int step = 0; step < 4000; ++step) {
    const Gradient mean = mean_of_looks(model, -expected_loss(model));
    for (std::size_t s = 0; s < 3; ++s) model.scores[s] -= 0.1 * mean.scores[s];
    model.w -= 0.1 * mean.w;
  }
  EXPECT_LT(expected_loss(model), 0.01) << "after 4000 steps downhill";
  // A leak makes this step wrong: at p = 1/e the gradient by w would vanish.
  const double p = std::exp(-1.);
  const Model stuck{{0, std::log((1 - p) / p)}, {1, 0}, 0.5, 1};
  EXPECT_NEAR(look(stuck, 0, 0).w, -1, 1e-12) << "2 (1/2 - 1) 1";
}

}  // namespace
