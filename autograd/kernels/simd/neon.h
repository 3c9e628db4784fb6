// NEON (64-bit ARM): four registers.
#pragma once

#include <arm_neon.h>

namespace autograd::kernels {

constexpr int gemm_rows = 6, gemm_vectors = 1;

// q[i] holds lanes 4 i to 4 i + 3.
struct Vec {
  float32x4_t q[4];

  Vec() = default;
  ATTENTION_INLINE Vec(Real x) { q[0] = q[1] = q[2] = q[3] = vdupq_n_f32(x); }
};

struct Mask {
  uint32x4_t q[4];
};

struct Bits {
  uint32x4_t q[4];

  Bits() = default;
  ATTENTION_INLINE explicit Bits(std::uint32_t x) {
    q[0] = q[1] = q[2] = q[3] = vdupq_n_u32(x);
  }
};

// A vector whose register i is f(i).
template <class V, class F>
ATTENTION_INLINE V each(const F& f) {
  V v;
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) v.q[i] = f(i);
  return v;
}

ATTENTION_INLINE Vec load(const Real* p) {
  return each<Vec>([&](int i) { return vld1q_f32(p + 4 * i); });
}
ATTENTION_INLINE void store(Real* p, Vec v) {
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) vst1q_f32(p + 4 * i, v.q[i]);
}
ATTENTION_INLINE Vec load(const Real* p, int n) {
  Real copy[lanes] = {};
  for (int i = 0; i < n; ++i) copy[i] = p[i];
  return load(copy);
}
ATTENTION_INLINE void store(Real* p, Vec v, int n) {
  Real copy[lanes];
  store(copy, v);
  for (int i = 0; i < n; ++i) p[i] = copy[i];
}
ATTENTION_INLINE void stream(Real* p, Vec v) { store(p, v); }
ATTENTION_INLINE void fence() {}

