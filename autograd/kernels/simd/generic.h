// Plain loops: any machine, and Real = double.
#pragma once

namespace autograd::kernels {

constexpr int gemm_rows = 4, gemm_vectors = 1;

struct Vec {
  Real lane[lanes];

  Vec() = default;
  ATTENTION_INLINE Vec(Real x) {
    for (Real& l : lane) l = x;
  }
};

struct Mask {
  bool lane[lanes];
};

struct Bits {
  std::uint32_t lane[lanes];

  Bits() = default;
  ATTENTION_INLINE explicit Bits(std::uint32_t x) {
    for (std::uint32_t& l : lane) l = x;
  }
};

// A vector whose lane i is f(i).
template <class V, class F>
ATTENTION_INLINE V each_lane(const F& f) {
  V v;
  for (int i = 0; i < lanes; ++i) v.lane[i] = f(i);
  return v;
}

ATTENTION_INLINE Vec load(const Real* p) {
  return each_lane<Vec>([&](int i) { return p[i]; });
}
ATTENTION_INLINE Vec load(const Real* p, int n) {
  return each_lane<Vec>([&](int i) { return i < n ? p[i] : Real(0); });
}
ATTENTION_INLINE void store(Real* p, Vec v) {
  for (int i = 0; i < lanes; ++i) p[i] = v.lane[i];
}
ATTENTION_INLINE void store(Real* p, Vec v, int n) {
  for (int i = 0; i < n; ++i) p[i] = v.lane[i];
}
ATTENTION_INLINE void stream(Real* p, Vec v) { store(p, v); }
ATTENTION_INLINE void fence() {}

ATTENTION_INLINE Vec operator+(Vec a, Vec b) {
  return each_lane<Vec>([&](int i) { return a.lane[i] + b.lane[i]; });
}
ATTENTION_INLINE Vec operator-(Vec a, Vec b) {
  return each_lane<Vec>([&](int i) { return a.lane[i] - b.lane[i]; });
}
ATTENTION_INLINE Vec operator*(Vec a, Vec b) {
  return each_lane<Vec>([&](int i) { return a.lane[i] * b.lane[i]; });
}
ATTENTION_INLINE Vec operator/(Vec a, Vec b) {
  return each_lane<Vec>([&](int i) { return a.lane[i] / b.lane[i]; });
}
ATTENTION_INLINE Vec operator-(Vec a) {
  return each_lane<Vec>([&](int i) { return -a.lane[i]; });
}
ATTENTION_INLINE Vec fma(Vec a, Vec b, Vec c) {
  return each_lane<Vec>(
      [&](int i) { return std::fma(a.lane[i], b.lane[i], c.lane[i]); });
}
ATTENTION_INLINE Vec sqrt(Vec a) {
  return each_lane<Vec>([&](int i) { return std::sqrt(a.lane[i]); });
}
ATTENTION_INLINE Vec abs(Vec a) {
  return each_lane<Vec>([&](int i) { return std::fabs(a.lane[i]); });
}
ATTENTION_INLINE Vec max(Vec a, Vec b) {
  return each_lane<Vec>(
      [&](int i) { return a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i]; });
}
ATTENTION_INLINE Vec min(Vec a, Vec b) {
  return each_lane<Vec>(
      [&](int i) { return a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i]; });
}

