#include "autograd/kernels/pool.h"

#include "autograd/kernels/for_lanes.h"

namespace autograd::kernels {
namespace {

// Calls f(plane of x, plane of y) for all planes, in parallel.
template <class F>
void each_plane(const Pooling& pool, const F& f) {
  const std::int64_t in = std::int64_t(pool.height) * pool.width;
  const std::int64_t out = pool.pixels();
  for_rows(pool.planes, in, [&](std::int64_t p) { f(p * in, p * out); });
}

// Calls f(y, x, n) for each row of outputs and each tap in turn: n outputs from
// y on read the tap at x, x + stride, ... of the plane.
template <class F>
ATTENTION_INLINE void each_row(const Pooling& pool, const F& f) {
  const int H = pool.out_height(), W = pool.out_width();
  for (int row = 0; row < H; ++row)
    for (int i = 0; i < pool.rows.size; ++i) {
      const std::int64_t from = pool.rows.at(row, i);
      if (from < 0 || from >= pool.height) continue;
      for (int j = 0; j < pool.columns.size; ++j) {
        const auto [begin, end] = pool.columns.inside(pool.width, W, j);
        const std::int64_t at = pool.columns.at(begin, j);
        f(row * W + begin, static_cast<int>(from * pool.width + at),
          end - begin);
      }
    }
}

// Calls f with the stride as a constant where it is a common one.
template <class F>
ATTENTION_INLINE void with_stride(int stride, const F& f) {
  if (stride == 1) return f(std::integral_constant<int, 1>{});
  if (stride == 2) return f(std::integral_constant<int, 2>{});
  f(stride);
}

// Before the first tap: -inf at the first place that is there.
void start(const Pooling& pool, Real* y, int* chosen) {
  const int H = pool.out_height(), W = pool.out_width();
  for (int row = 0; row < H; ++row)
    for (int column = 0; column < W; ++column, ++y, ++chosen) {
      const auto top = std::max<std::int64_t>(pool.rows.at(row, 0), 0);
      const auto left = std::max<std::int64_t>(pool.columns.at(column, 0), 0);
      *y = -infinity;
      *chosen = static_cast<int>(top * pool.width + left);
    }
}

}  // namespace

void max_pool(const Pooling& pool, const Real* x, Real* y, int* chosen) {
  with_stride(pool.columns.stride, [&](auto stride) {
    each_plane(pool, [&](std::int64_t in, std::int64_t out) {
      const Real* plane = x + in;
      start(pool, y + out, chosen + out);
      each_row(pool, [&](int to, int from, int n) {
        const Real* taps = plane + from;
        Real* __restrict best = y + out + to;
        int* __restrict at = chosen + out + to;
        for (int p = 0; p < n; ++p) {
          const Real v = taps[p * stride];
          const bool larger = (v > best[p]) | (v != v);
          best[p] = larger ? v : best[p];
          at[p] = larger ? from + p * stride : at[p];
        }
      });
    });
  });
}

void max_pool_gradient(const Pooling& pool, const int* chosen, const Real* dy,
                       Real* dx, bool accumulate) {
  const std::int64_t size = std::int64_t(pool.height) * pool.width;
  each_plane(pool, [&](std::int64_t in, std::int64_t out) {
    if (!accumulate) std::fill_n(dx + in, size, Real(0));
    for (std::int64_t p = out; p < out + pool.pixels(); ++p)
      dx[in + chosen[p]] += dy[p];
  });
}

void average_pool(const Pooling& pool, const Real* x, Real* y) {
  const Real taps = static_cast<Real>(pool.rows.size * pool.columns.size);
  with_stride(pool.columns.stride, [&](auto stride) {
    each_plane(pool, [&](std::int64_t in, std::int64_t out) {
      std::fill_n(y + out, pool.pixels(), Real(0));
      each_row(pool, [&](int to, int from, int n) {
        Real* __restrict sum = y + out + to;
        for (int p = 0; p < n; ++p) sum[p] += x[in + from + p * stride];
      });
      for (std::int64_t p = out; p < out + pool.pixels(); ++p) y[p] /= taps;
    });
  });
}

void average_pool_gradient(const Pooling& pool, const Real* dy, Real* dx,
                           bool accumulate) {
  const std::int64_t size = std::int64_t(pool.height) * pool.width;
  const Real taps = static_cast<Real>(pool.rows.size * pool.columns.size);
  with_stride(pool.columns.stride, [&](auto stride) {
    each_plane(pool, [&](std::int64_t in, std::int64_t out) {
      if (!accumulate) std::fill_n(dx + in, size, Real(0));
      each_row(pool, [&](int to, int from, int n) {
        const Real* d = dy + out + to;
        Real* __restrict sum = dx + in + from;
        for (int p = 0; p < n; ++p) sum[p * stride] += d[p] / taps;
      });
    });
  });
}

}  // namespace autograd::kernels
