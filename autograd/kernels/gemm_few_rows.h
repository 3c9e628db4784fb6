// Products of a few rows, where transposing B costs more than the arithmetic.
#pragma once

#include <algorithm>
#include <array>

#include "autograd/kernels/gemm_pack.h"

namespace autograd::kernels {

// C [m, n] = or += A [m, k] B [k, n].
struct Block {
  int m, n, k;
  Matrix<const Real> a, b;
  Matrix<Real> c;
  bool accumulate;
};

constexpr int block_k = 512;  // a chain of fused multiply-adds

// Columns [j, j + count) of a row of C in the lanes from `lane` on, and back.
inline Vec take_columns(const Block& x, int row, int j, int count, int lane) {
  const Real* from = x.c.data + row * x.c.row + j * x.c.column;
  Real all[lanes] = {};
  for (int i = 0; i < count; ++i) all[lane + i] = from[i * x.c.column];
  return load(all);
}
inline void put_columns(const Block& x, int row, int j, int count, int lane,
                        Vec v) {
  Real* to = x.c.data + row * x.c.row + j * x.c.column;
  if (count == lanes && x.c.column == 1) return store(to, v);
  Real all[lanes];
  store(all, v);
  for (int i = 0; i < count; ++i) to[i * x.c.column] = all[lane + i];
}

// R rows times a B that is contiguous along k, as in x W^T: B is transposed
// 16 by 16, and each square used while it is near. Sixteen columns go through
// all of k, so that B is read once from its begin to its end.
template <int R>
void multiply_rows(const Block& x) {
  Vec sum[R], total[R];
  const auto step = [&](const Real* square, int l, int i) {
    const Vec b = load(square + i * lanes);
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r)
      sum[r] =
          fma(Vec(x.a.data[r * x.a.row + (l + i) * x.a.column]), b, sum[r]);
  };
  // Sixteen rows of B at a time are sixteen places in memory, more than the
  // hardware foresees. While they are used, the next sixteen are fetched into
  // the second cache, line by line.
  const bool in_order = x.b.column == x.k;
  for (int j = 0; j < x.n; j += lanes) {
    const int columns = std::min(lanes, x.n - j);
    // The last columns, if few, together with some before them.
    const int shared = x.n >= lanes ? lanes - columns : 0;
    const Real* b = x.b.data + (j - shared) * x.b.column;
    if (x.accumulate)
      for (int r = 0; r < R; ++r)
        total[r] = take_columns(x, r, j, columns, shared);
    for (int begin = 0; begin < x.k; begin += block_k) {
      const int end = std::min(begin + block_k, x.k);
      for (Vec& s : sum) s = Real(0);
      int l = begin;
      for (; x.n >= lanes && l + lanes <= end; l += lanes) {
        if (in_order)
#pragma GCC unroll 16
          for (int i = 0; i < lanes; ++i)
            __builtin_prefetch(b + lanes * x.b.column + (l + i) * lanes, 0, 2);
        Real square[lanes * lanes];  // one of its own: it stays in registers
        transpose(b + l, x.b.column, square, lanes);
#pragma GCC unroll 16
        for (int i = 0; i < lanes; ++i) step(square, l, i);
      }
      for (; l < end; l += lanes) {
        Real square[lanes * lanes];
        const int steps = std::min(lanes, end - l);
        pack_sliver({b + l, 1, x.b.column}, steps, columns + shared, lanes,
                    square);
        for (int i = 0; i < steps; ++i) step(square, l, i);
      }
      for (int r = 0; r < R; ++r)
        total[r] = begin > 0 || x.accumulate ? total[r] + sum[r] : sum[r];
    }
    for (int r = 0; r < R; ++r) put_columns(x, r, j, columns, shared, total[r]);
  }
}
// For 1, 2, ... rows.
constexpr std::array few_rows = {multiply_rows<1>, multiply_rows<2>,
                                 multiply_rows<3>, multiply_rows<4>};

}  // namespace autograd::kernels
