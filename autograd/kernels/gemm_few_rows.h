// Products of a few rows, where transposing B costs more than the arithmetic.
#pragma once

#include <algorithm>
#include <array>

#include "autograd/kernels/gemm_pack.h"

namespace autograd::kernels {

// C [m, n] = or += A [m, k] B [k, n] in one chain of fused multiply-adds.
struct Block {
  int m, n, k;
  Matrix<const Real> a, b;
  Matrix<Real> c;
  bool accumulate;
};

// R rows times a B that is contiguous along k, as in x W^T: B is transposed
// 16 by 16, and each square used while it is near.
template <int R>
void multiply_rows(const Block& x) {
  Vec sum[R];
  const auto step = [&](const Real* square, int l, int i) {
    const Vec b = load(square + i * lanes);
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r)
      sum[r] =
          fma(Vec(x.a.data[r * x.a.row + (l + i) * x.a.column]), b, sum[r]);
  };
  // Sixteen rows of B at a time are sixteen places in memory, more than the
  // hardware foresees. While they are used, the next sixteen are fetched into
  // the second cache, line by line; where rows are long it does not pay.
  const bool in_order = x.b.column == x.k && x.k <= 768;
  for (int j = 0; j < x.n; j += lanes) {
    const int columns = std::min(lanes, x.n - j);
    // The last columns, if few, together with some before them.
    const int shared = x.n >= lanes ? lanes - columns : 0;
    const Real* b = x.b.data + (j - shared) * x.b.column;
    for (Vec& s : sum) s = Real(0);
    int l = 0;
    for (; columns + shared == lanes && l + lanes <= x.k; l += lanes) {
      if (in_order)
#pragma GCC unroll 16
        for (int i = 0; i < lanes; ++i)
          __builtin_prefetch(b + lanes * x.b.column + (l + i) * lanes, 0, 2);
      Real square[lanes * lanes];  // one of its own: it stays in registers
      transpose(b + l, x.b.column, square, lanes);
#pragma GCC unroll 16
      for (int i = 0; i < lanes; ++i) step(square, l, i);
    }
    for (; l < x.k; l += lanes) {
      Real square[lanes * lanes];
      const int steps = std::min(lanes, x.k - l);
      pack_sliver({b + l, 1, x.b.column}, steps, columns + shared, lanes,
                  square);
      for (int i = 0; i < steps; ++i) step(square, l, i);
    }
    for (int r = 0; r < R; ++r) {
      Real* to = x.c.data + r * x.c.row + j * x.c.column;
      if (shared > 0) {
        Real all[2 * lanes] = {};
        store(all, sum[r]);
        sum[r] = load(all + shared);
      }
      if (x.c.column == 1) {
        if (x.accumulate) sum[r] = load(to, columns) + sum[r];
        store(to, sum[r], columns);
        continue;
      }
      Real result[lanes];
      store(result, sum[r]);
      for (int i = 0; i < columns; ++i, to += x.c.column)
        *to = x.accumulate ? *to + result[i] : result[i];
    }
  }
}
// For 1, 2, ... rows.
constexpr std::array few_rows = {multiply_rows<1>, multiply_rows<2>,
                                 multiply_rows<3>, multiply_rows<4>};

}  // namespace autograd::kernels
