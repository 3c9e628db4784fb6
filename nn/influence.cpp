#include "nn/influence.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"
#include "autograd/ops.h"

namespace nn {

using autograd::check;
using autograd::Real;
using autograd::Tensor;

std::vector<double> influence(const Tensor& y, Tensor x) {
  check(y.rank() == 2 && x.rank() == 3 && y.size(0) == x.size(0),
        "[influence] wanted y [B, D] and x [B, T, E], got ", y.shape(), " and ",
        x.shape());
  const auto B = std::size_t(y.size(0)), T = std::size_t(x.size(1)),
             E = std::size_t(x.size(2));
  std::vector<double> squares(B * T, 0.0);
  for (int d = 0; d < y.size(1); ++d) {
    const Tensor one = Tensor::zeros(y.shape());
    select(one, 1, d).fill(1);
    x.zero_grad();
    y.backward(one, d + 1 < y.size(1));
    const std::vector<Real> dx = x.grad().values();
    for (std::size_t i = 0; i < dx.size(); ++i)
      squares[i / E] += double(dx[i]) * double(dx[i]);
  }
  x.zero_grad();
  std::vector<double> sizes(T, 0.0);
  for (std::size_t i = 0; i < squares.size(); ++i)
    sizes[i % T] += std::sqrt(squares[i]) / double(B);
  return sizes;
}

//   G = 2 sum_i i x_i / (n sum_i x_i) - (n + 1) / n      x in rising order
double gini(std::vector<double> shares) {
  std::sort(shares.begin(), shares.end());
  check(!shares.empty() && shares.front() >= 0 && shares.back() > 0,
        "[gini] wanted shares from 0 on, not all of them 0");
  double sum = 0, ranked = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i];
    ranked += double(i + 1) * shares[i];
  }
  const auto n = double(shares.size());
  return 2 * ranked / (n * sum) - (n + 1) / n;
}

}  // namespace nn
