#include "autograd/kernels/gemm_packed.h"

#include <algorithm>

#include "autograd/kernels/gemm_kernels.h"
#include "autograd/kernels/gemm_pack.h"
#include "autograd/kernels/gemm_share.h"
#include "autograd/kernels/parallel.h"

namespace autograd::kernels {
namespace {

constexpr int block_k = 512;  // as in gemm: a chain of fused multiply-adds

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

// Where sliver s of the rows [l, l + steps) of B lies.
std::ptrdiff_t sliver_at(int l, std::int64_t s, int steps, int n) {
  return (std::ptrdiff_t(l) * slivers(n) + s * steps) * tile_columns;
}

// C += A B for the slivers [begin, end) of B.
void multiply_slivers(int m, Matrix<const Real> a, const PackedMatrix& b,
                      Matrix<Real> c, std::int64_t begin, std::int64_t end) {
  const int first = static_cast<int>(begin) * tile_columns;
  const int columns =
      std::min(b.n, static_cast<int>(end) * tile_columns) - first;
  // Sixteen rows of A, transposed: rows far apart would share their place in
  // the cache.
  Real turned[block_k * lanes];
  for (int l = 0; l < b.k; l += block_k) {
    const int steps = std::min(block_k, b.k - l);
    const Real* from = b.data + sliver_at(l, begin, steps, b.n);
    for (int i = 0; i < m; i += lanes) {
      const int rows = std::min(lanes, m - i);
      Matrix<const Real> part{a.data + i * a.row + l, a.row, 1};
      if (rows == lanes && steps % lanes == 0) {
        for (int s = 0; s < steps; s += lanes)
          transpose(part.data + s, a.row, turned + s * lanes, lanes);
        part = {turned, 1, lanes};
      }
      multiply(rows, columns, steps, part, from,
               {c.data + i * c.row + first, c.row, 1});
    }
  }
}

}  // namespace

std::size_t packed_size(int k, int n) {
  return std::size_t(k) * slivers(n) * tile_columns;
}

PackedMatrix pack(int k, int n, Matrix<const Real> b, Real* memory) {
  const int grain = chunk(slivers(n), std::int64_t(tile_columns) * k);
  parallel_for(slivers(n), grain, [&](std::int64_t begin, std::int64_t end) {
    for (int l = 0; l < k; l += block_k)
      for (std::int64_t s = begin; s < end; ++s) {
        const int steps = std::min(block_k, k - l);
        const int j = static_cast<int>(s) * tile_columns;
        pack_sliver({b.data + l * b.row + j * b.column, b.row, b.column}, steps,
                    std::min(tile_columns, n - j), tile_columns,
                    memory + sliver_at(l, s, steps, n));
      }
  });
  return {k, n, memory};
}

void gemm(int m, Matrix<const Real> a, const PackedMatrix& b, Matrix<Real> c) {
  const int count = slivers(b.n);
  const int grain =
      m < lanes ? chunk(count, work(m, tile_columns, b.k)) : count;
  parallel_for(count, grain, [&](std::int64_t begin, std::int64_t end) {
    multiply_slivers(m, a, b, c, begin, end);
  });
}

}  // namespace autograd::kernels
