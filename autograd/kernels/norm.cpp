#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/rows.h"

namespace autograd::kernels {

void layer_norm(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                const Real* weight, const Real* bias, Real epsilon,
                Rows<Real> y, Real* mean, Real* rstd) {
  const Real size = static_cast<Real>(columns);
  for_rows(rows, columns, [&](std::int64_t i) {
    const Real* row = x[i];
    Vec total = Real(0), squares = Real(0);
    for_lanes(columns, [&](std::int64_t j, auto n) {
      total = total + load(row + j, n);
    });
    mean[i] = sum(total) / size;
    for_lanes(columns, [&](std::int64_t j, auto n) {
      const Vec d = load(row + j, n, mean[i]) - Vec(mean[i]);
      squares = fma(d, d, squares);
    });
    rstd[i] = 1 / std::sqrt(sum(squares) / size + epsilon);
    const Vec m = mean[i], r = rstd[i];
    for_lanes(columns, [&](std::int64_t j, auto n) {
      const Vec h = (load(row + j, n) - m) * r;
      store(y[i] + j, fma(h, load(weight + j, n), load(bias + j, n)), n);
    });
  });
}

void layer_norm_backward(std::int64_t rows, std::int64_t columns,
                         Rows<const Real> x, const Real* weight,
                         const Real* mean, const Real* rstd,
                         Rows<const Real> dy, Rows<Real> dx, bool accumulate) {
  const Real size = static_cast<Real>(columns);
  for_rows(rows, columns, [&](std::int64_t i) {
    const Vec m = mean[i], r = rstd[i];
    const auto h = [&](std::int64_t j, auto n) {
      return (load(x[i] + j, n) - m) * r;
    };
    const auto g = [&](std::int64_t j, auto n) {
      return load(dy[i] + j, n) * load(weight + j, n);
    };
    Vec sum_g = Real(0), sum_gh = Real(0);
    for_lanes(columns, [&](std::int64_t j, auto n) {
      sum_g = sum_g + g(j, n);
      sum_gh = fma(g(j, n), h(j, n), sum_gh);
    });
    const Vec mean_g = sum(sum_g) / size, mean_gh = sum(sum_gh) / size;
    for_lanes(columns, [&](std::int64_t j, auto n) {
      const Vec d = g(j, n) - mean_g - h(j, n) * mean_gh;
      put(dx[i] + j, r * d, n, accumulate);
    });
  });
}

void layer_norm_backward_weights(std::int64_t rows, std::int64_t columns,
                                 Rows<const Real> x, const Real* mean,
                                 const Real* rstd, Rows<const Real> dy,
                                 Real* dweight, Real* dbias) {
  const std::int64_t enough = 16384 / std::clamp<std::int64_t>(rows, 1, 16384);
  const std::int64_t grain = std::max<std::int64_t>(enough, 8 * lanes);
  parallel_for(columns, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = 0; i < rows; ++i) {
      const Vec m = mean[i], r = rstd[i];
      for_lanes(end - begin, [&](std::int64_t k, auto n) {
        const std::int64_t j = begin + k;
        const Vec d = load(dy[i] + j, n), h = (load(x[i] + j, n) - m) * r;
        store(dweight + j, fma(d, h, load(dweight + j, n)), n);
        store(dbias + j, load(dbias + j, n) + d, n);
      });
    }
  });
}

}  // namespace autograd::kernels
