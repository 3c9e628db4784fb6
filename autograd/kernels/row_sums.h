// Maximum and sum of exponentials of one row, for softmax and its kin.
#pragma once

#include "autograd/kernels/for_lanes.h"
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

// log sum exp x = s + log sum exp(x - s), s the maximum where it is finite.
inline Real row_logsumexp(std::int64_t columns, const Real* x) {
  const Real largest = row_max(columns, x);
  const Real shift = std::fabs(largest) == infinity ? Real(0) : largest;
  Vec total = Real(0);
  for_lanes(columns, [&](std::int64_t j, auto n) {
    total = total + exp(load(x + j, n, -infinity) - Vec(shift));
  });
  return shift + first(log(Vec(sum(total))));
}

}  // namespace autograd::kernels
