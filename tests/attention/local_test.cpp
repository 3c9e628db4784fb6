#include "attention/local.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "attention/attention.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/support/expect.h"

namespace attention {
namespace {

using tests::expect_near;

using autograd::Rng;

constexpr double third = 1.0 / 3;

LocalMonotonic monotonic(int window) {
  LocalMonotonic local;
  local.window = window;
  return local;
}

// ---- local-m

TEST(LocalMonotonic, WorkedByHand) {
  const Tensor e = Tensor::zeros({1, 6, 4});
  expect_near(monotonic(1)(e, {}, {}), {0.5,   0.5,   0,     0,      //
                                        third, third, third, 0,      //
                                        0,     third, third, third,  //
                                        0,     0,     0.5,   0.5,    //
                                        0,     0,     0.5,   0.5,    // past
                                        0,     0,     0.5,   0.5});  // the end
  const Real ln3 = std::log(Real(3));
  expect_near(monotonic(1)(Tensor::from({1, 1, 3}, {0, ln3, 9}), {}, {}),
              {0.25, 0.75, 0});
}

TEST(LocalMonotonic, AWindowOfZeroIsTheDiagonal) {
  expect_near(monotonic(0)(Tensor::zeros({1, 3, 2}), {}, {}),
              {1, 0, 0, 1, 0, 1});
}

TEST(LocalMonotonic, AWideWindowIsGlobal) {
  Rng rng(1);
  const Tensor e = Tensor::normal({2, 5, 7}, 0, 1, rng);
  const Mask mask = Mask::padding({4, 7}, 7);
  EXPECT_EQ(monotonic(7)(e, mask, {}).values(),
            Softmax()(e, mask, {}).values());
}

TEST(LocalMonotonic, StaysInTheSentence) {
  const Tensor e = Tensor::zeros({2, 3, 4});
  expect_near(monotonic(1)(e, Mask::padding({2, 0}, 4), {}),
              {0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0,  //
               0,   0,   0, 0, 0,   0,   0, 0, 0,   0,   0, 0});
}

TEST(LocalMonotonic, AsksWhereTheStepStands) {
  const Tensor e = Tensor::zeros({2, 2, 5});
  Step step;
  step.position = 2;
  expect_near(monotonic(0)(e, {}, step), {0, 0, 1, 0, 0, 0, 0, 0, 1, 0,  //
                                          0, 0, 1, 0, 0, 0, 0, 0, 1, 0});
  step.same_place = true;
  expect_near(monotonic(0)(e, {}, step), {0, 0, 1, 0, 0, 0, 0, 1, 0, 0,  //
                                          0, 0, 1, 0, 0, 0, 0, 1, 0, 0});
  step.cycle = 2;  // the second sentence asks one further
  expect_near(monotonic(0)(e, {}, step), {0, 0, 1, 0, 0, 0, 0, 1, 0, 0,  //
                                          0, 0, 0, 1, 0, 0, 0, 0, 1, 0});
}

TEST(LocalMonotonic, RefusesANegativeWindow) {
  EXPECT_THROW(monotonic(-1)(Tensor::zeros({1, 1, 2}), {}, {}),
               std::invalid_argument);
}

// ---- local-p

// p_t = S / 2 for every query, until v_p is changed.
LocalPredictive halfway(int window, bool renormalise = false) {
  LocalPredictiveOptions options;
  options.query = options.width = 1;
  options.window = window;
  options.renormalise = renormalise;
  Rng rng(1);
  LocalPredictive local(options, rng);
  local.predict.weight.fill(1);
  local.centre.weight.fill(0);
  return local;
}

Step asking(const Tensor& query) {
  Step step;
  step.query = query;
  return step;
}

TEST(LocalPredictive, WorkedByHand) {
  const Step step = asking(Tensor::ones({1, 1, 1}));
  const Tensor e = Tensor::zeros({1, 1, 4});
  // p = 2, sigma = 1: a quarter each, times the bell
  const double one = std::exp(-0.5) / 4, two = std::exp(-2.0) / 4;
  expect_near(halfway(2)(e, {}, step), {two, one, 0.25, one});
  const double sum = two + 2 * one + 0.25;
  expect_near(halfway(2, true)(e, {}, step),
              {two / sum, one / sum, 0.25 / sum, one / sum});
  // sigma = 1/2: the window holds three keys
  const double side = std::exp(-2.0) / 3;
  expect_near(halfway(1)(e, {}, step), {0, side, third, side});
  // a sentence of three words: p = 3/2, between the second and the third
  expect_near(halfway(1)(e, Mask::padding({3}, 4), step),
              {0, std::exp(-0.5) / 2, std::exp(-0.5) / 2, 0});
}

TEST(LocalPredictive, PredictsAPlaceForEachQuery) {
  LocalPredictive local = halfway(1);
  local.centre.weight.fill(2);
  const Tensor query = Tensor::from({2, 2, 1}, {0, 0.5, -0.5, 30});
  const double near = 1 / (1 + std::exp(-2 * std::tanh(0.5)));
  const double full = 1 / (1 + std::exp(-2.0));
  expect_near(local.place(query, Mask::padding({10, 4}, 10), 10),
              {5, 10 * near, 4 * (1 - near), 4 * full});
}

// d alpha_3 / d v = alpha_3 (3 - p) / sigma^2 dp/dv with p = 2 and sigma = 1,
// where dp/dv = S sigmoid'(0) tanh(1) = tanh(1).
TEST(LocalPredictive, LearnsWhereToLook) {
  const LocalPredictive local = halfway(2);
  const Tensor weights =
      local(Tensor::zeros({1, 1, 4}), {}, asking(Tensor::ones({1, 1, 1})));
  weights.backward(Tensor::from({1, 1, 4}, {0, 0, 0, 1}));
  expect_near(local.centre.weight.grad(),
              {std::exp(-0.5) / 4 * std::tanh(1.0)});
}

TEST(LocalPredictive, RenormalisedIsABellAddedToTheScores) {
  Rng rng(3);
  const Tensor e = Tensor::normal({2, 3, 9}, 0, 1, rng);
  const Tensor query = Tensor::normal({2, 3, 1}, 0, 1, rng);
  const Mask mask = Mask::padding({9, 5}, 9);
  LocalPredictive plain = halfway(3), renormalised = halfway(3, true);
  for (LocalPredictive* local : {&plain, &renormalised})
    local->centre.weight.fill(2);
  const Tensor weights = plain(e, mask, asking(query));
  const auto shares = (weights / autograd::sum(weights, {-1}, true)).values();
  expect_near(renormalised(e, mask, asking(query)),
              {shares.begin(), shares.end()});
  for (Real sum : autograd::sum(weights, {-1}).values()) EXPECT_LT(sum, 1);
}

TEST(LocalPredictive, RefusesWhatDoesNotFit) {
  EXPECT_THROW(halfway(0), std::invalid_argument);
  EXPECT_THROW(halfway(1)(Tensor::zeros({1, 1, 2}), {}, {}),
               std::invalid_argument);
  EXPECT_THROW(
      halfway(1)(Tensor::zeros({1, 1, 2}), {}, asking(Tensor::ones({1, 1, 3}))),
      std::invalid_argument);
}

}  // namespace
}  // namespace attention
