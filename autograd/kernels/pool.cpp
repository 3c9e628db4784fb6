#include "autograd/kernels/pool.h"

#include <vector>

#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/scratch.h"

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

// The columns of a plane sorted by which tap reads them: phase f holds columns
// f, f + stride, ... of each row, from the padding on, which is -inf.
struct Phases {
  const Pooling& pool;
  int stride, pitch;  // elements of a row of a phase

  explicit Phases(const Pooling& pool)
      : pool(pool),
        stride(pool.columns.stride),
        pitch(pool.out_width() + (pool.columns.size - 1) / stride) {}

  std::size_t size() const { return std::size_t(stride) * pool.height * pitch; }
  // Where the taps of the outputs of a row begin, from the row of tap 0 on.
  std::vector<std::ptrdiff_t> taps() const {
    std::vector<std::ptrdiff_t> places;
    for (int i = 0; i < pool.rows.size; ++i)
      for (int j = 0; j < pool.columns.size; ++j)
        places.push_back((std::ptrdiff_t(j % stride) * pool.height + i) *
                             pitch +
                         j / stride);
    return places;
  }

  template <class Stride>
  void sort(const Real* plane, Real* to, Stride step) const {
    const int W = pool.width, padding = pool.columns.padding;
    const std::int64_t count = std::int64_t(pool.height) * pitch;
    for (int f = 0; f < stride; ++f, to += count) {
      if (padding == 0 && pitch * stride == W) {
        for (std::int64_t i = 0; i < count; ++i) to[i] = plane[f + i * step];
        continue;
      }
      const Slide slide{1, stride, padding - f};
      const auto [begin, end] = slide.inside(W, pitch, 0);
      for (int row = 0; row < pool.height; ++row) {
        Real* out = to + std::int64_t(row) * pitch;
        const Real* from = plane + std::int64_t(row) * W + slide.at(0, 0);
        for (int i = 0; i < begin; ++i) out[i] = -infinity;
        for (int i = begin; i < end; ++i)
          out[i] = from[i * std::ptrdiff_t(step)];
        for (int i = end; i < pitch; ++i) out[i] = -infinity;
      }
    }
  }
};

// For each output along an axis the first tap that is there.
std::vector<int> first_taps(const Slide& slide, int outputs) {
  std::vector<int> first;
  for (int i = 0; i < outputs; ++i)
    first.push_back(
        static_cast<int>(std::max<std::int64_t>(0, -slide.at(i, 0))));
  return first;
}

}  // namespace

void max_pool(const Pooling& pool, const Real* x, Real* y, Real* chosen) {
  const Phases phases(pool);
  const int H = pool.out_height(), W = pool.out_width();
  const int across = pool.columns.size;
  const std::vector<int> tops = first_taps(pool.rows, H);
  const std::vector<int> lefts = first_taps(pool.columns, W);
  const std::vector<Real> first(lefts.begin(), lefts.end());
  const std::vector<std::ptrdiff_t> taps = phases.taps();
  each_plane(pool, [&](std::int64_t in, std::int64_t out) {
    static thread_local Scratch scratch;
    Real* const sorted = scratch.at_least(phases.size());
    with_stride(phases.stride,
                [&](auto stride) { phases.sort(x + in, sorted, stride); });
    for (int row = 0; row < H; ++row, out += W) {
      const std::int64_t top = pool.rows.at(row, 0);
      const int begin = tops[std::size_t(row)] * across;
      const auto end = static_cast<int>(
          across * std::min<std::int64_t>(pool.rows.size, pool.height - top));
      for_lanes(W, [&](std::int64_t p, auto n) {
        Vec best = -infinity;
        Vec at = load(first.data() + p, n) + Vec(Real(begin));
        for (int tap = begin; tap < end; ++tap) {
          const std::ptrdiff_t place = top * phases.pitch + taps[tap] + p;
          const Vec v = load(sorted + place, n);
          const Mask larger = (v > best) | !(v == v);
          best = select(larger, v, best);
          at = select(larger, Vec(Real(tap)), at);
        }
        store(y + out + p, best, n);
        store(chosen + out + p, at, n);
      });
    }
  });
}

void max_pool_gradient(const Pooling& pool, const Real* chosen, const Real* dy,
                       Real* dx, bool accumulate) {
  const std::int64_t size = std::int64_t(pool.height) * pool.width;
  std::vector<std::ptrdiff_t> offsets;  // of the taps
  for (int i = 0; i < pool.rows.size; ++i)
    for (int j = 0; j < pool.columns.size; ++j)
      offsets.push_back(std::ptrdiff_t(i) * pool.width + j);
  const int H = pool.out_height(), W = pool.out_width();
  each_plane(pool, [&](std::int64_t in, std::int64_t out) {
    if (!accumulate) std::fill_n(dx + in, size, Real(0));
    for (int row = 0; row < H; ++row) {
      std::int64_t at =
          in + pool.rows.at(row, 0) * pool.width + pool.columns.at(0, 0);
      for (int p = 0; p < W; ++p, ++out, at += pool.columns.stride)
        dx[at + offsets[static_cast<std::size_t>(chosen[out])]] += dy[out];
    }
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
