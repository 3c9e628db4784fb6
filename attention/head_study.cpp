#include "attention/head_study.h"

#include <algorithm>

#include "nn/metrics.h"

namespace attention {

using autograd::check;
using autograd::mean;
using autograd::select;
using nn::Real;

std::vector<std::vector<double>> head_divergences(const Tensor& weights) {
  check(weights.rank() == 4,
        "[head_divergences] wanted weights [B, H, T, S], got ",
        weights.shape());
  std::vector<std::vector<double>> all(std::size_t(weights.size(1)));
  for (int h = 0; h < weights.size(1); ++h)
    for (int g = 0; g < weights.size(1); ++g)
      all[std::size_t(h)].push_back(std::clamp(
          nn::jensen_shannon(select(weights, 1, h), select(weights, 1, g)), 0.0,
          1.0));
  return all;
}

std::vector<std::vector<double>> head_distances(const Tensor& weights,
                                                int first, int farthest) {
  check(weights.rank() == 4 && first >= 0 &&
            first + weights.size(2) <= weights.size(3),
        "[head_distances] wanted weights [B, H, T, S] of queries within S, ",
        "got ", weights.shape(), " from ", first);
  std::vector<std::vector<double>> all;
  for (int h = 0; h < weights.size(1); ++h) {
    all.emplace_back();
    for (int back = 0; back <= farthest; ++back) {
      double sum = 0;
      for (int t = std::max(0, back - first); t < weights.size(2); ++t) {
        const Tensor row = select(select(weights, 1, h), 1, t);  // [B, S]
        sum += double(mean(select(row, 1, first + t - back)).item());
      }
      const int count = weights.size(2) - std::max(0, back - first);
      all.back().push_back(count > 0 ? sum / count : 0);
    }
  }
  return all;
}

void prune(MultiHeadAttention& attend, int head) {
  check(attend.out_proj && 0 <= head && head < attend.options.heads,
        "[prune] wanted W_O and a head of ", attend.options.heads, ", got ",
        head);
  const int D = attend.options.width / attend.options.heads;
  autograd::slice(attend.out_proj->weight, 1, head * D, (head + 1) * D).fill(0);
}

std::vector<double> prune_one_by_one(MultiHeadAttention& attend,
                                     const std::function<double()>& score) {
  std::vector<double> scores = {score()};
  std::vector<int> left;
  for (int h = 0; h < attend.options.heads; ++h) left.push_back(h);
  while (!left.empty()) {
    const MultiHeadAttention before = attend;
    std::size_t least = 0;
    std::vector<double> without;
    for (const int head : left) {
      prune(attend, head);
      without.push_back(score());
      attend = before;
      if (without.back() > without[least]) least = without.size() - 1;
    }
    prune(attend, left[least]);
    left.erase(left.begin() + std::ptrdiff_t(least));
    scores.push_back(without[least]);
  }
  return scores;
}

}  // namespace attention
