// The transcendental functions on sixteen lanes: polynomials with a stated
// error, in float; the standard library lane by lane, in double. NaN stays NaN.
#pragma once

#include "autograd/kernels/simd.h"

namespace autograd::kernels {

#ifndef ATTENTION_REAL_DOUBLE

// Horner's rule from the highest coefficient down.
template <class... C>
ATTENTION_INLINE Vec polynomial(Vec x, Real highest, C... coefficients) {
  Vec p = highest;
  ((p = fma(p, x, Vec(coefficients))), ...);
  return p;
}

// x = n ln 2 + r with |r| <= ln(2) / 2 (Cody and Waite 1980), and
// exp x = 2^n exp r; exp r by the polynomial of degree 6 that begins 1 + r and
// errs least, by 3.1e-9 of exp r. At most 0.892 ulp. Results below the smallest
// normal number are 0.
ATTENTION_INLINE Vec exp(Vec x) {
  const Rounded n = round_product(x, Vec(1.44269504f));
  Vec r = fma(n.value, Vec(-0.693359375f), x);
  r = fma(n.value, Vec(2.12194440e-4f), r);
  const Vec p = polynomial(r, 0x1.6a23d0p-10f, 0x1.123a20p-7f, 0x1.5558f2p-5f,
                           0x1.555492p-3f, 0x1.fffffcp-2f, 1.0f, 1.0f);
  const Vec y = as_real((x >= Vec(-87.33654f)) & scale(p, n));
  return select(x <= Vec(88.72283f), y, x + Vec(infinity));  // inf and NaN
}

// x = m 2^e with m near 1, log x = e ln 2 + log m (coefficients: Moshier,
// Cephes logf). At most 0.9 ulp.
ATTENTION_INLINE Vec log(Vec x) {
  const Mask tiny = x < Vec(1.17549435e-38f);  // subnormal: lift by 2^23
  const Split s = split(select(tiny, x * Vec(8388608.0f), x));
  const Vec e = s.exponent - select(tiny, Vec(23.0f), Vec(0.0f));
  const Vec f = s.mantissa - Vec(1.0f), f2 = f * f;
  Vec p = polynomial(f, 7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f,
                     -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
                     2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f);
  p = fma(p * f, f2, e * Vec(-2.12194440e-4f));
  p = fma(f2, Vec(-0.5f), p);
  Vec y = fma(e, Vec(0.693359375f), f + p);
  y = select(x < Vec(infinity), y, x);  // inf and NaN
  y = select(x == Vec(0.0f), Vec(-infinity), y);
  return select(x < Vec(0.0f), Vec(std::numeric_limits<Real>::quiet_NaN()), y);
}

// An odd polynomial below 0.625 (Moshier, Cephes tanhf), above it
// 1 - 2 / (exp(2 |x|) + 1). At most 1.4 ulp.
ATTENTION_INLINE Vec tanh(Vec x) {
  const Vec a = abs(x), x2 = x * x;
  Vec p = polynomial(x2, -5.70498872745e-3f, 2.06390887954e-2f,
                     -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f);
  p = fma(p * x2, x, x);
  const Vec y = Vec(1.0f) - Vec(2.0f) / (exp(a + a) + Vec(1.0f));
  return select(a < Vec(0.625f), p, select(x < Vec(0.0f), -y, y));
}

#else

ATTENTION_INLINE Vec exp(Vec x) {
  return each_lane<Vec>([&](int i) { return std::exp(x.lane[i]); });
}
ATTENTION_INLINE Vec log(Vec x) {
  return each_lane<Vec>([&](int i) { return std::log(x.lane[i]); });
}
ATTENTION_INLINE Vec tanh(Vec x) {
  return each_lane<Vec>([&](int i) { return std::tanh(x.lane[i]); });
}

#endif

// 1 / (1 + exp(-x)). At most 2.4 ulp.
ATTENTION_INLINE Vec sigmoid(Vec x) {
  return Vec(Real(1)) / (Vec(Real(1)) + exp(-x));
}

// The tanh form of gelu (Hendrycks and Gimpel 2016, as GPT-2 uses it):
//   0.5 x (1 + tanh u) = x sigmoid(2 u),  u = sqrt(2 / pi) (x + 0.044715 x^3)
// At most 3 ulp from -1 up; below, within 1e-7 of the exact value.
ATTENTION_INLINE Vec gelu(Vec x) {
  x = max(Vec(Real(-20)), x);  // there it is 0; keeps -inf from becoming NaN
  const Vec cubic = fma(x * x, x * Vec(Real(0.044715)), x);
  return x * sigmoid(Vec(Real(1.5957691216057308)) * cubic);
}

// d gelu / dx = s + x s (1 - s) 2 u'  with s = sigmoid(2 u), and
// s (1 - s) = t / (1 + t)^2 with t = exp(-|2 u|). Within 2.1e-7 of the
// exact value.
ATTENTION_INLINE Vec gelu_derivative(Vec x) {
  const Vec one = Real(1), two_root = Real(1.5957691216057308);
  x = max(Vec(Real(-20)), min(Vec(Real(20)), x));  // there it is 0, and 1
  const Vec x2 = x * x;
  const Vec u2 = two_root * fma(x2, x * Vec(Real(0.044715)), x);
  const Vec t = exp(-abs(u2)), larger = one / (one + t), smaller = t * larger;
  const Vec s = select(u2 < Vec(Real(0)), smaller, larger);
  const Vec slope = two_root * fma(x2, Vec(Real(0.134145)), one);
  return fma(x * slope, smaller * larger, s);
}

}  // namespace autograd::kernels
