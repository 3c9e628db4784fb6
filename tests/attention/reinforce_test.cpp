#include "attention/reinforce.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "attention/hard.h"
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"

namespace attention {
namespace {

using autograd::Indices;
using autograd::Real;
using autograd::Rng;
using tests::expect_near;
using tests::thrown;

TEST(LogProbability, WorkedByHand) {
  const Tensor weights = Tensor::from(
      {3, 3}, {Real(0.25), Real(0.75), 0, Real(0.5), Real(0.5), 0, 0, 0, 0});
  const Tensor z = Tensor::from({3, 3}, {0, 1, 0, 1, 0, 0, 0, 0, 0});
  expect_near(log_probability(weights, z), {std::log(0.75), std::log(0.5), 0});
  EXPECT_EQ(thrown([&] { log_probability(weights, Tensor::ones({3})); }),
            "[log_probability] wanted a choice for each of the weights [3, 3], "
            "got [3]");
}

TEST(Entropy, WorkedByHand) {
  const Tensor weights = Tensor::from(
      {3, 2}, {Real(0.5), Real(0.5), 1, 0, Real(0.25), Real(0.75)});
  expect_near(entropy(weights),
              {std::log(2.), 0, 0.25 * std::log(4.) + 0.75 * std::log(4 / 3.)});
}

TEST(Baseline, MovesATenthOfTheWay) {
  Baseline baseline;
  baseline.update(Tensor::from({2}, {10, 30}));
  EXPECT_NEAR(baseline.value, 2, 1e-6);
  baseline.update(Tensor::from({}, {-8}));
  EXPECT_NEAR(baseline.value, 1, 1e-6);
}

TEST(ReinforceLoss, WorkedByHand) {
  Tensor r = Tensor::from({2}, {2, -1}), log_p = Tensor::from({2}, {-3, -1}),
         H = Tensor::from({2}, {1, 4});
  for (Tensor* x : {&r, &log_p, &H}) x->requires_grad(true);
  Baseline baseline;
  baseline.value = 1;
  const Tensor loss =
      reinforce_loss(r, log_p, H, baseline, {.reward = 0.5, .entropy = 0.1});
  // -mean(2 + 0.5 (2 - 1)(-3) + 0.1, -1 + 0.5 (-1 - 1)(-1) + 0.4)
  expect_near(loss, {-0.5});
  loss.backward();
  expect_near(r.grad(), {-0.5, -0.5});
  expect_near(log_p.grad(), {-0.25, 0.5});
  expect_near(H.grad(), {-0.05, -0.05});
}

TEST(ReinforceLoss, WantsARewardForEachChoice) {
  const Tensor two = Tensor::ones({2}), three = Tensor::ones({3});
  EXPECT_EQ(thrown([&] { reinforce_loss(three, two, {}, {}); }),
            "[reinforce_loss] wanted a reward for each log p [2], got rewards "
            "[3]");
  EXPECT_NE(thrown([&] {
              reinforce_loss(two, two, {}, {}, {.reward = 1, .entropy = 1});
            }).find("wanted a reward and an entropy"),
            std::string::npos);
}

TEST(ExpectedReward, WorkedByHand) {
  // Two throws of a coin that shows place 1 with 3/4; 5 for each of them.
  const Tensor weights = Tensor::from({1, 2}, {Real(0.25), Real(0.75)});
  const Tensor J = expected_reward(2, 2, [&](const Tensor& z) {
    const Tensor both = autograd::expand(weights, {2, 2});
    return Episode{autograd::sum(log_probability(both, z)),
                   autograd::sum(autograd::select(z, 1, 1)) * 5};
  });
  expect_near(J, {7.5});
  EXPECT_EQ(thrown([] { expected_reward(17, 2, {}); }),
            "[expected_reward] wanted at most 100000 ways to choose, got 2 to "
            "the power of 17");
}

TEST(ExpectedReward, WhatCannotBeChosenDoesNotCount) {
  Tensor weights = Tensor::from({1, 2}, {1, 0});
  weights.requires_grad(true);
  const Tensor J = expected_reward(1, 2, [&](const Tensor& z) {
    const bool hidden = z.at({0, 1}) == 1;
    const Real nan = std::numeric_limits<Real>::quiet_NaN();
    return Episode{autograd::sum(log_probability(weights, z)),
                   hidden ? nan : Real(3)};
  });
  EXPECT_EQ(J.item(), 3);
  J.backward();
  EXPECT_EQ(weights.grad().values(), (std::vector<Real>{3, 0}));
}

// ---- The estimate against the witness

// One look at one of four places (a fifth is hidden), then a guess of one of
// four answers: the reward is the logarithm of the right one's probability.
struct Task {
  Tensor scores, output;  // [1, 5], [3, 4]: what is learnt
  Tensor values;          // [5, 3]

