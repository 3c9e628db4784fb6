#include <algorithm>
#include <vector>

#include "autograd/graph.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

using kernels::Vec;

// exp(i angle)
struct Turn {
  double cos, sin;

  Turn operator*(const Turn& b) const {
    return {cos * b.cos - sin * b.sin, cos * b.sin + sin * b.cos};
  }
};

// The series, for an angle in [0, 1]: sums and products in double have the
// same bits on every machine, the standard library's sines have not.
Turn turn_by(double angle) {
  Turn turn{1, angle};
  double term = angle;  // angle^k / k!
  for (int k = 2; k < 22; ++k) {
    term *= angle / k;
    (k % 2 ? turn.sin : turn.cos) += k % 4 < 2 ? term : -term;
  }
  return turn;
}

// The r in (0, 1] with r^n base = 1, by halving.
double inverse_root(double base, int n) {
  double low = 0, high = 1;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    double product = base;
    for (int k = 0; k < n; ++k) product *= middle;
    (product < 1 ? low : high) = middle;
  }
  return high;
}

// Cosines and sines of the angles p base^(-i/n), i < n, of positions p: rows
// [begin, end) of [*, 2 n]. What was asked for last is kept.
struct Angles {
  int n = 0, begin = 0, end = 0;
  Real base = 0;
  std::vector<Turn> powers;  // by 2^k positions: [k, n]
  std::vector<Real> rows;

  void reset(int pairs, Real wanted_base) {
    *this = {};
    n = pairs;
    base = wanted_base;
    const double root = inverse_root(base, n);
    double angle = 1;
    for (int i = 0; i < n; ++i, angle *= root) powers.push_back(turn_by(angle));
  }

  // By bits of p from the lowest, each a factor.
  void append_row(int p) {
    std::vector<Turn> turns(std::size_t(n), Turn{1, 0});
    for (int k = 0; p >> k; ++k) {
      const auto size = powers.size();
      if (size == std::size_t(k) * n)
        for (std::size_t i = size - n; i < size; ++i)
          powers.push_back(powers[i] * powers[i]);
      for (int i = 0; p >> k & 1 && i < n; ++i)
        turns[i] = turns[i] * powers[std::size_t(k) * n + i];
    }
    for (const Turn& turn : turns) rows.push_back(static_cast<Real>(turn.cos));
    for (const Turn& turn : turns) rows.push_back(static_cast<Real>(turn.sin));
  }

  // Row `first`, and `count` - 1 others after it.
  const Real* at(int first, int count) {
    if (first < begin || first > end) {
      begin = end = first;
      rows.clear();
    }
    for (; end < first + count; ++end) append_row(end);
    return rows.data() + std::size_t(first - begin) * 2 * n;
  }
};

const Real* angles(int n, Real base, int first, int count) {
  static thread_local Angles last;
  if (last.n != n || last.base != base) last.reset(n, base);
  return last.at(first, count);
}

// y = or += x turned by the angles, or back by them.
void turn(const View<const Real>& x, const GradientSlot& y, int first,
          Real base, bool back) {
  const int last = x.shape.rank() - 1, n = x.shape[last] / 2;
  if (element_count(x.shape) == 0) return;
  const Shape shape = x.shape.with(last, n);
  const auto half = [&](auto view, int i) {
    return decltype(view){view.data + i * n * view.strides[last], shape,
                          view.strides};
  };
  Strides strides = Strides::filled(last + 1, 0);
  strides[last] = 1;
  strides[last - 1] = 2 * n;
  const View<const Real> cos{angles(n, base, first, x.shape[last - 1]), shape,
                             strides};
  const View<const Real> sin{cos.data + n, shape, strides};
  const Vec sign = back ? Real(-1) : Real(1);
  const View<Real> whole = y;
  add_into(
      {half(whole, 0), y.accumulate},
      [=](Vec low, Vec high, Vec c, Vec s) {
        return low * c - high * (sign * s);
      },
      half(x, 0), half(x, 1), cos, sin);
  add_into(
      {half(whole, 1), y.accumulate},
      [=](Vec low, Vec high, Vec c, Vec s) {
        return high * c + low * (sign * s);
      },
      half(x, 0), half(x, 1), cos, sin);
}

}  // namespace

//   y_i = x_i cos a - x_j sin a    y_j = x_j cos a + x_i sin a    j = i + D/2
// and backward turns back.
Tensor rotary(const Tensor& x, int first, Real base) {
  check(x.rank() >= 2 && x.size(-1) % 2 == 0,
        "[rotary] wanted [..., T, D] with an even D, got ", x.shape());
  check(first >= 0, "[rotary] wanted a position of at least 0, got ", first);
  check(base >= 1, "[rotary] wanted a base of at least 1, got ", base);
  Tensor y = Tensor::empty(x.shape());
  turn(values(x), {mutable_values(y), false}, first, base, false);
  return record("rotary", y, {x}, [=](const Tensor& y, const Inputs& in) {
    if (auto dx = add_to(in[0])) turn(gradient(y), dx, first, base, true);
  });
}

}  // namespace autograd
