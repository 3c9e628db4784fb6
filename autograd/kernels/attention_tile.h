// The parts of streaming attention: where a block of queries meets a block of
// keys, and the products of such a tile.
#pragma once

#include <vector>

#include "autograd/kernels/attention.h"
#include "autograd/kernels/gemm_kernels.h"
#include "autograd/kernels/gemm_pack.h"
#include "autograd/kernels/row_sums.h"

namespace autograd::kernels {

constexpr int query_block = 112, key_block = 256;
constexpr int score_row = key_block + lanes;  // rows do not share their place
                                              // in the cache

constexpr int whole_tiles(int columns) {
  return slivers(columns) * tile_columns;
}

// A block of queries and the keys that they see of one block of keys.
struct Block {
  const Attention& x;
  int head, query, rows;
  bool across;     // its rows are heads at one query, not queries of one head
  int begin, end;  // the keys
  int base;        // the key of column 0: begin, at the edge of a tile of gemm
  bool partial;    // some row does not see all of the columns

  int head_of(int i) const { return head + (across ? i : 0); }
  int query_of(int i) const { return query + (across ? 0 : i); }
  int keys() const { return end - begin; }
  int columns() const { return end - base; }
};

// Calls body(block) for the queries [begin, end) that see some of the keys
// [first, first + key_block).
template <class Body>
void each_block(const Attention& x, int begin, int end, int first,
                const Body& body) {
  const bool across = end - begin == 1;
  const auto visit = [&](int head, int query, int rows) {
    const auto above = x.seen(query);
    const auto below = across ? above : x.seen(query + rows - 1);
    Block block{x, head, query, rows, across, 0, 0, 0, false};
    block.begin = std::max(first, above.begin);
    block.end = std::min(first + key_block, below.end);
    if (block.begin >= block.end) return;
    block.base = block.begin / tile_columns * tile_columns;
    block.partial =
        x.pattern.data || below.begin > block.base || above.end < block.end;
    body(block);
  };
  if (across)
    for (int h = 0; h < x.heads; h += query_block)
      visit(h, begin, std::min(query_block, x.heads - h));
  else
    for (int h = 0; h < x.heads; ++h)
      for (int t = begin; t < end; t += query_block)
        visit(h, t, std::min(query_block, end - t));
}

// The scores of row i of a block: less by the distance, -inf where hidden.
inline void finish_scores(const Block& block, int i, Real* s) {
  const Attention& x = block.x;
  const int t = block.query_of(i), columns = block.columns();
  if (x.slopes) {
    const Vec slope = -x.slopes[block.head_of(i)];
    for_lanes(columns, [&](std::int64_t j, auto n) {
      const auto nearest = static_cast<Real>(block.base + j - x.first - t);
      const Vec distance = abs(to_real(iota()) + Vec(nearest));
      store(s + j, fma(slope, distance, load(s + j, n)), n);
    });
  }
  if (!block.partial) return;
  const auto seen = x.seen(t);
  const int begin = std::clamp(seen.begin - block.base, 0, columns);
  const int end = std::clamp(seen.end - block.base, begin, columns);
  std::fill(s, s + begin, -infinity);
  std::fill(s + end, s + columns, -infinity);
  if (!x.pattern.data) return;
  const Real* visible = x.pattern[t] + block.base;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const auto hidden = load(visible + j, n) == Vec(Real(0));
    store(s + j, select(hidden, Vec(-infinity), load(s + j, n)), n);
  });
}

// Dropping weights of one row: what is kept is scaled.
class Dropping {
 public:
  Dropping(const Block& block, int i)
      : seed_(block.x.seed),
        index_(block.x.index + block.base +
               (std::uint64_t(block.head_of(i)) * block.x.queries +
                block.query_of(i)) *
                   block.x.row),
        limit_(block.x.dropout * 16777216),
        scale_(1 / (1 - block.x.dropout)) {}

  // What becomes of column j and those after it, be it v or w.
  void operator()(std::int64_t j, Vec& v) const {
    v = select(drawn(j), Vec(Real(0)), v * scale_);
  }
  void operator()(std::int64_t j, Vec& v, Vec& w) const {
    const auto dropped = drawn(j);
    v = select(dropped, Vec(Real(0)), v * scale_);
    w = select(dropped, Vec(Real(0)), w * scale_);
  }