  Task() {
    Rng rng(3);
    scores = Tensor::normal({1, 5}, 0, 1, rng);
    values = Tensor::normal({5, 3}, 0, 1, rng);
    output = Tensor::normal({3, 4}, 0, 1, rng);
    for (Tensor* x : {&scores, &output}) x->requires_grad(true);
  }
  Tensor weights() const {
    return autograd::select(
        Softmax()(autograd::unsqueeze(scores, 0), Mask::padding({4}, 5), {}), 0,
        0);
  }
  Tensor reward(const Tensor& z) const {  // [1]
    const Tensor logits = autograd::matmul(autograd::matmul(z, values), output);
    return autograd::select(autograd::log_softmax(logits), 1, 1);
  }
  // The gradient of a scalar by scores and output, one after the other.
  std::vector<double> gradient(const Tensor& of) {
    for (Tensor* x : {&scores, &output}) x->zero_grad();
    of.backward();
    std::vector<double> all;
    for (const Tensor& x : {scores, output})
      for (const Real g :
           (x.has_grad() ? x.grad() : Tensor::zeros(x.shape())).values())
        all.push_back(g);
    return all;
  }
};

using Loss = std::function<Tensor(const Tensor& rewards, const Tensor& log_p,
                                  const Tensor& entropies, const Baseline&)>;

constexpr ReinforceOptions options{.reward = 1, .entropy = 0.1};

Tensor right_loss(const Tensor& rewards, const Tensor& log_p,
                  const Tensor& entropies, const Baseline& baseline) {
  return reinforce_loss(rewards, log_p, entropies, baseline, options);
}

// -(J + lambda H), of which every draw's gradient is an estimate.
std::vector<double> exact(Task& task) {
  const Tensor J = expected_reward(1, 5, [&](const Tensor& z) {
    return Episode{autograd::sum(log_probability(task.weights(), z)),
                   autograd::sum(task.reward(z))};
  });
  return task.gradient(-J - autograd::sum(entropy(task.weights())) *
                                static_cast<Real>(options.entropy));
}

enum class Before { nothing, baseline, itself };  // held against a reward

// A gradient for each of n draws.
std::vector<std::vector<double>> draws(Task& task, int n, const Loss& loss,
                                       Before before = Before::baseline) {
  Rng rng(1);
  Baseline baseline, none;
  std::vector<std::vector<double>> all;
  for (int i = 0; i < n; ++i) {
    const Tensor weights = task.weights();
    const Tensor z = sampled(weights, rng);
    const Tensor reward = task.reward(z);
    if (before == Before::itself) baseline.update(reward);
    all.push_back(task.gradient(
        loss(reward, log_probability(weights, z), entropy(weights),
             before == Before::nothing ? none : baseline)));
    if (before == Before::baseline) baseline.update(reward);
  }
  return all;
}

struct Judgement {
  double worst = 0;     // of all numbers, how many standard errors off
  double variance = 0;  // of one draw, all numbers together
};

Judgement judge(const std::vector<std::vector<double>>& all,
                const std::vector<double>& wanted) {
  Judgement found;
  const auto n = double(all.size());
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    double mean = 0, squares = 0;
    for (const auto& one : all) mean += one[k] / n;
    for (const auto& one : all) squares += (one[k] - mean) * (one[k] - mean);
    const double variance = squares / (n - 1);
    found.variance += variance;
    const double off = std::abs(mean - wanted[k]);
    if (off > 1e-6)  // what does not vary is exact
      found.worst = std::max(found.worst, off / std::sqrt(variance / n));
  }
  return found;
}

TEST(Reinforce, MeetsTheExactGradient) {
  Task task;
  const auto wanted = exact(task);
  const Judgement with = judge(draws(task, 4000, right_loss), wanted);
  const Judgement without =
      judge(draws(task, 4000, right_loss, Before::nothing), wanted);
  EXPECT_LT(with.worst, 3);
  EXPECT_LT(without.worst, 3);
  EXPECT_LT(with.variance, without.variance / 2);
}

TEST(Reinforce, ItsErrorFallsAsTheRootOfTheDraws) {
  Task task;
  const auto wanted = exact(task);
  const auto all = draws(task, 8192, right_loss);
  // The mean distance of means of n draws from the gradient.
  const auto error = [&](std::size_t n) {
    double squares = 0;
    for (std::size_t i = 0; i + n <= all.size(); i += n)
      for (std::size_t k = 0; k < wanted.size(); ++k) {
        double mean = 0;
        for (std::size_t j = i; j < i + n; ++j) mean += all[j][k] / double(n);
        squares += (mean - wanted[k]) * (mean - wanted[k]);
      }
    return std::sqrt(squares / double(all.size() / n));
  };
  for (const std::size_t n : {4, 16, 64})
    EXPECT_NEAR(error(n) / error(4 * n), 2, 0.3) << n;
}

// Each is told from the right one by the same test.
TEST(Reinforce, PlantedBugsAreSeen) {
  const std::vector<std::pair<const char*, Loss>> bugs = {
      {"the advantage leaks a gradient",
       [](const auto& r, const auto& log_p, const auto& H, const auto& b) {
         const Tensor gain = r + (r - Real(b.value)) * log_p;
         return -autograd::mean(gain + H * Real(options.entropy));
       }},
      {"entropy's sign",
       [](const auto& r, const auto& log_p, const auto& H, const auto& b) {
         return reinforce_loss(
             r, log_p, H, b,
             {.reward = options.reward, .entropy = -options.entropy});
       }},
      {"the reward's own gradient is lost",
       [](const auto& r, const auto& log_p, const auto& H, const auto& b) {
         return right_loss(r.detach(), log_p, H, b);
       }},
      {"the advantage's sign",
       [](const auto& r, const auto& log_p, const auto& H, const auto& b) {
         return reinforce_loss(
             r, log_p, H, b,
             {.reward = -options.reward, .entropy = options.entropy});
       }},
      {"p for log p",
       [](const auto& r, const auto& log_p, const auto& H, const auto& b) {
         return right_loss(r, autograd::exp(log_p), H, b);
       }},
  };
  Task task;
  const auto wanted = exact(task);
  for (const auto& [name, loss] : bugs)
    EXPECT_GT(judge(draws(task, 4000, loss), wanted).worst, 5) << name;
  // A baseline that knows the draw it is held against takes a tenth of what
  // there is to learn, which takes more draws to see.
  EXPECT_GT(judge(draws(task, 20000, right_loss, Before::itself), wanted).worst,
            5)
      << "updated before it is used";
}

TEST(Reinforce, LossIsPyTorchs) {
  const tests::Golden golden("hard", "reinforce");
  const Tensor scores = golden.variable("scores");
  const Tensor table = golden.variable("table"), z = golden["chosen"];
  const Tensor weights = autograd::softmax(scores);
  const Tensor rewards = autograd::tanh(autograd::sum(table * z, {-1}));
  Baseline baseline;
  baseline.value = 0.3;
  const Tensor loss =
      reinforce_loss(rewards, log_probability(weights, z), entropy(weights),
                     baseline, {.reward = 0.8, .entropy = 0.05});
  golden.expect("loss", loss);
  loss.backward(golden["grad.loss"]);
  golden.expect_gradients({{"scores", scores}, {"table", table}});
}

}  // namespace
}  // namespace attention
