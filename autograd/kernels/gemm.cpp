#include "autograd/kernels/gemm.h"

#include <algorithm>
#include <cstdint>

#include "autograd/kernels/gemm_blas.h"
#include "autograd/kernels/gemm_few_rows.h"
#include "autograd/kernels/gemm_kernels.h"
#include "autograd/kernels/gemm_pack.h"
#include "autograd/kernels/gemm_share.h"
#include "autograd/kernels/parallel.h"
#include "autograd/kernels/scratch.h"

namespace autograd::kernels {
namespace {

constexpr int block_rows = 168;      // of packed A: about 350 KB, for the L2
constexpr int block_columns = 3072;  // of packed B: 6 MB
// Elements that stay in the L1; in the L2, with room for others.
constexpr std::int64_t first_level = 8192, second_level = 65536;

template <class T>
Matrix<T> part(Matrix<T> x, std::ptrdiff_t row, std::ptrdiff_t column) {
  return {x.data + row * x.row + column * x.column, x.row, x.column};
}

// Writes a tile through a buffer where C has no unit columns.
[[gnu::noinline]] void run_tile_buffered(TileKernel kernel, Tile tile, int rows,
                                         Matrix<Real> c) {
  constexpr int width = 4 * lanes;
  Real buffer[tile_rows * width];
  const bool accumulate = tile.accumulate;
  tile.c = buffer;
  tile.c_row = width;
  tile.accumulate = false;
  kernel(tile);
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < tile.columns; ++j) {
      Real& to = c.data[i * c.row + j * c.column];
      const Real value = buffer[i * width + j];
      to = accumulate ? to + value : value;
    }
}

// A tile whose first element of C is (i, j).
ATTENTION_INLINE void run_tile(TileKernel kernel, Tile& tile, int rows,
                               const Block& x, int i, int j) {
  Real* c = x.c.data + i * x.c.row + j * x.c.column;
  if (x.c.column != 1)
    return run_tile_buffered(kernel, tile, rows, {c, x.c.row, x.c.column});
  tile.c = c;
  tile.c_row = x.c.row;
  kernel(tile);
}

// A sliver of B in this thread's scratch.
[[gnu::noinline]] const Real* packed_sliver(const Block& x, int j, int columns,
                                            int width) {
  static thread_local Scratch scratch;
  Real* packed = scratch.at_least(std::size_t(x.k) * width);
  pack_sliver(part(x.b, 0, j), x.k, columns, width, packed);
  return packed;
}

// A and B read where they lie; B packed sliver by sliver where it has no unit
// columns.
ATTENTION_INLINE void multiply_small(const Block& x) {
  const bool direct = x.b.column == 1;
  const bool near = x.k * wide_columns <= first_level;  // a wide sliver of B
  Tile tile{x.k, x.a, nullptr,      x.b.row, nullptr,
            0,   0,   x.accumulate, nullptr, nullptr};
  for (int j = 0; j < x.n; j += tile.columns) {
    const int left = x.n - j;
    const bool wide =
        left >= wide_columns && (x.m <= wide_rows || (near && wide_rows > 1));
    const int width = wide                   ? wide_columns
                      : left >= tile_columns ? tile_columns
                                             : lanes;
    const int height = wide ? wide_rows : near ? strided_rows : tile_rows;
    tile.columns = std::min(width, left);
    const bool edge = direct && tile.columns < lanes;
    const TileKernel* kernels =
        edge   ? tile_kernels<1, A::strided, B::edge>.data()
        : wide ? tile_kernels<4, A::strided, B::whole>.data()
        : width == lanes
            ? tile_kernels<1, A::strided, B::whole>.data()
            : tile_kernels<gemm_vectors, A::strided, B::whole>.data();
    tile.b = x.b.data + j;
    tile.next_b = left > width ? tile.b + width : x.b.data + x.k * x.b.row;
    if (!direct) {
      tile.b = tile.next_b = packed_sliver(x, j, tile.columns, width);
      tile.b_row = width;
    }
    for (int i = 0; i < x.m;) {
      const int rows = panel_rows(x.m - i, height);
      tile.a.data = x.a.data + i * x.a.row;
      run_tile(kernels[rows - 1], tile, rows, x, i, j);
      i += rows;
    }
  }
}

// Packs A by blocks of rows and B by slivers; the first panel of rows packs B
// as it multiplies, where B has unit columns.
[[gnu::noinline]] void multiply_packed(const Block& x) {
  static thread_local Scratch scratch_a, scratch_b;
  constexpr int panels = block_rows / tile_rows + 1;
  const std::ptrdiff_t panel = std::ptrdiff_t(x.k) * panel_stride;
  Real* packed_a = scratch_a.at_least(panels * panel + lanes);
  const std::ptrdiff_t sliver = std::ptrdiff_t(x.k) * tile_columns;
  const int count = slivers(x.n);
  const bool by_rows = std::int64_t(x.n) * x.k <= second_level;
  const bool keep = by_rows || x.m > block_rows;
  Real* packed_b = scratch_b.at_least((keep ? count : 1) * sliver);

  // Rows [i, i + rows), packed in `a`, by sliver s.
  const auto multiply_panel = [&](int i, int rows, const Real* a, int s) {
    const int j = s * tile_columns;
    const int columns = std::min(tile_columns, x.n - j);
    Real* b = packed_b + (keep ? s : 0) * sliver;
    const bool packing = i == 0 && x.b.column == 1 && columns == tile_columns;
    if (i == 0 && !packing)
      pack_sliver(part(x.b, 0, j), x.k, columns, tile_columns, b);
    Tile tile{x.k,     {a, 1, panel_stride},
              b,       tile_columns,
              nullptr, 0,
              columns, x.accumulate,
              b,       b};
    const TileKernel* kernels =
        columns > lanes || gemm_vectors == 1
            ? tile_kernels<gemm_vectors, A::packed, B::whole>.data()
            : tile_kernels<1, A::strided, B::whole>.data();
    if (packing) {
      tile.b = x.b.data + j;
      tile.b_row = x.b.row;
      kernels = tile_kernels<gemm_vectors, A::packed, B::packing>.data();
    }
    run_tile(kernels[rows - 1], tile, rows, x, i, j);
  };
  for (int first = 0; first < x.m; first += block_rows) {
    const int end = std::min(first + block_rows, x.m);
    // Calls body(i, rows, a) for the panels of this block.
    const auto each_panel = [&](const auto& body) {
      Real* a = packed_a;
      for (int i = first; i < end; a += panel) {
        const int rows = panel_rows(end - i);
        body(i, rows, a);
        i += rows;
      }
    };
    each_panel([&](int i, int rows, Real* to) {
      pack_panel(part(x.a, i, 0), rows, x.m - i, x.k, to);
    });
    if (by_rows)
      each_panel([&](int i, int rows, const Real* a) {
        for (int s = 0; s < count; ++s) multiply_panel(i, rows, a, s);
      });
    else
      for (int s = 0; s < count; ++s)
        each_panel([&](int i, int rows, const Real* a) {
          multiply_panel(i, rows, a, s);
        });
  }
}

ATTENTION_INLINE void multiply_block(const Block& x) {
  const bool few_columns = x.n <= 2 * tile_columns;
  const bool few_rows_of_a = x.m <= 2 * tile_rows;
  const bool small_a = std::int64_t(x.m) * x.k <= first_level;
  const bool small_b = std::int64_t(x.n) * x.k <= first_level;
  if (few_rows_of_a || (small_b && (small_a || few_columns)))
    multiply_small(x);
  else
    multiply_packed(x);
}

// Whether multiply_rows is the way.
ATTENTION_INLINE bool has_few_rows(int m, Matrix<const Real> b) {
  return b.column != 1 && b.row == 1 && m <= int(few_rows.size());
}

// The part of C that one thread computes.
void multiply(int m, int n, int k, Matrix<const Real> a, Matrix<const Real> b,
              Matrix<Real> c, bool accumulate) {
  if (has_few_rows(m, b))
    return few_rows[m - 1]({m, n, k, a, b, c, accumulate});
  for (int j = 0; j < n; j += block_columns)
    for (int l = 0; l < k; l += block_k)
      multiply_block({m, std::min(block_columns, n - j),
                      std::min(block_k, k - l), part(a, 0, l), part(b, l, j),
                      part(c, 0, j), accumulate || l > 0});
}

// The threads share the rows or the columns of C.
[[gnu::noinline]] void multiply_shared(int m, int n, int k,
                                       Matrix<const Real> a,
                                       Matrix<const Real> b, Matrix<Real> c,
                                       bool accumulate) {
  if (m >= n) {
    const int grain = chunk(m, std::int64_t(n) * k, 4 * block_rows, tile_rows);
    parallel_for(m, grain, [&](std::int64_t begin, std::int64_t end) {
      multiply(static_cast<int>(end - begin), n, k, part(a, begin, 0), b,
               part(c, begin, 0), accumulate);
    });
  } else {
    const int grain = tile_columns * chunk(slivers(n), work(m, tile_columns, k),
                                           512 / tile_columns);
    parallel_for(n, grain, [&](std::int64_t begin, std::int64_t end) {
      multiply(m, static_cast<int>(end - begin), k, a, part(b, 0, begin),
               part(c, 0, begin), accumulate);
    });
  }
}

// gemm where C has no stride of 0 and vectors run along its columns.
ATTENTION_INLINE void product(int m, int n, int k, Matrix<const Real> a,
                              Matrix<const Real> b, Matrix<Real> c,
                              bool accumulate) {
  if (blas_gemm(m, n, k, a, b, c, accumulate)) return;
  if (work(m, n, k) >= 2 * work_for_a_thread && threads() > 1)
    multiply_shared(m, n, k, a, b, c, accumulate);
  else if (n <= block_columns && k <= block_k && !has_few_rows(m, b))
    multiply_block({m, n, k, a, b, c, accumulate});
  else
    multiply(m, n, k, a, b, c, accumulate);
}

// The same by C^T = B^T A^T.
[[gnu::noinline]] void product_turned(int m, int n, int k,
                                      const Matrix<const Real>& a,
                                      const Matrix<const Real>& b,
                                      const Matrix<Real>& c, bool accumulate) {
  product(n, m, k, b.transposed(), a.transposed(),
          {c.data, c.column, m == 1 ? 1 : c.row}, accumulate);
}

// C has a stride of 0: the product goes to a temporary, then is summed up.
[[gnu::noinline]] void gemm_summed(int m, int n, int k, Matrix<const Real> a,
                                   Matrix<const Real> b, Matrix<Real> c,
                                   bool accumulate) {
  static thread_local Scratch scratch;
  Real* product = scratch.at_least(std::size_t(m) * n);
  gemm(m, n, k, a, b, {product, n, 1}, false);
  if (!accumulate)
    for (int i = 0; i < m; ++i)
      for (int j = 0; j < n; ++j) c.data[i * c.row + j * c.column] = 0;
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) c.data[i * c.row + j * c.column] += *product++;
}

}  // namespace

void gemm(int m, int n, int k, Matrix<const Real> a, Matrix<const Real> b,
          Matrix<Real> c, bool accumulate) {
  if (m <= 0 || n <= 0) return;
  if ((c.row == 0 && m > 1) || (c.column == 0 && n > 1))
    return gemm_summed(m, n, k, a, b, c, accumulate);
  if (k <= 0) {
    if (accumulate) return;
    for (int i = 0; i < m; ++i)
      for (int j = 0; j < n; ++j) c.data[i * c.row + j * c.column] = 0;
    return;
  }
  const bool tall = n <= lanes / 2 && m > n;
  if (tall || (c.column != 1 && c.row == 1 && m >= lanes))
    product_turned(m, n, k, a, b, c, accumulate);
  else
    product(m, n, k, a, b, c, accumulate);
}

}  // namespace autograd::kernels
