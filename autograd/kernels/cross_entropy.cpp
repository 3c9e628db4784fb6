#include <utility>

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

void gradient_row(std::int64_t columns, const Real* x, int target,
                  Real smoothing, Real lse, Real scale, Real* dx,
                  bool streams) {
  const Vec even = smoothing / static_cast<Real>(columns);
  const Vec at_target = Vec(1 - smoothing) + even;
  fill_row(columns, dx, streams, [&](std::int64_t j, auto n) {
    const Mask hit = to_real(iota()) == Vec(Real(target - j));
    const Vec p = exp(load(x + j, n) - Vec(lse));
    return Vec(scale) * (p - select(hit, at_target, even));
  });
}

}  // namespace

void cross_entropy(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                   const int* targets, int ignored, Real smoothing, Real* loss,
                   Real scale, Rows<Real> dx) {
  const bool streams = rows * columns >= streamed;
  const auto finish = [&](std::int64_t i) {
    const Real lse = std::exchange(loss[i], Real(0));
    if (targets[i] == ignored) {
      if (dx.data) std::fill_n(dx[i], columns, Real(0));
      return;
    }
    loss[i] = lse - (1 - smoothing) * x[i][targets[i]];
    // Without smoothing a masked logit must not count: 0 (-inf) is NaN.
    if (smoothing != 0) loss[i] -= smoothing * row_mean(columns, x[i]);
    if (dx.data)
      gradient_row(columns, x[i], targets[i], smoothing, lse, scale, dx[i],
                   streams);
  };
  // The second loop reads from the cache what the first one left there; rows
  // of one loop overlap in the processor, where they are short.
  for_chunks(rows, columns, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      loss[i] = row_logsumexp(columns, x[i]);
    for (std::int64_t i = begin; i < end; ++i) finish(i);
  });
}

}  // namespace autograd::kernels
