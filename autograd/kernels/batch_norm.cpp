#include "autograd/kernels/batch_norm.h"

#include "autograd/kernels/for_lanes.h"

namespace autograd::kernels {
namespace {

// Calls f(at, n) for all elements of a channel, sixteen lanes at a time.
template <class F>
ATTENTION_INLINE void each_lane(const Channels& shape, std::int64_t channel,
                                const F& f) {
  for (std::int64_t b = 0; b < shape.batch; ++b) {
    const std::int64_t row = (b * shape.channels + channel) * shape.size;
    for_lanes(shape.size, [&](std::int64_t i, auto n) { f(row + i, n); });
  }
}

}  // namespace

void moments(const Channels& shape, const Real* x, Real* mean, Real* variance) {
  const Real count = static_cast<Real>(shape.count());
  for_rows(shape.channels, shape.count(), [&](std::int64_t c) {
    Vec total = Real(0), squares = Real(0);
    each_lane(shape, c,
              [&](std::int64_t i, auto n) { total = total + load(x + i, n); });
    const Real m = sum(total) / count;
    each_lane(shape, c, [&](std::int64_t i, auto n) {
      const Vec d = load(x + i, n, m) - Vec(m);
      squares = fma(d, d, squares);
    });
    mean[c] = m;
    variance[c] = sum(squares) / count;
  });
}

void batch_norm(const Channels& shape, const Real* x, const Real* mean,
                const Real* rstd, const Real* weight, const Real* bias,
                Real* y) {
  for_rows(shape.channels, shape.count(), [&](std::int64_t c) {
    const Vec m = mean[c], r = rstd[c], w = weight[c], b = bias[c];
    each_lane(shape, c, [&](std::int64_t i, auto n) {
      store(y + i, fma((load(x + i, n) - m) * r, w, b), n);
    });
  });
}

void batch_norm_gradient(const Channels& shape, const Real* x, const Real* mean,
                         const Real* rstd, const Real* weight, const Real* dy,
                         const BatchNormGradients& to) {
  const Real count = static_cast<Real>(shape.count());
  for_rows(shape.channels, shape.count(), [&](std::int64_t c) {
    const Vec m = mean[c], r = rstd[c], scale = weight[c] * rstd[c];
    Vec sum_d = Real(0), sum_dh = Real(0);
    each_lane(shape, c, [&](std::int64_t i, auto n) {
      const Vec d = load(dy + i, n);
      sum_d = sum_d + d;
      sum_dh = fma(d, (load(x + i, n) - m) * r, sum_dh);
    });
    to.dbias[c] = sum(sum_d);
    to.dweight[c] = sum(sum_dh);
    if (!to.dx) return;
    const Vec mean_d = to.of_x ? to.dbias[c] / count : Real(0);
    const Vec mean_dh = to.of_x ? to.dweight[c] / count : Real(0);
    each_lane(shape, c, [&](std::int64_t i, auto n) {
      const Vec h = (load(x + i, n) - m) * r;
      const Vec d = load(dy + i, n) - mean_d - h * mean_dh;
      put(to.dx + i, scale * d, n, to.accumulate);
    });
  });
}

}  // namespace autograd::kernels
