#include "nn/estimate.h"

#include <algorithm>
#include <cmath>

#include "nn/spread.h"

namespace nn {
namespace {

using autograd::check;
using Numbers = std::vector<double>;

double dot(const Numbers& a, const Numbers& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// The mean squared distance from g of the means of n draws.
struct Blocks {
  int n;
  Numbers sum;
  double squares = 0;
  int held = 0, done = 0;

  void add(const Numbers& draw, const Numbers& g) {
    for (std::size_t i = 0; i < g.size(); ++i) sum[i] += draw[i];
    if (++held < n) return;
    for (std::size_t i = 0; i < g.size(); ++i)
      squares += (sum[i] / n - g[i]) * (sum[i] / n - g[i]);
    sum.assign(g.size(), 0.0);
    held = 0;
    ++done;
  }
};

}  // namespace

std::vector<double> gradient_of(const Tensor& loss,
                                const Parameters& parameters) {
  zero_grad(parameters);
  loss.backward();
  Numbers all;
  for (const auto& [name, x] : parameters) {
    const Tensor gradient = x.has_grad() ? x.grad() : Tensor::zeros(x.shape());
    for (const Real g : gradient.values()) all.push_back(g);
  }
  return all;
}

Estimates judge_estimates(const std::vector<double>& exact, int draws,
                          const std::vector<int>& counts,
                          const std::function<std::vector<double>()>& draw) {
  const double norm = dot(exact, exact);
  check(norm > 0, "[judge_estimates] wanted a gradient that is not 0");
  check(draws >= 2, "[judge_estimates] wanted at least two draws, got ", draws);
  std::vector<Blocks> blocks;
  for (const int n : counts) {
    check(1 <= n && n <= draws, "[judge_estimates] wanted counts from 1 to ",
          draws, ", got ", n);
    blocks.push_back({n, Numbers(exact.size())});
  }
  Numbers along, mean(exact.size());
  double squares = 0;
  for (int i = 0; i < draws; ++i) {
    const Numbers one = draw();
    check(one.size() == exact.size(), "[judge_estimates] wanted estimates of ",
          exact.size(), " numbers, got ", one.size());
    along.push_back(dot(one, exact) / norm);
    squares += dot(one, one) / draws;
    for (std::size_t j = 0; j < mean.size(); ++j) mean[j] += one[j] / draws;
    for (Blocks& some : blocks) some.add(one, exact);
  }
  const Spread spread = spread_of(along);
  Estimates found;
  found.along = spread.mean;
  if (spread.error > 0) found.z = (spread.mean - 1) / spread.error;
  found.variance = std::max(0.0, squares - dot(mean, mean)) / norm;
  for (const Blocks& some : blocks)
    found.errors.push_back(std::sqrt(some.squares / some.done / norm));
  return found;
}

}  // namespace nn