ATTENTION_INLINE Mask operator<(Vec a, Vec b) {
  return each_lane<Mask>([&](int i) { return a.lane[i] < b.lane[i]; });
}
ATTENTION_INLINE Mask operator<=(Vec a, Vec b) {
  return each_lane<Mask>([&](int i) { return a.lane[i] <= b.lane[i]; });
}
ATTENTION_INLINE Mask operator>(Vec a, Vec b) { return b < a; }
ATTENTION_INLINE Mask operator>=(Vec a, Vec b) { return b <= a; }
ATTENTION_INLINE Mask operator==(Vec a, Vec b) {
  return each_lane<Mask>([&](int i) { return a.lane[i] == b.lane[i]; });
}
ATTENTION_INLINE Mask operator&(Mask a, Mask b) {
  return each_lane<Mask>([&](int i) { return a.lane[i] && b.lane[i]; });
}
ATTENTION_INLINE Mask operator|(Mask a, Mask b) {
  return each_lane<Mask>([&](int i) { return a.lane[i] || b.lane[i]; });
}
ATTENTION_INLINE Mask operator!(Mask a) {
  return each_lane<Mask>([&](int i) { return !a.lane[i]; });
}
ATTENTION_INLINE bool any(Mask m) {
  bool found = false;
  for (bool l : m.lane) found = found || l;
  return found;
}
ATTENTION_INLINE Vec select(Mask m, Vec a, Vec b) {
  return each_lane<Vec>(
      [&](int i) { return m.lane[i] ? a.lane[i] : b.lane[i]; });
}

template <class F>
ATTENTION_INLINE Real fold(Vec v, const F& f) {
  for (int half = lanes / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) v.lane[i] = f(v.lane[i], v.lane[i + half]);
  return v.lane[0];
}
ATTENTION_INLINE Real sum(Vec v) {
  return fold(v, [](Real a, Real b) { return a + b; });
}
ATTENTION_INLINE Real max(Vec v) {
  return fold(v, [](Real a, Real b) { return a > b ? a : b; });
}
ATTENTION_INLINE Real min(Vec v) {
  return fold(v, [](Real a, Real b) { return a < b ? a : b; });
}

ATTENTION_INLINE Bits operator+(Bits a, Bits b) {
  return each_lane<Bits>([&](int i) { return a.lane[i] + b.lane[i]; });
}
ATTENTION_INLINE Bits operator-(Bits a, Bits b) {
  return each_lane<Bits>([&](int i) { return a.lane[i] - b.lane[i]; });
}
ATTENTION_INLINE Bits operator*(Bits a, Bits b) {
  return each_lane<Bits>([&](int i) { return a.lane[i] * b.lane[i]; });
}
ATTENTION_INLINE Bits operator&(Bits a, Bits b) {
  return each_lane<Bits>([&](int i) { return a.lane[i] & b.lane[i]; });
}
ATTENTION_INLINE Bits operator&(Mask m, Bits a) {
  return each_lane<Bits>([&](int i) { return m.lane[i] ? a.lane[i] : 0; });
}
ATTENTION_INLINE Bits operator^(Bits a, Bits b) {
  return each_lane<Bits>([&](int i) { return a.lane[i] ^ b.lane[i]; });
}
template <int n>
ATTENTION_INLINE Bits shift_left(Bits a) {
  return each_lane<Bits>([&](int i) { return a.lane[i] << n; });
}
template <int n>
ATTENTION_INLINE Bits shift_right(Bits a) {
  return each_lane<Bits>([&](int i) { return a.lane[i] >> n; });
}
ATTENTION_INLINE Bits iota() {
  return each_lane<Bits>([](int i) { return std::uint32_t(i); });
}
ATTENTION_INLINE Vec to_real(Bits a) {
  return each_lane<Vec>([&](int i) { return Real(a.lane[i]); });
}
#ifndef ATTENTION_REAL_DOUBLE
ATTENTION_INLINE Bits as_bits(Vec v) { return std::bit_cast<Bits>(v); }
ATTENTION_INLINE Vec as_real(Bits b) { return std::bit_cast<Vec>(b); }
#endif

ATTENTION_INLINE void transpose(const Real* from, std::ptrdiff_t from_row,
                                Real* to, std::ptrdiff_t to_row) {
  for (int i = 0; i < lanes; ++i)
    for (int j = 0; j < lanes; ++j) to[j * to_row + i] = from[i * from_row + j];
}

ATTENTION_INLINE void pause() {}

}  // namespace autograd::kernels
