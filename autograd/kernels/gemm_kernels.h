// The innermost loops of gemm: a tile of C held in registers.
#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "autograd/kernels/gemm.h"
#include "autograd/kernels/simd.h"

namespace autograd::kernels {

constexpr int tile_rows = gemm_rows;
constexpr int tile_columns = gemm_vectors * lanes;
constexpr int wide_columns = 4 * lanes;  // of a tile of fewer rows
constexpr int wide_rows = std::max(1, tile_rows* gemm_vectors / 4 - 1);

// How many slivers of tile_columns hold these columns.
constexpr int slivers(int columns) {
  return (columns + tile_columns - 1) / tile_columns;
}

// Rows of a tile whose strides and addresses fit the general registers.
constexpr int strided_rows = std::min(tile_rows, 7);

// Packed A: the rows of a panel lie side by side, `panel_stride` a step of k.
constexpr int panel_stride = tile_rows > lanes / 2 ? lanes : tile_rows;

enum class A { strided, packed };
enum class B {
  whole,   // all columns of the tile are there
  edge,    // one vector, of which `columns` lanes are there
  packing  // whole, and copied to `packed_b` on the way
};

// One tile:  C = A B  or  C += A B.   A [R, k]   B [k, columns], unit columns
struct Tile {
  int k;
  Matrix<const Real> a;
  const Real* b;
  std::ptrdiff_t b_row;
  Real* c;
  std::ptrdiff_t c_row;
  int columns;
  bool accumulate;
  Real* packed_b;
  const Real* next_b;  // read after B: asked for in time, from 4 rows on
};

template <int R, int V, A form_a, B form_b>
void multiply_tile(const Tile& tile) {
  const std::ptrdiff_t a_row = form_a == A::packed ? 1 : tile.a.row;
  const std::ptrdiff_t a_column =
      form_a == A::packed ? panel_stride : tile.a.column;
  const Real* a = tile.a.data;
  const Real* b = tile.b;
  Real* packed = tile.packed_b;
  constexpr bool asks_ahead =
      form_a == A::strided && form_b == B::whole && R >= 4;
  const Real* next = tile.next_b;
  Vec sum[R][V];
#pragma GCC unroll 16
  for (int i = 0; i < R; ++i) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      __builtin_prefetch(tile.c + i * tile.c_row + v * lanes, 1);
      sum[i][v] = Vec(Real(0));
    }
  }
#pragma GCC unroll 2
  for (int k = 0; k < tile.k; ++k) {
    Vec row[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      row[v] = form_b == B::edge ? load(b, tile.columns) : load(b + v * lanes);
      if constexpr (form_b == B::packing) {
        store(packed + v * lanes, row[v]);
        __builtin_prefetch(b + 8 * tile.b_row + v * lanes);
      }
      if constexpr (asks_ahead) __builtin_prefetch(next + v * lanes);
    }
#pragma GCC unroll 16
    for (int i = 0; i < R; ++i) {
      const Vec x = a[i * a_row];
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sum[i][v] = fma(x, row[v], sum[i][v]);
    }
    a += a_column;
    b += tile.b_row;
    if constexpr (asks_ahead) next += tile.b_row;
    if constexpr (form_b == B::packing) packed += V * lanes;
  }
  const auto finish = [&](const auto& read, const auto& write) {
    if (tile.accumulate)
#pragma GCC unroll 16
      for (int i = 0; i < R; ++i)
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v)
          sum[i][v] = read(tile.c + i * tile.c_row, v) + sum[i][v];
#pragma GCC unroll 16
    for (int i = 0; i < R; ++i)
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) write(tile.c + i * tile.c_row, v, sum[i][v]);
  };
  const auto there = [&](int v) {
    return std::clamp(tile.columns - v * lanes, 0, lanes);
  };
  if (tile.columns >= V * lanes)
    finish([](Real* c, int v) { return load(c + v * lanes); },
           [](Real* c, int v, Vec x) { store(c + v * lanes, x); });
  else
    finish([&](Real* c, int v) { return load(c + v * lanes, there(v)); },
           [&](Real* c, int v, Vec x) { store(c + v * lanes, x, there(v)); });
}

// The kernels for 1, 2, ... rows.
using TileKernel = void (*)(const Tile&);

template <int V, A form_a, B form_b>
constexpr std::array tile_kernels = [
]<int... I>(std::integer_sequence<int, I...>) {
  return std::array<TileKernel, sizeof...(I)>{
      multiply_tile<I + 1, V, form_a, form_b>...};
}
(std::make_integer_sequence<int, V == 4 ? wide_rows : tile_rows>{});

}  // namespace autograd::kernels
