// AVX2 with FMA: two registers.
#pragma once

#include <immintrin.h>

namespace autograd::kernels {

constexpr int gemm_rows = 6, gemm_vectors = 1;

struct Vec {
  __m256 a, b;

  Vec() = default;
  ATTENTION_INLINE Vec(__m256 x, __m256 y) : a(x), b(y) {}
  ATTENTION_INLINE Vec(Real x) : a(_mm256_set1_ps(x)), b(a) {}
};

struct Mask {
  __m256 a, b;
};

struct Bits {
  __m256i a, b;

  Bits() = default;
  ATTENTION_INLINE Bits(__m256i x, __m256i y) : a(x), b(y) {}
  ATTENTION_INLINE explicit Bits(std::uint32_t x)
      : a(_mm256_set1_epi32(static_cast<int>(x))), b(a) {}
};

ATTENTION_INLINE Bits iota() {
  return {_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
          _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15)};
}
ATTENTION_INLINE Bits first_lanes(int n) {
  const __m256i count = _mm256_set1_epi32(n);
  return {_mm256_cmpgt_epi32(count, iota().a),
          _mm256_cmpgt_epi32(count, iota().b)};
}
ATTENTION_INLINE Vec load(const Real* p) {
  return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)};
}
ATTENTION_INLINE Vec load(const Real* p, int n) {
  const Bits mask = first_lanes(n);
  return {_mm256_maskload_ps(p, mask.a), _mm256_maskload_ps(p + 8, mask.b)};
}
ATTENTION_INLINE void store(Real* p, Vec v) {
  _mm256_storeu_ps(p, v.a);
  _mm256_storeu_ps(p + 8, v.b);
}
ATTENTION_INLINE void store(Real* p, Vec v, int n) {
  const Bits mask = first_lanes(n);
  _mm256_maskstore_ps(p, mask.a, v.a);
  _mm256_maskstore_ps(p + 8, mask.b, v.b);
}
ATTENTION_INLINE void stream(Real* p, Vec v) {
  _mm256_stream_ps(p, v.a);
  _mm256_stream_ps(p + 8, v.b);
}
ATTENTION_INLINE void fence() { _mm_sfence(); }

ATTENTION_INLINE Vec operator+(Vec x, Vec y) {
  return {_mm256_add_ps(x.a, y.a), _mm256_add_ps(x.b, y.b)};
}
ATTENTION_INLINE Vec operator-(Vec x, Vec y) {
  return {_mm256_sub_ps(x.a, y.a), _mm256_sub_ps(x.b, y.b)};
}
ATTENTION_INLINE Vec operator*(Vec x, Vec y) {
  return {_mm256_mul_ps(x.a, y.a), _mm256_mul_ps(x.b, y.b)};
}
ATTENTION_INLINE Vec operator/(Vec x, Vec y) {
  return {_mm256_div_ps(x.a, y.a), _mm256_div_ps(x.b, y.b)};
}
ATTENTION_INLINE Vec operator-(Vec x) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  return {_mm256_xor_ps(x.a, sign), _mm256_xor_ps(x.b, sign)};
}
ATTENTION_INLINE Vec fma(Vec x, Vec y, Vec z) {
  return {_mm256_fmadd_ps(x.a, y.a, z.a), _mm256_fmadd_ps(x.b, y.b, z.b)};
}
ATTENTION_INLINE Vec sqrt(Vec x) {
  return {_mm256_sqrt_ps(x.a), _mm256_sqrt_ps(x.b)};
}
ATTENTION_INLINE Vec abs(Vec x) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  return {_mm256_andnot_ps(sign, x.a), _mm256_andnot_ps(sign, x.b)};
}
ATTENTION_INLINE Vec max(Vec x, Vec y) {
  return {_mm256_max_ps(x.a, y.a), _mm256_max_ps(x.b, y.b)};
}
ATTENTION_INLINE Vec min(Vec x, Vec y) {
  return {_mm256_min_ps(x.a, y.a), _mm256_min_ps(x.b, y.b)};
}

template <int comparison>
ATTENTION_INLINE Mask compare(Vec x, Vec y) {
  return {_mm256_cmp_ps(x.a, y.a, comparison),
          _mm256_cmp_ps(x.b, y.b, comparison)};
}
ATTENTION_INLINE Mask operator<(Vec x, Vec y) {
  return compare<_CMP_LT_OQ>(x, y);
}
ATTENTION_INLINE Mask operator<=(Vec x, Vec y) {
  return compare<_CMP_LE_OQ>(x, y);
}
ATTENTION_INLINE Mask operator>(Vec x, Vec y) { return y < x; }
ATTENTION_INLINE Mask operator>=(Vec x, Vec y) { return y <= x; }
ATTENTION_INLINE Mask operator==(Vec x, Vec y) {
  return compare<_CMP_EQ_OQ>(x, y);
}
ATTENTION_INLINE Mask operator&(Mask x, Mask y) {
  return {_mm256_and_ps(x.a, y.a), _mm256_and_ps(x.b, y.b)};
}
ATTENTION_INLINE Mask operator|(Mask x, Mask y) {
  return {_mm256_or_ps(x.a, y.a), _mm256_or_ps(x.b, y.b)};
}
ATTENTION_INLINE Mask operator!(Mask x) {
  const __m256 ones = _mm256_castsi256_ps(_mm256_set1_epi32(-1));
  return {_mm256_xor_ps(x.a, ones), _mm256_xor_ps(x.b, ones)};
}
ATTENTION_INLINE bool any(Mask x) {
  return _mm256_movemask_ps(_mm256_or_ps(x.a, x.b)) != 0;
}
ATTENTION_INLINE Vec select(Mask m, Vec x, Vec y) {
  return {_mm256_blendv_ps(y.a, x.a, m.a), _mm256_blendv_ps(y.b, x.b, m.b)};
}

