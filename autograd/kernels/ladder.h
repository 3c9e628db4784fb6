// The matrix product six times, each a rung faster than the one before: the
// way from three loops to gemm.
//
//   C = A B     A [m, k]   B [k, n]   C [m, n]
//
// Each rung adds the same products in the same order, a chain of fused
// multiply-adds over ascending k, so all give the same bits: what changes is
// where the numbers lie when they are needed. (gemm begins a new chain every
// 512 products, and has the bits of the rungs up to k = 512.)
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/gemm.h"
#include "autograd/kernels/rows.h"

namespace autograd::kernels::ladder {

// ---- 1. The definition

// B is read down its columns: each number from another cache line, and each
// sum waits for the one before.
inline void naive(int m, int n, int k, Rows<const Real> a, Rows<const Real> b,
                  Rows<Real> c) {
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      Real sum = 0;
      for (int l = 0; l < k; ++l) sum = std::fma(a[i][l], b[l][j], sum);
      c[i][j] = sum;
    }
}

inline void clear(int m, int n, Rows<Real> c) {
  for (int i = 0; i < m; ++i) std::fill_n(c[i], n, Real(0));
}

// ---- 2. Reordered

// The inner loop runs along rows of B and C, whose numbers are neighbours, and
// whose sums do not wait for one another.
inline void reordered(int m, int n, int k, Rows<const Real> a,
                      Rows<const Real> b, Rows<Real> c) {
  clear(m, n, c);
  for (int i = 0; i < m; ++i)
    for (int l = 0; l < k; ++l) {
      const Real x = a[i][l];
      const Real* from = b[l];
      Real* to = c[i];
      for (int j = 0; j < n; ++j) to[j] = std::fma(x, from[j], to[j]);
    }
}

// ---- 3. Blocked

// A block of B, 32 by 256 numbers, stays in the cache while every row of A
// meets it.
inline void blocked(int m, int n, int k, Rows<const Real> a, Rows<const Real> b,
                    Rows<Real> c) {
  constexpr int height = 32, width = 256;
  clear(m, n, c);
  for (int j = 0; j < n; j += width)
    for (int first = 0; first < k; first += height)
      for (int i = 0; i < m; ++i)
        for (int l = first; l < std::min(first + height, k); ++l) {
          const Real x = a[i][l];
          const Real* from = b[l];
          Real* to = c[i];
          for (int at = j; at < std::min(j + width, n); ++at)
            to[at] = std::fma(x, from[at], to[at]);
        }
}

// ---- 4. Vectorised

// C += A B for a tile of C, R rows and at most sixteen columns, that stays in
// registers: a row of B is read once for R rows of A.
template <int R, class N>
void add_tile(N columns, int k, Matrix<const Real> a, Rows<const Real> b,
              Rows<Real> c) {
  Vec sum[R];
#pragma GCC unroll 16
  for (int i = 0; i < R; ++i) sum[i] = load(c[i], columns);
  for (int l = 0; l < k; ++l) {
    const Vec row = load(b[l], columns);
#pragma GCC unroll 16
    for (int i = 0; i < R; ++i)
      sum[i] = fma(Vec(a.data[i * a.row + l * a.column]), row, sum[i]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < R; ++i) store(c[i], sum[i], columns);
}

// Tile by tile, sixteen columns at a time.
inline void vectorised(int m, int n, int k, Rows<const Real> a,
                       Rows<const Real> b, Rows<Real> c) {
  clear(m, n, c);
  if (m == 0 || k == 0) return;  // C or B may lie nowhere
  for_lanes(n, [&](std::int64_t j, auto columns) {
    const Rows<const Real> from{b.data + j, b.stride};
    const Rows<Real> to{c.data + j, c.stride};
    int i = 0;
    for (; i + gemm_rows <= m; i += gemm_rows)
      add_tile<gemm_rows>(columns, k, {a[i], a.stride, 1}, from,
                          {to[i], to.stride});
    for (; i < m; ++i)
      add_tile<1>(columns, k, {a[i], a.stride, 1}, from, {to[i], to.stride});
  });
}

// ---- 5. Packed

// What a tile reads is copied to lie in the order in which it is read: sixteen
// columns of B, and panels of rows of A with the rows side by side, 256 steps
// of k at a time, so that both stay near. It pays where rows are long: those a
// power of two apart share few places in the cache.
inline void packed(int m, int n, int k, Rows<const Real> a, Rows<const Real> b,
                   Rows<Real> c) {
  constexpr int R = gemm_rows, depth = 256;
  const int panels = (m + R - 1) / R;
  std::vector<Real> near_a(std::size_t(panels) * R * depth);
  std::vector<Real> near_b(lanes * depth);
  clear(m, n, c);
  for (int first = 0; first < k; first += depth) {
    const int steps = std::min(depth, k - first);
    for (int i = 0; i < m; ++i)
      for (int l = 0; l < steps; ++l)
        near_a[(i / R * depth + l) * R + i % R] = a[i][first + l];
    for_lanes(n, [&](std::int64_t j, auto columns) {
      for (int l = 0; l < steps; ++l)
        store(&near_b[l * lanes], load(b[first + l] + j, columns));
      for (int i = 0; i < m; i += i + R <= m ? R : 1) {
        const Matrix<const Real> panel{&near_a[i / R * depth * R + i % R], 1,
                                       R};
        const Rows<const Real> sliver{near_b.data(), lanes};
        const Rows<Real> to{c[i] + j, c.stride};
        if (i + R <= m)
          add_tile<R>(columns, steps, panel, sliver, to);
        else
          add_tile<1>(columns, steps, panel, sliver, to);
      }
    });
  }
}

// ---- 6. Threaded

// The rows of C are shared out, at most eight chunks of them, however many
// threads there are.
inline void threaded(int m, int n, int k, Rows<const Real> a,
                     Rows<const Real> b, Rows<Real> c) {
  constexpr int R = gemm_rows;
  const int chunk = ((m + 7) / 8 + R - 1) / R * R;
  parallel_for(m, chunk, [&](std::int64_t begin, std::int64_t end) {
    packed(static_cast<int>(end - begin), n, k, {a[begin], a.stride}, b,
           {c[begin], c.stride});
  });
}

// ---- The library's

inline void of_the_library(int m, int n, int k, Rows<const Real> a,
                           Rows<const Real> b, Rows<Real> c) {
  gemm(m, n, k, {a.data, a.stride, 1}, {b.data, b.stride, 1},
       {c.data, c.stride, 1}, false);
}

}  // namespace autograd::kernels::ladder
