#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/rows.h"
#include "autograd/kernels/scratch.h"

namespace autograd::kernels {

namespace {

// y = (x - mean) rstd weight + bias, of one row. RMS norm is layer norm with a
// mean of 0, and without bias.
template <bool centred>
void norm_row(std::int64_t columns, const Real* x, const Real* weight,
              const Real* bias, Real epsilon, Real* y, Real* mean, Real* rstd) {
  const Real size = static_cast<Real>(columns);
  Real m = 0;
  if constexpr (centred) {
    Vec total = Real(0);
    for_lanes(columns,
              [&](std::int64_t j, auto n) { total = total + load(x + j, n); });
    *mean = m = sum(total) / size;
  }
  Vec squares = Real(0);
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec d = load(x + j, n, m) - Vec(m);
    squares = fma(d, d, squares);
  });
  *rstd = 1 / std::sqrt(sum(squares) / size + epsilon);
  const Vec r = *rstd;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec h = (load(x + j, n) - Vec(m)) * r, w = load(weight + j, n);
    store(y + j, centred ? fma(h, w, load(bias + j, n)) : h * w, n);
  });
}

}  // namespace

void layer_norm(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                const Real* weight, const Real* bias, Real epsilon,
                Rows<Real> y, Real* mean, Real* rstd) {
  for_rows(rows, columns, [&](std::int64_t i) {
    norm_row<true>(columns, x[i], weight, bias, epsilon, y[i], mean + i,
                   rstd + i);
  });
}

void rms_norm(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
              const Real* weight, Real epsilon, Rows<Real> y, Real* rstd) {
  for_rows(rows, columns, [&](std::int64_t i) {
    norm_row<false>(columns, x[i], weight, nullptr, epsilon, y[i], nullptr,
                    rstd + i);
  });
}

namespace {

// What backward needs of all rows; the means and the bias of layer norm only.
struct NormBackward {
  std::int64_t columns;
  Rows<const Real> x;
  const Real *weight, *mean, *rstd;
  Rows<const Real> dy;
  Rows<Real> dx;
  bool accumulate;
};

// Adds dy h to sums[0] and, where centred, dy to sums[1], where there are sums,
// and makes dx, where it is wanted, while the row is in the cache.
template <bool centred, bool has_sums>
void backward_row(const NormBackward& norm, std::int64_t i, Real* sums) {
  const std::int64_t columns = norm.columns;
  const Real size = static_cast<Real>(columns);
  const Real *x = norm.x[i], *dy = norm.dy[i];
  const Vec mean = centred ? norm.mean[i] : Real(0), rstd = norm.rstd[i];
  Vec sum_g = Real(0), sum_gh = Real(0);
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec d = load(dy + j, n), h = (load(x + j, n) - mean) * rstd;
    const Vec g = d * load(norm.weight + j, n);
    if constexpr (centred) sum_g = sum_g + g;
    sum_gh = fma(g, h, sum_gh);
    if constexpr (has_sums) {
      Real* dweight = sums + j;
      store(dweight, fma(d, h, load(dweight, n)), n);
      if constexpr (centred) {
        Real* dbias = sums + columns + j;
        store(dbias, load(dbias, n) + d, n);
      }
    }
  });
  if (norm.dx.data == nullptr) return;
  const Vec mean_g = sum(sum_g) / size, mean_gh = sum(sum_gh) / size;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec h = (load(x + j, n) - mean) * rstd;
    const Vec g = load(dy + j, n) * load(norm.weight + j, n);
    put(norm.dx[i] + j, rstd * (g - mean_g - h * mean_gh), n, norm.accumulate);
  });
}

template <bool centred>
void backward_rows(std::int64_t rows, const NormBackward& norm, Real* sums) {
  const std::int64_t columns = norm.columns, size = (1 + centred) * columns;
  const std::int64_t height =
      std::max<std::int64_t>(32, 32768 / std::max<std::int64_t>(columns, 1));
  const std::int64_t blocks = (rows + height - 1) / height;
  thread_local Scratch scratch;
  Real* const partial = sums ? scratch.at_least(blocks * size) : nullptr;
  const auto row =
      sums ? backward_row<centred, true> : backward_row<centred, false>;
  parallel_for(rows, height, [&](std::int64_t begin, std::int64_t end) {
    Real* const block = sums ? partial + begin / height * size : nullptr;
    if (sums) std::fill_n(block, size, Real(0));
    for (std::int64_t i = begin; i < end; ++i) row(norm, i, block);
  });
  if (!sums) return;
  std::fill_n(sums, size, Real(0));
  for (std::int64_t b = 0; b < blocks; ++b)
    for_lanes(size, [&](std::int64_t j, auto n) {
      const Vec more = load(partial + b * size + j, n);
      store(sums + j, load(sums + j, n) + more, n);
    });
}

}  // namespace

void layer_norm_backward(std::int64_t rows, std::int64_t columns,
                         Rows<const Real> x, const Real* weight,
                         const Real* mean, const Real* rstd,
                         Rows<const Real> dy, Rows<Real> dx, bool accumulate,
                         Real* sums) {
  backward_rows<true>(
      rows, {columns, x, weight, mean, rstd, dy, dx, accumulate}, sums);
}

void rms_norm_backward(std::int64_t rows, std::int64_t columns,
                       Rows<const Real> x, const Real* weight, const Real* rstd,
                       Rows<const Real> dy, Rows<Real> dx, bool accumulate,
                       Real* sums) {
  backward_rows<false>(
      rows, {columns, x, weight, nullptr, rstd, dy, dx, accumulate}, sums);
}

}  // namespace autograd::kernels
