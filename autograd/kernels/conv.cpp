#include "autograd/kernels/conv.h"

#include "autograd/kernels/conv_columns.h"
#include "autograd/kernels/gemm.h"
#include "autograd/kernels/gemm_share.h"
#include "autograd/kernels/parallel.h"
#include "autograd/kernels/scratch.h"

namespace autograd::kernels {
namespace {

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

  template <class T>
  Matrix<T> outputs(T* y, Tile tile) const {
    return {y + std::int64_t(tile.top) * conv.out_width(), plane_y, 1};
  }

  Real* room(Tile tile) const {
    static thread_local Scratch scratch;
    return scratch.at_least(std::size_t(taps) * pitch(conv, tile));
  }
  // [taps, pixels]; of one tap that reads its own place, the picture itself.
  Matrix<const Real> columns(const Real* x, Tile tile) const {
    if (pointwise(conv))
      return {x + std::int64_t(tile.top) * conv.width, plane_x, 1};
    Real* made = room(tile);
    unfold(conv, tile, x, made);
    return {made, pitch(conv, tile), 1};
  }

  // Calls f(i) for all items, in parallel.
  template <class F>
  void each(const F& f) const {
    const std::int64_t work = outs * taps * plane_y;
    parallel_for(count(), chunk(count(), work),
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
      gemm(part.outs, pixels(conv, tile), part.taps,
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
      const int n = pixels(conv, tile);
      const Matrix<const Real> d = part.outputs(from, tile);
      if (pointwise(conv))
        return gemm(part.taps, n, part.outs, w, d, part.outputs(to, tile),
                    true);
      Real* made = part.room(tile);
      gemm(part.taps, n, part.outs, w, d, {made, pitch(conv, tile), 1}, false);
      fold(conv, tile, made, to);
    });
  });
}

void convolve_weight_gradient(const Convolution& conv, const Real* x,
                              const Real* dy, Real* dweight, bool accumulate) {
  const Part part(conv);
  const int parts = conv.parts(), taps = part.taps, outs = part.outs;
  const std::int64_t size = std::int64_t(conv.out) * taps;
  static thread_local Scratch scratch;
  Real* const sums = scratch.at_least(static_cast<std::size_t>(parts * size));
  std::fill_n(sums, parts * size, Real(0));
  // By groups, turned: [groups, taps, outs].
  const auto add = [&](std::int64_t i, Real* sum) {
    each_tile(conv, [&](Tile tile) {
      gemm(taps, outs, pixels(conv, tile), part.columns(x + part.x_at(i), tile),
           part.outputs(dy + part.y_at(i), tile).transposed(),
           {sum + part.weight_at(i), outs, 1}, true);
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
    for (int o = 0; o < conv.out; ++o) {
      const Real* sum = sums + p * size + o / outs * std::int64_t(outs) * taps;
      for (int r = 0; r < taps; ++r)
        dweight[std::int64_t(o) * taps + r] +=
            sum[std::int64_t(r) * outs + o % outs];
    }
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
