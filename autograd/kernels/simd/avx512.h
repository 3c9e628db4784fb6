// AVX-512: one register.
#pragma once

// GCC 12 takes the "undefined" registers of its own header for mistakes.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#pragma GCC diagnostic pop

namespace autograd::kernels {

constexpr int gemm_rows = 14, gemm_vectors = 2;

struct Vec {
  __m512 v;

  Vec() = default;
  ATTENTION_INLINE Vec(__m512 x) : v(x) {}
  ATTENTION_INLINE Vec(Real x) : v(_mm512_set1_ps(x)) {}
};

struct Mask {
  __mmask16 m;
};

struct Bits {
  __m512i v;

  Bits() = default;
  ATTENTION_INLINE Bits(__m512i x) : v(x) {}
  ATTENTION_INLINE explicit Bits(std::uint32_t x)
      : v(_mm512_set1_epi32(static_cast<int>(x))) {}
};

ATTENTION_INLINE __mmask16 first_lanes(int n) {
  return static_cast<__mmask16>((1u << n) - 1);
}
ATTENTION_INLINE Vec load(const Real* p) { return _mm512_loadu_ps(p); }
ATTENTION_INLINE Vec load(const Real* p, int n) {
  return _mm512_maskz_loadu_ps(first_lanes(n), p);
}
ATTENTION_INLINE void store(Real* p, Vec a) { _mm512_storeu_ps(p, a.v); }
ATTENTION_INLINE void store(Real* p, Vec a, int n) {
  _mm512_mask_storeu_ps(p, first_lanes(n), a.v);
}

ATTENTION_INLINE void stream(Real* p, Vec a) { _mm512_stream_ps(p, a.v); }
ATTENTION_INLINE void fence() { _mm_sfence(); }

ATTENTION_INLINE Vec operator+(Vec a, Vec b) { return _mm512_add_ps(a.v, b.v); }
ATTENTION_INLINE Vec operator-(Vec a, Vec b) { return _mm512_sub_ps(a.v, b.v); }
ATTENTION_INLINE Vec operator*(Vec a, Vec b) { return _mm512_mul_ps(a.v, b.v); }
ATTENTION_INLINE Vec operator/(Vec a, Vec b) { return _mm512_div_ps(a.v, b.v); }
ATTENTION_INLINE Vec operator-(Vec a) {
  return _mm512_castsi512_ps(
      _mm512_xor_si512(_mm512_castps_si512(a.v), _mm512_set1_epi32(INT32_MIN)));
}
ATTENTION_INLINE Vec fma(Vec a, Vec b, Vec c) {
  return _mm512_fmadd_ps(a.v, b.v, c.v);
}
ATTENTION_INLINE Vec sqrt(Vec a) { return _mm512_sqrt_ps(a.v); }
ATTENTION_INLINE Vec abs(Vec a) { return _mm512_abs_ps(a.v); }
ATTENTION_INLINE Vec max(Vec a, Vec b) { return _mm512_max_ps(a.v, b.v); }
ATTENTION_INLINE Vec min(Vec a, Vec b) { return _mm512_min_ps(a.v, b.v); }

ATTENTION_INLINE Mask operator<(Vec a, Vec b) {
  return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ)};
}
ATTENTION_INLINE Mask operator<=(Vec a, Vec b) {
  return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ)};
}
ATTENTION_INLINE Mask operator>(Vec a, Vec b) { return b < a; }
ATTENTION_INLINE Mask operator>=(Vec a, Vec b) { return b <= a; }
ATTENTION_INLINE Mask operator==(Vec a, Vec b) {
  return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ)};
}
ATTENTION_INLINE Mask operator&(Mask a, Mask b) {
  return {static_cast<__mmask16>(a.m & b.m)};
}
ATTENTION_INLINE Mask operator|(Mask a, Mask b) {
  return {static_cast<__mmask16>(a.m | b.m)};
}
ATTENTION_INLINE Mask operator!(Mask a) {
  return {static_cast<__mmask16>(~a.m)};
}
ATTENTION_INLINE bool any(Mask m) { return m.m != 0; }
ATTENTION_INLINE Vec select(Mask m, Vec a, Vec b) {
  return _mm512_mask_blend_ps(m.m, b.v, a.v);
}

