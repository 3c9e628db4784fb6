#include "nn/init.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nn::init {
namespace {

using autograd::check;

struct Fans {
  double in, out;
};

Fans fans(const char* what, const Tensor& weight) {
  check(weight.rank() >= 2 && weight.size() > 0, "[", what,
        "] wanted a weight [out, in, ...], got ", weight.shape());
  const double count = static_cast<double>(weight.size());
  return {count / weight.size(0), count / weight.size(1)};
}

// Uniform with a given deviation: bounds of sqrt(3) times as much.
void uniform_with(Tensor x, double deviation, Rng& rng) {
  const Real bound = static_cast<Real>(deviation * std::sqrt(3.0));
  uniform(x, -bound, bound, rng);
}

double xavier_deviation(const Tensor& weight, Real gain) {
  const Fans fan = fans("xavier", weight);
  return gain * std::sqrt(2 / (fan.in + fan.out));
}

double kaiming_deviation(const Tensor& weight, Real gain) {
  return gain / std::sqrt(fans("kaiming", weight).in);
}

}  // namespace

void constant(Tensor x, Real value) { x.fill(value); }

void zeros(Tensor x) { x.fill(0); }

void uniform(Tensor x, Real low, Real high, Rng& rng) {
  x.copy_from(Tensor::uniform(x.shape(), low, high, rng));
}

void normal(Tensor x, Real mean, Real deviation, Rng& rng) {
  x.copy_from(Tensor::normal(x.shape(), mean, deviation, rng));
}

void xavier_uniform(Tensor weight, Rng& rng, Real gain) {
  uniform_with(weight, xavier_deviation(weight, gain), rng);
}

void xavier_normal(Tensor weight, Rng& rng, Real gain) {
  normal(weight, 0, static_cast<Real>(xavier_deviation(weight, gain)), rng);
}

void kaiming_uniform(Tensor weight, Rng& rng, Real gain) {
  uniform_with(weight, kaiming_deviation(weight, gain), rng);
}

void kaiming_normal(Tensor weight, Rng& rng, Real gain) {
  normal(weight, 0, static_cast<Real>(kaiming_deviation(weight, gain)), rng);
}

namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// A random vector of length 1, orthogonal to those given: Gram and Schmidt,
// twice, for what the first pass leaves by rounding.
Vector orthogonal_to(const std::vector<Vector>& others, std::size_t size,
                     Rng& rng) {
  Vector v(size);
  for (double& x : v) x = rng.normal();
  for (int pass = 0; pass < 2; ++pass)
    for (const Vector& other : others) {
      const double along = dot(v, other);
      for (std::size_t i = 0; i < size; ++i) v[i] -= along * other[i];
    }
  const double length = std::sqrt(dot(v, v));
  for (double& x : v) x /= length;
  return v;
}

}  // namespace

void orthogonal(Tensor weight, Rng& rng, Real gain) {
  fans("orthogonal", weight);
  const std::size_t rows = static_cast<std::size_t>(weight.size(0));
  const std::size_t columns = static_cast<std::size_t>(weight.size()) / rows;
  const bool wide = rows <= columns;
  std::vector<Vector> basis;
  while (basis.size() < std::min(rows, columns))
    basis.push_back(orthogonal_to(basis, std::max(rows, columns), rng));
  std::vector<Real> values;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      values.push_back(
          static_cast<Real>(gain * (wide ? basis[i][j] : basis[j][i])));
  weight.copy_from(values);
}

}  // namespace nn::init
