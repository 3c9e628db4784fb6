#include "autograd/kernels/conv.h"

#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/gemm.h"
#include "autograd/kernels/gemm_share.h"
#include "autograd/kernels/parallel.h"
#include "autograd/kernels/scratch.h"

namespace autograd::kernels {
namespace {

// Rows [top, bottom) of y.
struct Tile {
  int top, bottom;
};

template <class F>
void each_tile(const Convolution& conv, const F& f) {
  const int height = conv.out_height(), step = conv.tile_rows();
  for (int top = 0; top < height; top += step)
    f(Tile{top, std::min(top + step, height)});
}

// One tap reads its own place, and nothing else.
bool pointwise(const Convolution& conv) {
  const auto one = [](const Slide& s) {
    return s.size == 1 && s.stride == 1 && s.padding == 0;
  };
  return one(conv.rows) && one(conv.columns);
}

// Calls f(at, range) for each tap and each row of a tile in turn: the row's
// pixels in `range` read the tap at x[at], x[at + stride], ...
template <class F>
ATTENTION_INLINE void each_row(const Convolution& conv, Tile tile, const F& f) {
  const int channels = conv.in / conv.groups, N = conv.out_width();
  for (int c = 0; c < channels; ++c)
    for (int i = 0; i < conv.rows.size; ++i)
      for (int j = 0; j < conv.columns.size; ++j) {
        const Slide::Range inside = conv.columns.inside(conv.width, N, j);
        const std::int64_t left = conv.columns.at(inside.begin, j);
        for (int y = tile.top; y < tile.bottom; ++y) {
          const std::int64_t row = conv.rows.at(y, i);
          const bool there = 0 <= row && row < conv.height;
          f((c * std::int64_t(conv.height) + row) * conv.width + left,
            there ? inside : Slide::Range{0, 0});
        }
      }
}

// What the taps of a tile read: [taps, pixels].
void unfold(const Convolution& conv, Tile tile, const Real* x, Real* to) {
  const int N = conv.out_width(), stride = conv.columns.stride;
  each_row(conv, tile, [&](std::int64_t at, Slide::Range inside) {
    for (int p = 0; p < inside.begin; ++p) to[p] = 0;
    const int n = inside.end - inside.begin;
    Real* row = to + inside.begin;
    if (stride == 1)
      for_lanes(n, [&](std::int64_t p, auto lanes_there) {
        store(row + p, load(x + at + p, lanes_there), lanes_there);
      });
    else
      for (int p = 0; p < n; ++p) row[p] = x[at + std::int64_t(p) * stride];
    for (int p = inside.end; p < N; ++p) to[p] = 0;
    to += N;
  });
}

// Adds what belongs to the taps to where they read.
void fold(const Convolution& conv, Tile tile, const Real* from, Real* dx) {
  const int N = conv.out_width(), stride = conv.columns.stride;
  each_row(conv, tile, [&](std::int64_t at, Slide::Range inside) {
    const int n = inside.end - inside.begin;
    const Real* row = from + inside.begin;
    if (stride == 1)
      for_lanes(n, [&](std::int64_t p, auto lanes_there) {
        put(dx + at + p, load(row + p, lanes_there), lanes_there, true);
      });
    else
      for (int p = 0; p < n; ++p) dx[at + std::int64_t(p) * stride] += row[p];
    from += N;
  });
}

// One group of one picture, by the products that it takes part in.
struct Part {
  const Convolution& conv;
  int outs, taps;  // of the group
  std::int64_t plane_x, plane_y;

  explicit Part(const Convolution& conv)
      : conv(conv),
        outs(conv.out / conv.groups),
        taps(conv.taps()),
        plane_x(std::int64_t(conv.height) * conv.width),
        plane_y(conv.pixels()) {}

  std::int64_t count() const { return std::int64_t(conv.batch) * conv.groups; }
  // Item i is group i % groups of picture i / groups.
  std::int64_t x_at(std::int64_t i) const {
    return i * (conv.in / conv.groups) * plane_x;
  }
  std::int64_t y_at(std::int64_t i) const { return i * outs * plane_y; }
  std::int64_t weight_at(std::int64_t i) const {
    return i % conv.groups * outs * taps;
  }

  int pixels(Tile tile) const {
    return (tile.bottom - tile.top) * conv.out_width();
  }
  template <class T>
  Matrix<T> outputs(T* y, Tile tile) const {
    return {y + std::int64_t(tile.top) * conv.out_width(), plane_y, 1};
  }

