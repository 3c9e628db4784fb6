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

void backward_row(std::int64_t columns, const Real* x, int target,
                  Real smoothing, Real lse, Real scale, Real* dx,
                  bool accumulate, bool streams) {
  const Vec even = smoothing / static_cast<Real>(columns);
  fill_row(columns, dx, streams, [&](std::int64_t j, auto n) {
    const Mask hit = to_real(iota()) == Vec(Real(target - j));
    const Vec wanted = select(hit, Vec(1 - smoothing), Vec(Real(0))) + even;
    const Vec p = exp(load(x + j, n) - Vec(lse));
    const Vec d = Vec(scale) * (p - wanted);
    return accumulate ? load(dx + j, n) + d : d;
  });
}

}  // namespace

void cross_entropy(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                   const int* targets, int ignored, Real smoothing, Real* loss,
                   Real* lse) {
  for_rows(rows, columns, [&](std::int64_t i) {
    lse[i] = row_logsumexp(columns, x[i]);
    loss[i] = 0;
    if (targets[i] == ignored) return;
    loss[i] = lse[i] - (1 - smoothing) * x[i][targets[i]];
    // Without smoothing a masked logit must not count: 0 (-inf) is NaN.
    if (smoothing != 0) loss[i] -= smoothing * row_mean(columns, x[i]);
  });
}

void cross_entropy_backward(std::int64_t rows, std::int64_t columns,
                            Rows<const Real> x, const int* targets, int ignored,
                            Real smoothing, const Real* lse, Real scale,
                            Rows<Real> dx, bool accumulate) {
  const bool streams = !accumulate && rows * columns >= streamed;
  for_rows(rows, columns, [&](std::int64_t i) {
    if (targets[i] != ignored)
      backward_row(columns, x[i], targets[i], smoothing, lse[i], scale, dx[i],
                   accumulate, streams);
    else if (!accumulate)
      std::fill_n(dx[i], columns, Real(0));
  });
}

}  // namespace autograd::kernels
