// Sixteen lanes of Real, written once for every machine: one AVX-512 register,
// two of AVX2, four of NEON, plain loops elsewhere. Every operation gives the
// same bits on all of them. No other file of the library knows a machine.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "autograd/kernels/real.h"

#define ATTENTION_INLINE [[gnu::always_inline]] inline

namespace autograd::kernels {

constexpr int lanes = 16;

}  // namespace autograd::kernels

// Each file defines, in autograd::kernels:
//
//   Vec   16 lanes of Real; a Real converts to it by broadcasting
//         load(p)  load(p, n)  store(p, v)  store(p, v, n)   the first n lanes
//         stream(p, v)   a store past the caches, where these let it; p lies
//         on 16 lanes. fence() before another thread reads what was streamed.
//         + - * /  -v  fma(a, b, c) = a b + c, rounded once  sqrt  abs
//         max(a, b) = a > b ? a : b    min(a, b) = a < b ? a : b
//         sum(v)  max(v)  min(v)   lane i with lane i + 8, then 4, 2, 1
//   Mask  what < <= > >= == give, with & | !  any(m)  select(m, a, b)
//   Bits  16 lanes of uint32, with + - * & ^  shift_left<n>  shift_right<n>
//         mask & bits, 0 where the mask is not set
//         iota() = 0 1 ... 15  to_real(bits below 2^31)  as_bits(v)  as_real(b)
//   transpose(from, from_row, to, to_row)   16 x 16: to[j][i] = from[i][j]
//   gemm_rows, gemm_vectors   the tile of C that fits the registers
//   pause()   eases a core that waits in a loop
#if defined(ATTENTION_SIMD_SCALAR) || defined(ATTENTION_REAL_DOUBLE)
#include "autograd/kernels/simd/generic.h"
#elif defined(__AVX512F__)
#include "autograd/kernels/simd/avx512.h"
#elif defined(__AVX2__) && defined(__FMA__)
#include "autograd/kernels/simd/avx2.h"
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include "autograd/kernels/simd/neon.h"
#else
#include "autograd/kernels/simd/generic.h"
#endif

namespace autograd::kernels {

constexpr Real infinity = std::numeric_limits<Real>::infinity();

#ifndef ATTENTION_REAL_DOUBLE

// The integer nearest to a b, rounded once, ties to even; also as the low bits
// of a word; |a b| < 2^22.
struct Rounded {
  Vec value;
  Bits bits;
};
ATTENTION_INLINE Rounded round_product(Vec a, Vec b) {
  const Vec magic = 12582912.0f;  // 1.5 * 2^23
  const Vec shifted = fma(a, b, magic);
  return {shifted - magic, as_bits(shifted)};
}

// The bits of x 2^n, where both x and the result are normal numbers.
ATTENTION_INLINE Bits scale(Vec x, Rounded n) {
  return as_bits(x) + shift_left<23>(n.bits);
}

// x = mantissa 2^exponent with sqrt(1/2) <= mantissa < sqrt(2), for a positive
// normal x.
struct Split {
  Vec mantissa, exponent;
};
ATTENTION_INLINE Split split(Vec x) {
  const std::uint32_t one = 0x3f800000, root_half = 0x3f3504f3;
  const Bits biased = shift_right<23>(as_bits(x) + Bits(one) - Bits(root_half));
  return {as_real(as_bits(x) + Bits(one) - shift_left<23>(biased)),
          to_real(biased) - Vec(127.0f)};
}

#endif

// scatter(x) = fold(mix(fold(x))) is a bijection of 32-bit words that scatters
// their bits ("lowbias32": Wellons, Prospecting for Hash Functions, 2018).
// fold is its own inverse, and fold(x ^ y) = fold(x) ^ fold(y).
ATTENTION_INLINE Bits fold(Bits x) { return x ^ shift_right<16>(x); }
ATTENTION_INLINE Bits mix(Bits x) {
  x = x * Bits(0x7feb352du);
  return (x ^ shift_right<15>(x)) * Bits(0x846ca68bu);
}

// Lane i of x[k] is a whole number in [0, 2^24) that depends on (seed,
// index + 16 k + i) only; index counts modulo 2^32. Of
//   scatter(scatter(scatter(at) ^ low) ^ high)
// the folds that meet are left out. Each x[k] is one long chain of operations,
// so several together take less time than one by one.
template <int count>
ATTENTION_INLINE void uniform_24(std::uint64_t seed, std::uint64_t index,
                                 Vec (&x)[count]) {
  const Bits low = fold(Bits(static_cast<std::uint32_t>(seed)));
  const Bits high = fold(Bits(static_cast<std::uint32_t>(seed >> 32)));
  const Bits at = Bits(static_cast<std::uint32_t>(index)) + iota();
  Bits word[count];
  for (int k = 0; k < count; ++k) word[k] = fold(at + Bits(lanes * k));
  for (Bits& w : word) w = mix(w) ^ low;
  for (Bits& w : word) w = mix(w) ^ high;
  for (Bits& w : word) w = fold(mix(w));
  for (int k = 0; k < count; ++k) x[k] = to_real(shift_right<8>(word[k]));
}

// Lane i is a number in [0, 1), a multiple of 2^-24, that depends on (seed,
// index + i) only; index counts modulo 2^32.
ATTENTION_INLINE Vec uniform(std::uint64_t seed, std::uint64_t index) {
  Vec x[1];
  uniform_24(seed, index, x);
  return x[0] * Vec(Real(1) / 16777216);
}

}  // namespace autograd::kernels