ATTENTION_INLINE Vec operator+(Vec a, Vec b) {
  return each<Vec>([&](int i) { return vaddq_f32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Vec operator-(Vec a, Vec b) {
  return each<Vec>([&](int i) { return vsubq_f32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Vec operator*(Vec a, Vec b) {
  return each<Vec>([&](int i) { return vmulq_f32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Vec operator/(Vec a, Vec b) {
  return each<Vec>([&](int i) { return vdivq_f32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Vec operator-(Vec a) {
  return each<Vec>([&](int i) { return vnegq_f32(a.q[i]); });
}
ATTENTION_INLINE Vec fma(Vec a, Vec b, Vec c) {
  return each<Vec>([&](int i) { return vfmaq_f32(c.q[i], a.q[i], b.q[i]); });
}
ATTENTION_INLINE Vec sqrt(Vec a) {
  return each<Vec>([&](int i) { return vsqrtq_f32(a.q[i]); });
}
ATTENTION_INLINE Vec abs(Vec a) {
  return each<Vec>([&](int i) { return vabsq_f32(a.q[i]); });
}

ATTENTION_INLINE Mask operator>(Vec a, Vec b) {
  return each<Mask>([&](int i) { return vcgtq_f32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Mask operator>=(Vec a, Vec b) {
  return each<Mask>([&](int i) { return vcgeq_f32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Mask operator<(Vec a, Vec b) { return b > a; }
ATTENTION_INLINE Mask operator<=(Vec a, Vec b) { return b >= a; }
ATTENTION_INLINE Mask operator==(Vec a, Vec b) {
  return each<Mask>([&](int i) { return vceqq_f32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Mask operator&(Mask a, Mask b) {
  return each<Mask>([&](int i) { return vandq_u32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Mask operator|(Mask a, Mask b) {
  return each<Mask>([&](int i) { return vorrq_u32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Mask operator!(Mask a) {
  return each<Mask>([&](int i) { return vmvnq_u32(a.q[i]); });
}
ATTENTION_INLINE bool any(Mask m) {
  return vmaxvq_u32(vorrq_u32(vorrq_u32(m.q[0], m.q[1]),
                              vorrq_u32(m.q[2], m.q[3]))) != 0;
}
ATTENTION_INLINE Vec select(Mask m, Vec a, Vec b) {
  return each<Vec>([&](int i) { return vbslq_f32(m.q[i], a.q[i], b.q[i]); });
}
ATTENTION_INLINE Vec max(Vec a, Vec b) { return select(a > b, a, b); }
ATTENTION_INLINE Vec min(Vec a, Vec b) { return select(a < b, a, b); }

// Lane i of the result joins lanes i and i + 8, then 4, 2, 1.
template <class F>
ATTENTION_INLINE Real fold(Vec v, const F& f) {
  const float32x4_t x = f(f(v.q[0], v.q[2]), f(v.q[1], v.q[3]));
  const float32x4_t y = f(x, vextq_f32(x, x, 2));
  return vgetq_lane_f32(f(y, vextq_f32(y, y, 1)), 0);
}
ATTENTION_INLINE Real sum(Vec v) {
  return fold(v, [](float32x4_t a, float32x4_t b) { return vaddq_f32(a, b); });
}
ATTENTION_INLINE Real max(Vec v) {
  return fold(v, [](float32x4_t a, float32x4_t b) {
    return vbslq_f32(vcgtq_f32(a, b), a, b);
  });
}
ATTENTION_INLINE Real min(Vec v) {
  return fold(v, [](float32x4_t a, float32x4_t b) {
    return vbslq_f32(vcltq_f32(a, b), a, b);
  });
}

ATTENTION_INLINE Bits operator+(Bits a, Bits b) {
  return each<Bits>([&](int i) { return vaddq_u32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Bits operator-(Bits a, Bits b) {
  return each<Bits>([&](int i) { return vsubq_u32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Bits operator*(Bits a, Bits b) {
  return each<Bits>([&](int i) { return vmulq_u32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Bits operator&(Bits a, Bits b) {
  return each<Bits>([&](int i) { return vandq_u32(a.q[i], b.q[i]); });
}
ATTENTION_INLINE Bits operator&(Mask m, Bits a) {
  return each<Bits>([&](int i) { return vandq_u32(m.q[i], a.q[i]); });
}
ATTENTION_INLINE Bits operator^(Bits a, Bits b) {
  return each<Bits>([&](int i) { return veorq_u32(a.q[i], b.q[i]); });
}
template <int n>
ATTENTION_INLINE Bits shift_left(Bits a) {
  return each<Bits>([&](int i) { return vshlq_n_u32(a.q[i], n); });
}
template <int n>
ATTENTION_INLINE Bits shift_right(Bits a) {
  return each<Bits>([&](int i) { return vshrq_n_u32(a.q[i], n); });
}
ATTENTION_INLINE Bits iota() {
  constexpr std::uint32_t first[4] = {0, 1, 2, 3};
  return each<Bits>(
      [&](int i) { return vaddq_u32(vld1q_u32(first), vdupq_n_u32(4 * i)); });
}
ATTENTION_INLINE Vec to_real(Bits a) {
  return each<Vec>([&](int i) { return vcvtq_f32_u32(a.q[i]); });
}
ATTENTION_INLINE Bits as_bits(Vec a) {
  return each<Bits>([&](int i) { return vreinterpretq_u32_f32(a.q[i]); });
}
ATTENTION_INLINE Vec as_real(Bits a) {
  return each<Vec>([&](int i) { return vreinterpretq_f32_u32(a.q[i]); });
}

ATTENTION_INLINE void transpose4(const Real* from, std::ptrdiff_t from_row,
                                 Real* to, std::ptrdiff_t to_row) {
  const float32x4x2_t even =  // rows 0 and 2, interleaved
      vzipq_f32(vld1q_f32(from), vld1q_f32(from + 2 * from_row));
  const float32x4x2_t odd =
      vzipq_f32(vld1q_f32(from + from_row), vld1q_f32(from + 3 * from_row));
  const float32x4x2_t low = vzipq_f32(even.val[0], odd.val[0]);
  const float32x4x2_t high = vzipq_f32(even.val[1], odd.val[1]);
  vst1q_f32(to, low.val[0]);
  vst1q_f32(to + to_row, low.val[1]);
  vst1q_f32(to + 2 * to_row, high.val[0]);
  vst1q_f32(to + 3 * to_row, high.val[1]);
}
ATTENTION_INLINE void transpose(const Real* from, std::ptrdiff_t from_row,
                                Real* to, std::ptrdiff_t to_row) {
  for (int i = 0; i < 16; i += 4)
    for (int j = 0; j < 16; j += 4)
      transpose4(from + i * from_row + j, from_row, to + j * to_row + i,
                 to_row);
}

ATTENTION_INLINE void pause() { asm volatile("yield"); }

}  // namespace autograd::kernels
