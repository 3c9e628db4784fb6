#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/rows.h"
#include "autograd/kernels/scratch.h"

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

namespace {

// Adds dy h to sums[0] and dy to sums[1], where there are sums, and makes dx,
// where it is wanted, while the row is in the cache.
template <bool has_sums>
void backward_row(std::int64_t columns, const Real* x, const Real* weight,
                  Vec mean, Vec rstd, const Real* dy, Real* dx, bool accumulate,
                  Real* sums) {
  const Real size = static_cast<Real>(columns);
  Vec sum_g = Real(0), sum_gh = Real(0);
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec d = load(dy + j, n), h = (load(x + j, n) - mean) * rstd;
    const Vec g = d * load(weight + j, n);
    sum_g = sum_g + g;
    sum_gh = fma(g, h, sum_gh);
    if constexpr (has_sums) {
      Real* dweight = sums + j;
      Real* dbias = sums + columns + j;
      store(dweight, fma(d, h, load(dweight, n)), n);
      store(dbias, load(dbias, n) + d, n);
    }
  });
  if (dx == nullptr) return;
  const Vec mean_g = sum(sum_g) / size, mean_gh = sum(sum_gh) / size;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec h = (load(x + j, n) - mean) * rstd;
    const Vec g = load(dy + j, n) * load(weight + j, n);
    put(dx + j, rstd * (g - mean_g - h * mean_gh), n, accumulate);
  });
}

}  // namespace

void layer_norm_backward(std::int64_t rows, std::int64_t columns,
                         Rows<const Real> x, const Real* weight,
                         const Real* mean, const Real* rstd,
                         Rows<const Real> dy, Rows<Real> dx, bool accumulate,
                         Real* sums) {
  const std::int64_t size = 2 * columns;
  const std::int64_t height =
      std::max<std::int64_t>(32, 32768 / std::max<std::int64_t>(columns, 1));
  const std::int64_t blocks = (rows + height - 1) / height;
  thread_local Scratch scratch;
  Real* const partial = sums ? scratch.at_least(blocks * size) : nullptr;
  const auto row = sums ? backward_row<true> : backward_row<false>;
  parallel_for(rows, height, [&](std::int64_t begin, std::int64_t end) {
    Real* const block = sums ? partial + begin / height * size : nullptr;
    if (sums) std::fill_n(block, size, Real(0));
    for (std::int64_t i = begin; i < end; ++i)
      row(columns, x[i], weight, mean[i], rstd[i], dy[i],
          dx.data ? dx[i] : nullptr, accumulate, block);
  });
  if (!sums) return;
  std::fill_n(sums, size, Real(0));
  for (std::int64_t b = 0; b < blocks; ++b)
    for_lanes(size, [&](std::int64_t j, auto n) {
      const Vec more = load(partial + b * size + j, n);
      store(sums + j, load(sums + j, n) + more, n);
    });
}

}  // namespace autograd::kernels