 private:
  Mask drawn(std::int64_t j) const {
    Vec u[1];
    uniform_24(seed_, index_ + static_cast<std::uint64_t>(j), u);
    return u[0] < limit_;
  }

  std::uint64_t seed_, index_;
  Vec limit_, scale_;
};

// ---- Products.

// A right factor in slivers of tile_columns columns.
struct Slivers {
  const Real* data;
  std::ptrdiff_t next, row;  // from one sliver, one row to the next
};

// C [m, n] = or += A [m, k] B, in the order of gemm.
inline void multiply(int m, int n, int k, Matrix<const Real> a,
                     const Slivers& b, Real* c, std::ptrdiff_t c_row,
                     bool accumulate) {
  constexpr int block_k = 512;  // a chain of fused multiply-adds
  for (int l = 0; l == 0 || l < k; l += block_k) {
    Tile tile{std::min(block_k, k - l),
              a,
              b.data + l * b.row,
              b.row,
              nullptr,
              c_row,
              0,
              accumulate || l > 0,
              nullptr,
              nullptr};
    for (int j = 0; j < n; j += tile_columns, tile.b += b.next) {
      tile.columns = std::min(tile_columns, n - j);
      tile.next_b = j + tile_columns < n ? tile.b + b.next : tile.b;
      for (int i = 0; i < m;) {
        const int rows = panel_rows(m - i);
        tile.a.data = a.data + i * a.row + l * a.column;
        tile.c = c + i * c_row + j;
        tile_kernels<gemm_vectors, A::strided, B::whole>[rows - 1](tile);
        i += rows;
      }
    }
  }
}

// The transpose of rows [begin, begin + count) as a right factor.
inline void pack_transposed(Rows<const Real> from, int begin, int count,
                            int width, Real* to) {
  for (int j = 0; j < count; j += tile_columns, to += width * tile_columns)
    pack_sliver({from[begin + j], 1, from.stride}, width,
                std::min(tile_columns, count - j), tile_columns, to);
}

// A copy of rows as a left or right factor: whole tiles, zeros at the end.
struct Copy {
  // NaN or Inf, where something may be hidden.
  struct Strange {
    int row, column;
    Real value;
  };

  Real* data;
  int width;
  std::vector<Strange> strange = {};

  int stride() const { return whole_tiles(width); }
  Matrix<const Real> left() const { return {data, stride(), 1}; }

  // Takes `count` rows, row i from from(i), times a scale.
  template <class From>
  void take(int count, const From& from, Real scale, bool look) {
    strange.clear();
    for (int i = 0; i < count; ++i) {
      const Real* row = from(i);
      Real* to = data + i * stride();
      Vec largest = Real(0);
      for (int j = 0; j < stride(); j += lanes) {
        const Vec v =
            load(row + j, std::clamp(width - j, 0, lanes)) * Vec(scale);
        store(to + j, v);
        largest = select(abs(v) < Vec(infinity), largest, Vec(infinity));
      }
      if (!look || max(largest) == 0) continue;
      for (int j = 0; j < width; ++j)
        if (!(std::abs(to[j]) < infinity)) strange.push_back({i, j, to[j]});
    }
  }
};

// C += A B for weights A of a block, [rows, keys] or, turned, [keys, rows],
// that are 0 where a key is hidden: there B counts for nothing, be it NaN or
// Inf. B begins at row `from` of the copy.
inline void multiply_weights(const Block& block, bool turned,
                             Matrix<const Real> a, Copy& b, int from, Real* c,
                             std::ptrdiff_t c_row) {
  const int m = turned ? block.keys() : block.rows;
  const int k = turned ? block.rows : block.keys();
  for (const auto& [row, column, value] : b.strange)
    b.data[row * b.stride() + column] = 0;
  multiply(
      m, b.width, k, a,
      {b.data + std::ptrdiff_t(from) * b.stride(), tile_columns, b.stride()}, c,
      c_row, true);
  for (const auto& [row, column, value] : b.strange) {
    b.data[row * b.stride() + column] = value;
    const int l = row - from;
    for (int i = 0; 0 <= l && l < k && i < m; ++i) {
      const int query = turned ? l : i, key = block.begin + (turned ? i : l);
      if (block.x.sees(block.query_of(query), key))
        c[i * c_row + column] += a.data[i * a.row + l * a.column] * value;
    }
  }
}

}  // namespace autograd::kernels
