#include "autograd/kernels/gemm_packed.h"

#include <algorithm>

#include "autograd/kernels/gemm_kernels.h"
#include "autograd/kernels/gemm_pack.h"

namespace autograd::kernels {
namespace {

constexpr int block_k = 512;  // as in gemm: a chain of fused multiply-adds

int slivers(int n) { return (n + tile_columns - 1) / tile_columns; }

// C [rows, n] += A [rows, steps] B, B packed in slivers of `steps` rows.
void multiply(int rows, int n, int steps, Matrix<const Real> a, const Real* b,
              Matrix<Real> c) {
  for (int j = 0; j < n; j += tile_columns) {
    Tile tile{steps,
              a,
              b,
              tile_columns,
              nullptr,
              c.row,
              std::min(tile_columns, n - j),
              true,
              nullptr,
              b + std::ptrdiff_t(steps) * tile_columns};
    for (int i = 0; i < rows;) {
      const int height = panel_rows(rows - i);
      tile.a.data = a.data + i * a.row;
      tile.c = c.data + i * c.row + j;
      tile_kernels<gemm_vectors, A::strided, B::whole>[height - 1](tile);
      i += height;
    }
    b += std::ptrdiff_t(steps) * tile_columns;
  }
}

}  // namespace

std::size_t packed_size(int k, int n) {
  return std::size_t(k) * slivers(n) * tile_columns;
}

PackedMatrix pack(int k, int n, Matrix<const Real> b, Real* memory) {
  Real* to = memory;
  for (int l = 0; l < k; l += block_k)
    for (int j = 0; j < n; j += tile_columns) {
      const int steps = std::min(block_k, k - l);
      pack_sliver({b.data + l * b.row + j * b.column, b.row, b.column}, steps,
                  std::min(tile_columns, n - j), tile_columns, to);
      to += std::ptrdiff_t(steps) * tile_columns;
    }
  return {k, n, memory};
}

void gemm(int m, Matrix<const Real> a, const PackedMatrix& b, Matrix<Real> c) {
  // Sixteen rows of A, transposed: rows far apart would share their place in
  // the cache.
  Real turned[block_k * lanes];
  for (int l = 0; l < b.k; l += block_k) {
    const int steps = std::min(block_k, b.k - l);
    const Real* from = b.data + std::ptrdiff_t(l) * slivers(b.n) * tile_columns;
    for (int i = 0; i < m; i += lanes) {
      const int rows = std::min(lanes, m - i);
      Matrix<const Real> part{a.data + i * a.row + l, a.row, 1};
      if (rows == lanes && steps % lanes == 0) {
        for (int s = 0; s < steps; s += lanes)
          transpose(part.data + s, a.row, turned + s * lanes, lanes);
        part = {turned, 1, lanes};
      }
      multiply(rows, b.n, steps, part, from, {c.data + i * c.row, c.row, 1});
    }
  }
}

}  // namespace autograd::kernels
