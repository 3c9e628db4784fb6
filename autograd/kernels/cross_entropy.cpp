#include "autograd/kernels/row_sums.h"
#include "autograd/kernels/rows.h"

namespace autograd::kernels {
namespace {

Real row_mean(std::int64_t columns, const Real* x) {
  Vec total = Real(0);
  for_lanes(columns,
            [&](std::int64_t j, auto n) { total = total + load(x + j, n); });
  return sum(total) / static_cast<Real>(columns);
}

// The row's loss, and its gradient where dx is not null: the exponentials are
// made once, for both, and wait in `e`.
Real loss_row(std::int64_t columns, const Real* x, const Real* next, int target,
              Real smoothing, Real scale, Real* e, Real* dx) {
  const Real shift = row_shift(columns, x);
  const Real total =
      row_exp(columns, x, shift, next, [&](std::int64_t j, Vec value, auto n) {
        if (dx) store(e + j, value, n);
      });
  if (dx) {
    const Vec share = scale / total;
    const Vec even = scale * smoothing / static_cast<Real>(columns);
    const Vec at_target = Vec(scale * (1 - smoothing)) + even;
    fill_row(columns, dx, dx != e, [&](std::int64_t j, auto n) {
      const Mask hit = to_real(iota()) == Vec(Real(target - j));
      return fma(load(e + j, n), share, -select(hit, at_target, even));
    });
  }
  const Real lse = shift + first(log(Vec(total)));
  const Real loss = lse - (1 - smoothing) * x[target];
  // Without smoothing a masked logit must not count: 0 (-inf) is NaN.
  return smoothing == 0 ? loss : loss - smoothing * row_mean(columns, x);
}

}  // namespace

void cross_entropy(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                   const int* targets, int ignored, Real smoothing, Real* loss,
                   Real scale, Rows<Real> dx) {
  const bool streams = rows * columns >= streamed;
  for_rows(rows, columns, [&](std::int64_t i) {
    Real* const gradient = dx.data ? dx[i] : nullptr;
    if (targets[i] == ignored) {
      loss[i] = 0;
      if (gradient) std::fill_n(gradient, columns, Real(0));
      return;
    }
    loss[i] =
        loss_row(columns, x[i], row_after(x, i, rows), targets[i], smoothing,
                 scale, streams ? row_buffer(columns) : gradient, gradient);
  });
}

}  // namespace autograd::kernels