// Lane i of the result joins lanes i and i + 8, then 4, 2, 1.
template <class F8, class F4>
ATTENTION_INLINE Real fold(Vec v, const F8& f8, const F4& f4) {
  const __m256 eight = f8(v.a, v.b);
  __m128 x = f4(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  x = f4(x, _mm_movehl_ps(x, x));
  return _mm_cvtss_f32(f4(x, _mm_movehdup_ps(x)));
}
ATTENTION_INLINE Real sum(Vec v) {
  return fold(
      v, [](__m256 x, __m256 y) { return _mm256_add_ps(x, y); },
      [](__m128 x, __m128 y) { return _mm_add_ps(x, y); });
}
ATTENTION_INLINE Real max(Vec v) {
  return fold(
      v, [](__m256 x, __m256 y) { return _mm256_max_ps(x, y); },
      [](__m128 x, __m128 y) { return _mm_max_ps(x, y); });
}
ATTENTION_INLINE Real min(Vec v) {
  return fold(
      v, [](__m256 x, __m256 y) { return _mm256_min_ps(x, y); },
      [](__m128 x, __m128 y) { return _mm_min_ps(x, y); });
}

ATTENTION_INLINE Bits operator+(Bits x, Bits y) {
  return {_mm256_add_epi32(x.a, y.a), _mm256_add_epi32(x.b, y.b)};
}
ATTENTION_INLINE Bits operator-(Bits x, Bits y) {
  return {_mm256_sub_epi32(x.a, y.a), _mm256_sub_epi32(x.b, y.b)};
}
ATTENTION_INLINE Bits operator*(Bits x, Bits y) {
  return {_mm256_mullo_epi32(x.a, y.a), _mm256_mullo_epi32(x.b, y.b)};
}
ATTENTION_INLINE Bits operator&(Bits x, Bits y) {
  return {_mm256_and_si256(x.a, y.a), _mm256_and_si256(x.b, y.b)};
}
ATTENTION_INLINE Bits operator&(Mask m, Bits x) {
  return {_mm256_and_si256(_mm256_castps_si256(m.a), x.a),
          _mm256_and_si256(_mm256_castps_si256(m.b), x.b)};
}
ATTENTION_INLINE Bits operator^(Bits x, Bits y) {
  return {_mm256_xor_si256(x.a, y.a), _mm256_xor_si256(x.b, y.b)};
}
template <int n>
ATTENTION_INLINE Bits shift_left(Bits x) {
  return {_mm256_slli_epi32(x.a, n), _mm256_slli_epi32(x.b, n)};
}
template <int n>
ATTENTION_INLINE Bits shift_right(Bits x) {
  return {_mm256_srli_epi32(x.a, n), _mm256_srli_epi32(x.b, n)};
}
ATTENTION_INLINE Vec to_real(Bits x) {
  return {_mm256_cvtepi32_ps(x.a), _mm256_cvtepi32_ps(x.b)};
}
ATTENTION_INLINE Bits as_bits(Vec x) {
  return {_mm256_castps_si256(x.a), _mm256_castps_si256(x.b)};
}
ATTENTION_INLINE Vec as_real(Bits x) {
  return {_mm256_castsi256_ps(x.a), _mm256_castsi256_ps(x.b)};
}

ATTENTION_INLINE void transpose8(const Real* from, std::ptrdiff_t from_row,
                                 Real* to, std::ptrdiff_t to_row) {
  __m256 r[8], t[8];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {  // row i beside row i + 4, by halves
    const __m256 low = _mm256_loadu_ps(from + i * from_row);
    const __m256 high = _mm256_loadu_ps(from + (i + 4) * from_row);
    r[i] = _mm256_permute2f128_ps(low, high, 0x20);
    r[i + 4] = _mm256_permute2f128_ps(low, high, 0x31);
  }
#pragma GCC unroll 2
  for (int h = 0; h < 8; h += 4) {  // 4 x 4 within each quarter
    t[h] = _mm256_unpacklo_ps(r[h], r[h + 1]);
    t[h + 1] = _mm256_unpackhi_ps(r[h], r[h + 1]);
    t[h + 2] = _mm256_unpacklo_ps(r[h + 2], r[h + 3]);
    t[h + 3] = _mm256_unpackhi_ps(r[h + 2], r[h + 3]);
    r[h] = _mm256_shuffle_ps(t[h], t[h + 2], 0x44);
    r[h + 1] = _mm256_shuffle_ps(t[h], t[h + 2], 0xee);
    r[h + 2] = _mm256_shuffle_ps(t[h + 1], t[h + 3], 0x44);
    r[h + 3] = _mm256_shuffle_ps(t[h + 1], t[h + 3], 0xee);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) _mm256_storeu_ps(to + i * to_row, r[i]);
}
ATTENTION_INLINE void transpose(const Real* from, std::ptrdiff_t from_row,
                                Real* to, std::ptrdiff_t to_row) {
  for (int i = 0; i < 16; i += 8)
    for (int j = 0; j < 16; j += 8)
      transpose8(from + i * from_row + j, from_row, to + j * to_row + i,
                 to_row);
}

ATTENTION_INLINE void pause() { _mm_pause(); }

}  // namespace autograd::kernels