  static Real* room(std::int64_t size) {
    static thread_local Scratch scratch;
    return scratch.at_least(static_cast<std::size_t>(size));
  }
  // [taps, pixels]; of one tap that reads its own place, the picture itself.
  Matrix<const Real> columns(const Real* x, Tile tile) const {
    if (pointwise(conv))
      return {x + std::int64_t(tile.top) * conv.width, plane_x, 1};
    const int n = pixels(tile);
    Real* made = room(std::int64_t(taps) * n);
    unfold(conv, tile, x, made);
    return {made, n, 1};
  }

  // Calls f(i) for all items, in parallel.
  template <class F>
  void each(const F& f) const {
    const std::int64_t work = outs * taps * plane_y;
    parallel_for(count(), chunk(count(), 1, 1 << 20, work),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t i = begin; i < end; ++i) f(i);
                 });
  }
};

}  // namespace

void convolve(const Convolution& conv, const Real* x, const Real* weight,
              const Real* bias, Real* y) {
  const Part part(conv);
  part.each([&](std::int64_t i) {
    Real* to = y + part.y_at(i);
    if (bias)
      for (int o = 0; o < part.outs; ++o)
        std::fill_n(to + o * part.plane_y, part.plane_y,
                    bias[i % conv.groups * part.outs + o]);
    each_tile(conv, [&](Tile tile) {
      gemm(part.outs, part.pixels(tile), part.taps,
           {weight + part.weight_at(i), part.taps, 1},
           part.columns(x + part.x_at(i), tile), part.outputs(to, tile),
           bias != nullptr);
    });
  });
}

void convolve_input_gradient(const Convolution& conv, const Real* weight,
                             const Real* dy, Real* dx, bool accumulate) {
  const Part part(conv);
  const std::int64_t size = part.x_at(1);
  part.each([&](std::int64_t i) {
    Real* to = dx + part.x_at(i);
    const Matrix<const Real> w{weight + part.weight_at(i), 1, part.taps};
    const Real* from = dy + part.y_at(i);
    if (!accumulate) std::fill_n(to, size, Real(0));
    each_tile(conv, [&](Tile tile) {
      const int n = part.pixels(tile);
      const Matrix<const Real> d = part.outputs(from, tile);
      if (pointwise(conv))
        return gemm(part.taps, n, part.outs, w, d, part.outputs(to, tile),
                    true);
      Real* made = Part::room(std::int64_t(part.taps) * n);
      gemm(part.taps, n, part.outs, w, d, {made, n, 1}, false);
      fold(conv, tile, made, to);
    });
  });
}

void convolve_weight_gradient(const Convolution& conv, const Real* x,
                              const Real* dy, Real* dweight, bool accumulate) {
  const Part part(conv);
  const int parts = conv.parts();
  const std::int64_t size = std::int64_t(conv.out) * part.taps;
  static thread_local Scratch scratch;
  Real* const sums = scratch.at_least(static_cast<std::size_t>(parts * size));
  std::fill_n(sums, parts * size, Real(0));
  const auto add = [&](std::int64_t i, Real* sum) {
    each_tile(conv, [&](Tile tile) {
      gemm(part.outs, part.taps, part.pixels(tile),
           part.outputs(dy + part.y_at(i), tile),
           part.columns(x + part.x_at(i), tile).transposed(),
           {sum + part.weight_at(i), part.taps, 1}, true);
    });
  };
  parallel_for(parts, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p)
      for (std::int64_t i = conv.first_of(static_cast<int>(p)) * conv.groups;
           i < conv.first_of(static_cast<int>(p) + 1) * conv.groups; ++i)
        add(i, sums + p * size);
  });
  if (!accumulate) std::fill_n(dweight, size, Real(0));
  for (int p = 0; p < parts; ++p)
    for_lanes(size, [&](std::int64_t i, auto n) {
      put(dweight + i, load(sums + p * size + i, n), n, true);
    });
}

void convolve_bias_gradient(const Convolution& conv, const Real* dy,
                            Real* dbias) {
  const std::int64_t pixels = conv.pixels();
  for_rows(conv.out, conv.batch * pixels, [&](std::int64_t o) {
    Vec total = Real(0);
    for (std::int64_t b = 0; b < conv.batch; ++b) {
      const Real* row = dy + (b * conv.out + o) * pixels;
      for_lanes(pixels, [&](std::int64_t p, auto n) {
        total = total + load(row + p, n);
      });
    }
    dbias[o] = sum(total);
  });
}

}  // namespace autograd::kernels
