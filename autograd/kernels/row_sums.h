// Maximum and sum of exponentials of one row, for softmax and its kin.
#pragma once

#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/rows.h"
#include "autograd/kernels/scratch.h"
#include "autograd/kernels/simd_math.h"

namespace autograd::kernels {

// -inf for an empty row; a NaN may be passed over, but never in an all-NaN row.
inline Real row_max(std::int64_t columns, const Real* x) {
  Vec largest = -infinity;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    largest = max(largest, load(x + j, n, -infinity));
  });
  return max(largest);
}

// What is subtracted before exp: the row's maximum, where that is finite.
inline Real row_shift(std::int64_t columns, const Real* x) {
  const Real largest = row_max(columns, x);
  return std::fabs(largest) == infinity ? Real(0) : largest;
}

// sum exp(x - shift); keep(j, e, n) gets the exponentials, n from column j on.
// Exp leaves the memory idle: it fetches the row `next` meanwhile, as far as
// the second cache.
template <class Keep>
ATTENTION_INLINE Real row_exp(std::int64_t columns, const Real* x, Real shift,
                              const Real* next, const Keep& keep) {
  Vec total = Real(0);
  for_lanes(columns, [&](std::int64_t j, auto n) {
    __builtin_prefetch(next + j, 0, 2);
    const Vec e = exp(load(x + j, n, -infinity) - Vec(shift));
    keep(j, e, n);
    total = total + e;
  });
  return sum(total);
}

// log sum exp x = s + log sum exp(x - s).
inline Real row_logsumexp(std::int64_t columns, const Real* x,
                          const Real* next) {
  const Real shift = row_shift(columns, x);
  const auto forget = [](std::int64_t, Vec, auto) {};
  return shift + first(log(Vec(row_exp(columns, x, shift, next, forget))));
}

// The row after row i of so many; of the last one, itself.
inline const Real* row_after(Rows<const Real> x, std::int64_t i,
                             std::int64_t rows) {
  return x[i + 1 < rows ? i + 1 : i];
}

// Room for a row, this thread's own.
inline Real* row_buffer(std::int64_t columns) {
  static thread_local Scratch scratch;
  return scratch.at_least(static_cast<std::size_t>(columns));
}

}  // namespace autograd::kernels
