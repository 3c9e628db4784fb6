// Convolution in plain loops: its definition, with the bits of the fast one.
#pragma once

#include <algorithm>
#include <cmath>

#include "autograd/kernels/conv.h"

namespace autograd::kernels::reference {

// A sum as gemm orders it: chains of 512 fused multiply-adds, then theirs.
class Sum {
 public:
  explicit Sum(Real start) : total_(start) {}
  void add(Real a, Real b) {
    if (count_ == 512) end_chain();
    chain_ = std::fma(a, b, chain_);
    ++count_;
  }
  Real value() {
    if (count_ > 0) end_chain();
    return total_;
  }

 private:
  void end_chain() {
    total_ += chain_;
    chain_ = 0;
    count_ = 0;
  }
  Real total_, chain_ = 0;
  int count_ = 0;
};

// Where in x tap (c, i, j) of group g reads for pixel (row, column) of y; -1
// outside of the picture.
struct Taps {
  const Convolution& conv;
  std::int64_t place(int b, int g, int c, int i, int j, int row,
                     int column) const {
    const std::int64_t y = conv.rows.at(row, i);
    const std::int64_t x = conv.columns.at(column, j);
    if (y < 0 || y >= conv.height || x < 0 || x >= conv.width) return -1;
    const std::int64_t channel = b * conv.in + g * channels() + c;
    return (channel * conv.height + y) * conv.width + x;
  }
  int channels() const { return conv.in / conv.groups; }
  int outs() const { return conv.out / conv.groups; }
  std::int64_t pixel(int b, int o, int row, int column) const {
    const std::int64_t plane = std::int64_t(b) * conv.out + o;
    return (plane * conv.out_height() + row) * conv.out_width() + column;
  }
  std::int64_t weight(int o, int c, int i, int j) const {
    return ((std::int64_t(o) * channels() + c) * conv.rows.size + i) *
               conv.columns.size +
           j;
  }
  // f(c, i, j) in ascending order.
  template <class F>
  void each(const F& f) const {
    for (int c = 0; c < channels(); ++c)
      for (int i = 0; i < conv.rows.size; ++i)
        for (int j = 0; j < conv.columns.size; ++j) f(c, i, j);
  }
};

inline void convolve(const Convolution& conv, const Real* x, const Real* weight,
                     const Real* bias, Real* y) {
  const Taps taps{conv};
  for (int b = 0; b < conv.batch; ++b)
    for (int o = 0; o < conv.out; ++o)
      for (int row = 0; row < conv.out_height(); ++row)
        for (int column = 0; column < conv.out_width(); ++column) {
          Sum sum(bias ? bias[o] : 0);
          taps.each([&](int c, int i, int j) {
            const auto at =
                taps.place(b, o / taps.outs(), c, i, j, row, column);
            sum.add(weight[taps.weight(o, c, i, j)], at < 0 ? 0 : x[at]);
          });
          y[taps.pixel(b, o, row, column)] = sum.value();
        }
}

inline void convolve_input_gradient(const Convolution& conv, const Real* weight,
                                    const Real* dy, Real* dx, bool accumulate) {
  const Taps taps{conv};
  if (!accumulate)
    std::fill_n(dx,
                std::int64_t(conv.batch) * conv.in * conv.height * conv.width,
                Real(0));
  const auto add = [&](int b, int g, int c, int i, int j, int row, int column) {
    const auto at = taps.place(b, g, c, i, j, row, column);
    if (at < 0) return;
    Sum sum(0);
    for (int o = g * taps.outs(); o < (g + 1) * taps.outs(); ++o)
      sum.add(weight[taps.weight(o, c, i, j)],
              dy[taps.pixel(b, o, row, column)]);
    dx[at] += sum.value();
  };
  const int step = conv.tile_rows();
  for (int b = 0; b < conv.batch; ++b)
    for (int g = 0; g < conv.groups; ++g)
      for (int top = 0; top < conv.out_height(); top += step)
        taps.each([&](int c, int i, int j) {
          const int bottom = std::min(top + step, conv.out_height());
          for (int row = top; row < bottom; ++row)
            for (int column = 0; column < conv.out_width(); ++column)
              add(b, g, c, i, j, row, column);
        });
}

inline void convolve_weight_gradient(const Convolution& conv, const Real* x,
                                     const Real* dy, Real* dweight,
                                     bool accumulate) {
  const Taps taps{conv};
  // The sum over a tile of picture b, added to what there is.
  const auto add_tile = [&](int b, int o, int c, int i, int j, int top,
                            Real start) {
    Sum sum(start);
    const int bottom = std::min(top + conv.tile_rows(), conv.out_height());
    for (int row = top; row < bottom; ++row)
      for (int column = 0; column < conv.out_width(); ++column) {
        const auto at = taps.place(b, o / taps.outs(), c, i, j, row, column);
        sum.add(dy[taps.pixel(b, o, row, column)], at < 0 ? 0 : x[at]);
      }
    return sum.value();
  };
  for (int o = 0; o < conv.out; ++o)
    taps.each([&](int c, int i, int j) {
      Real& to = dweight[taps.weight(o, c, i, j)];
      if (!accumulate) to = 0;
      for (int p = 0; p < conv.parts(); ++p) {
        Real sum = 0;
        for (auto b = conv.first_of(p); b < conv.first_of(p + 1); ++b)
          for (int top = 0; top < conv.out_height(); top += conv.tile_rows())
            sum = add_tile(static_cast<int>(b), o, c, i, j, top, sum);
        to += sum;
      }
    });
}

}  // namespace autograd::kernels::reference