// Lane i of the result joins lanes i and i + 8, then 4, 2, 1.
template <class F8, class F4>
ATTENTION_INLINE Real fold(Vec a, const F8& f8, const F4& f4) {
  const __m256 low = _mm512_castps512_ps256(a.v);
  const __m256 high =
      _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(a.v), 1));
  const __m256 eight = f8(low, high);
  __m128 x = f4(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  x = f4(x, _mm_movehl_ps(x, x));
  return _mm_cvtss_f32(f4(x, _mm_movehdup_ps(x)));
}
ATTENTION_INLINE Real sum(Vec a) {
  return fold(
      a, [](__m256 x, __m256 y) { return _mm256_add_ps(x, y); },
      [](__m128 x, __m128 y) { return _mm_add_ps(x, y); });
}
ATTENTION_INLINE Real max(Vec a) {
  return fold(
      a, [](__m256 x, __m256 y) { return _mm256_max_ps(x, y); },
      [](__m128 x, __m128 y) { return _mm_max_ps(x, y); });
}
ATTENTION_INLINE Real min(Vec a) {
  return fold(
      a, [](__m256 x, __m256 y) { return _mm256_min_ps(x, y); },
      [](__m128 x, __m128 y) { return _mm_min_ps(x, y); });
}

ATTENTION_INLINE Bits operator+(Bits a, Bits b) {
  return _mm512_add_epi32(a.v, b.v);
}
ATTENTION_INLINE Bits operator-(Bits a, Bits b) {
  return _mm512_sub_epi32(a.v, b.v);
}
ATTENTION_INLINE Bits operator*(Bits a, Bits b) {
  return _mm512_mullo_epi32(a.v, b.v);
}
ATTENTION_INLINE Bits operator&(Bits a, Bits b) {
  return _mm512_and_si512(a.v, b.v);
}
ATTENTION_INLINE Bits operator&(Mask m, Bits a) {
  return _mm512_maskz_mov_epi32(m.m, a.v);
}
ATTENTION_INLINE Bits operator^(Bits a, Bits b) {
  return _mm512_xor_si512(a.v, b.v);
}
template <int n>
ATTENTION_INLINE Bits shift_left(Bits a) {
  return _mm512_slli_epi32(a.v, n);
}
template <int n>
ATTENTION_INLINE Bits shift_right(Bits a) {
  return _mm512_srli_epi32(a.v, n);
}
ATTENTION_INLINE Bits iota() {
  return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
                           15);
}
ATTENTION_INLINE Vec to_real(Bits a) { return _mm512_cvtepi32_ps(a.v); }
ATTENTION_INLINE Bits as_bits(Vec a) { return _mm512_castps_si512(a.v); }
ATTENTION_INLINE Vec as_real(Bits a) { return _mm512_castsi512_ps(a.v); }

ATTENTION_INLINE __m512 load_halves(const Real* low, const Real* high) {
  return _mm512_castpd_ps(_mm512_insertf64x4(
      _mm512_castps_pd(_mm512_castps256_ps512(_mm256_loadu_ps(low))),
      _mm256_castps_pd(_mm256_loadu_ps(high)), 1));
}
// Most of the work is in the permutations: the loads do the first of the four
// rounds, blends half of the third.
ATTENTION_INLINE void transpose(const Real* from, std::ptrdiff_t from_row,
                                Real* to, std::ptrdiff_t to_row) {
  __m512 r[8], t[8];
#pragma GCC unroll 2
  for (int half = 0; half < 16; half += 8) {  // of the columns
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {  // rows i and i + 4, of each eight rows
      const Real* row = from + (i + (i & 4)) * from_row + half;
      r[i] = load_halves(row, row + 4 * from_row);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 8; i += 2) {  // pairs of rows
      t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
      t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
    }
#pragma GCC unroll 2
    for (int i = 0; i < 8; i += 4)  // r[i + c]: columns c and c + 4
#pragma GCC unroll 2
      for (int c = 0; c < 2; ++c) {
        const __m512 low = t[i + c], high = t[i + c + 2];
        const __m512 middle = _mm512_shuffle_ps(low, high, 0x4e);
        r[i + 2 * c] = _mm512_mask_blend_ps(0xcccc, low, middle);
        r[i + 2 * c + 1] = _mm512_mask_blend_ps(0x3333, high, middle);
      }
#pragma GCC unroll 4
    for (int c = 0; c < 4; ++c) {
      Real* column = to + (half + c) * to_row;
      _mm512_storeu_ps(column, _mm512_shuffle_f32x4(r[c], r[c + 4], 0x88));
      _mm512_storeu_ps(column + 4 * to_row,
                       _mm512_shuffle_f32x4(r[c], r[c + 4], 0xdd));
    }
  }
}

ATTENTION_INLINE void pause() { _mm_pause(); }

}  // namespace autograd::kernels
