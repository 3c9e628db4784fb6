// Convolution of pictures, by products of matrices: what the taps read, laid
// out in columns, one a pixel, times the weights (im2col: Chellapilla et al.
// 2006). The columns of a few rows of one picture exist at a time, in the
// cache; backward makes them again.
#pragma once

#include <algorithm>
#include <cstdint>

#include "autograd/kernels/real.h"
#include "autograd/kernels/slide.h"

namespace autograd::kernels {

//   y[b, o, p] = bias[o] + sum over taps r = (c, i, j) of
//                weight[o, r] x[b, c of o's group, where r of p reads]
//   x [batch, in, height, width]   weight [out, in / groups, size, size']
//   y [batch, out, height', width'], all dense
struct Convolution {
  int batch, in, out, groups;
  int height, width;    // of x
  Slide rows, columns;  // over its height and its width

  int out_height() const { return static_cast<int>(rows.outputs(height)); }
  int out_width() const { return static_cast<int>(columns.outputs(width)); }
  std::int64_t pixels() const {
    return rows.outputs(height) * columns.outputs(width);
  }
  int taps() const { return in / groups * rows.size * columns.size; }
  std::int64_t multiply_adds() const { return batch * pixels() * out * taps(); }
  // Rows of y whose columns exist at a time.
  int tile_rows() const {
    const std::int64_t row =
        std::max<std::int64_t>(std::int64_t(taps()) * out_width(), 1);
    return static_cast<int>(std::clamp<std::int64_t>(
        most_columns / row, 1, std::max(out_height(), 1)));
  }
  // Parts of the batch whose gradients of the weights are summed by
  // themselves, then together; part p begins with picture first_of(p).
  int parts() const {
    const bool large = std::int64_t(out) * taps() > most_weights;
    return std::min(batch, large ? 1 : 8);
  }
  std::int64_t first_of(int part) const {
    return std::int64_t(batch) * part / parts();
  }

 private:
  static constexpr std::int64_t most_columns = 1 << 17, most_weights = 1 << 17;
};

// Bias may be null. The sum of a pixel is gemm's, over r in ascending order:
// chains of 512, to which the bias is the start.
void convolve(const Convolution& conv, const Real* x, const Real* weight,
              const Real* bias, Real* y);

// dx[b, c, where r of p reads] = or += sum over o of weight[o, r] dy[b, o, p],
// each a sum of gemm's; added up by tiles of rows, r and p in ascending order.
void convolve_input_gradient(const Convolution& conv, const Real* weight,
                             const Real* dy, Real* dx, bool accumulate);

// dweight[o, r] = or += sum over b and p of dy[b, o, p] x[where r of p reads]:
// gemm's sum over the pixels of a tile, added up over the tiles and pictures of
// a part in ascending order, then over the parts.
void convolve_weight_gradient(const Convolution& conv, const Real* x,
                              const Real* dy, Real* dweight, bool accumulate);

// dbias[o] = sum over b and p of dy[b, o, p]: sixteen lanes, then a tree.
void convolve_bias_gradient(const Convolution& conv, const Real* dy,
                            Real* dbias);

}  // namespace autograd::kernels
