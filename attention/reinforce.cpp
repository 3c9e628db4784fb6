#include "attention/reinforce.h"

#include <cmath>

#include "autograd/ops.h"

namespace attention {

using autograd::check;
using autograd::Real;

Tensor log_probability(const Tensor& weights, const Tensor& chosen) {
  check(weights.shape() == chosen.shape(),
        "[log_probability] wanted a choice for each of the weights ",
        weights.shape(), ", got ", chosen.shape());
  return autograd::sum(autograd::log(autograd::where(chosen, weights, Real(1))),
                       {-1});
}

Tensor entropy(const Tensor& weights) {
  const Tensor logs = autograd::log(autograd::where(weights, weights, Real(1)));
  return -autograd::sum(weights * logs, {-1});
}

void Baseline::update(const Tensor& rewards) {
  const double mean = autograd::mean(rewards.detach()).item();
  value = decay * value + (1 - decay) * mean;
}

Tensor reinforce_loss(const Tensor& rewards, const Tensor& log_p,
                      const Tensor& entropies, const Baseline& baseline,
                      const ReinforceOptions& options) {
  const bool curious = options.entropy != 0;
  check(rewards.shape() == log_p.shape() &&
            (!curious ||
             (entropies.defined() && entropies.shape() == log_p.shape())),
        "[reinforce_loss] wanted a reward", curious ? " and an entropy" : "",
        " for each log p ", log_p.shape(), ", got rewards ", rewards.shape());
  const Tensor advantage =
      (rewards.detach() - static_cast<Real>(baseline.value)) *
      static_cast<Real>(options.reward);
  Tensor gain = rewards + advantage * log_p;
  if (curious) gain = gain + entropies * static_cast<Real>(options.entropy);
  return -autograd::mean(gain);
}

Tensor expected_reward(int T, int S,
                       const std::function<Episode(const Tensor&)>& play) {
  const double ways = std::pow(S, T);
  check(T >= 1 && S >= 1 && ways <= 1e5,
        "[expected_reward] wanted at most 100000 ways to choose, got ", S,
        " to the power of ", T);
  Tensor sum = Real(0);
  for (int way = 0; way < static_cast<int>(ways); ++way) {
    Tensor chosen = Tensor::zeros({T, S});
    for (int t = 0, rest = way; t < T; ++t, rest /= S)
      chosen.set({t, rest % S}, 1);
    const auto [log_p, reward] = play(chosen);
    if (std::isinf(log_p.item())) continue;
    sum = sum + autograd::exp(log_p) * reward;
  }
  return sum;
}

}  // namespace attention
