// Loops over rows, and along a contiguous row sixteen lanes at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "autograd/kernels/parallel.h"
#include "autograd/kernels/simd.h"

namespace autograd::kernels {

// All lanes are there, known while compiling.
using Whole = std::integral_constant<int, lanes>;

ATTENTION_INLINE Vec load(const Real* p, Whole) { return load(p); }
ATTENTION_INLINE void store(Real* p, Vec v, Whole) { store(p, v); }

// The first n lanes of p, the others `rest`.
ATTENTION_INLINE Vec load(const Real* p, int n, Real rest) {
  return select(to_real(iota()) < Vec(Real(n)), load(p, n), Vec(rest));
}
ATTENTION_INLINE Vec load(const Real* p, Whole, Real) { return load(p); }

// Calls f(j, n) for j = 0, 16, 32, ... below size, where n is Whole, and at the
// end perhaps the number of lanes that are left.
template <class F>
ATTENTION_INLINE void for_lanes(std::int64_t size, const F& f) {
  std::int64_t j = 0;
  for (; j + lanes <= size; j += lanes) f(j, Whole{});
  if (j < size) f(j, static_cast<int>(size - j));
}

// p[0, n) = or += v.
template <class N>
ATTENTION_INLINE void put(Real* p, Vec v, N n, bool accumulate) {
  store(p, accumulate ? load(p, n) + v : v, n);
}

// Results of so many elements are streamed: written past the caches. No cache
// would hold them until they are read, and a line that is streamed is not
// fetched first to be overwritten.
constexpr std::int64_t streamed = std::int64_t{1} << 22;

ATTENTION_INLINE bool on_lanes(const Real* p) {
  return reinterpret_cast<std::uintptr_t>(p) % (lanes * sizeof(Real)) == 0;
}

// p[j, j + n) = f(j, n) for a whole row, streamed or not; p[j, j + 16) with j
// any number, so f must know each element by itself.
template <class F>
ATTENTION_INLINE void fill_row(std::int64_t size, Real* p, bool streams,
                               const F& f) {
  std::int64_t begin = 0;
  if (streams) {
    while (begin < size && !on_lanes(p + begin)) ++begin;
    if (begin > 0)
      store(p, f(0, static_cast<int>(begin)), static_cast<int>(begin));
    for (; begin + lanes <= size; begin += lanes)
      stream(p + begin, f(begin, Whole{}));
  }
  for_lanes(size - begin, [&](std::int64_t k, auto n) {
    store(p + begin + k, f(begin + k, n), n);
  });
}

// Lane 0.
ATTENTION_INLINE Real first(Vec v) {
  Real lane[lanes];
  store(lane, v);
  return lane[0];
}

// Calls f(begin, end) for all rows, in parallel, about 16384 elements a chunk,
// and fences what f streams.
template <class F>
void for_chunks(std::int64_t rows, std::int64_t columns, const F& f) {
  const std::int64_t grain =
      16384 / std::clamp<std::int64_t>(columns, 1, 16384);
  parallel_for(rows, grain, [&](std::int64_t begin, std::int64_t end) {
    f(begin, end);
    fence();
  });
}

// The same, row by row.
template <class F>
void for_rows(std::int64_t rows, std::int64_t columns, const F& f) {
  for_chunks(rows, columns, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) f(i);
  });
}

}  // namespace autograd::kernels
