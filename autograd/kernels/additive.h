// The additive score of one query and one key.
#pragma once

#include <cstdint>

#include "autograd/kernels/simd_math.h"

namespace autograd::kernels {

// v . tanh(q + k): sixteen lanes, then a fixed tree.
inline Real additive_score(std::int64_t A, const Real* q, const Real* k,
                           const Real* v) {
  Vec sum_of_lanes(0);
  std::int64_t a = 0;
  for (; a + lanes <= A; a += lanes)
    sum_of_lanes =
        fma(load(v + a), tanh(load(q + a) + load(k + a)), sum_of_lanes);
  if (const int rest = static_cast<int>(A - a); rest > 0)
    sum_of_lanes =
        fma(load(v + a, rest), tanh(load(q + a, rest) + load(k + a, rest)),
            sum_of_lanes);
  return sum(sum_of_lanes);
}

// dv += de h,  g = de v (1 - h^2),  dq += g,  dk += g,  where h = tanh(q + k)
inline void add_additive_gradients(std::int64_t A, Real de, const Real* q,
                                   const Real* k, const Real* v, Real* dq,
                                   Real* dk, Real* dv) {
  auto at = [&](std::int64_t a, auto... n) {
    const Vec h = tanh(load(q + a, n...) + load(k + a, n...));
    const Vec g = Vec(de) * load(v + a, n...) * (Vec(1) - h * h);
    store(dv + a, fma(Vec(de), h, load(dv + a, n...)), n...);
    store(dq + a, load(dq + a, n...) + g, n...);
    store(dk + a, load(dk + a, n...) + g, n...);
  };
  std::int64_t a = 0;
  for (; a + lanes <= A; a += lanes) at(a);
  if (a < A) at(a, static_cast<int>(A - a));
}

}  // namespace autograd::kernels
