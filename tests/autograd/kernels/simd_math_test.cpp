#include "autograd/kernels/simd_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace autograd::kernels {
namespace {

template <class F>
Real at(const F& f, Real x) {
  Real y[lanes];
  store(y, f(Vec(x)));
  return y[lanes - 1];
}

const auto exp_of = [](Vec x) { return exp(x); };
const auto log_of = [](Vec x) { return log(x); };
const auto tanh_of = [](Vec x) { return tanh(x); };
const auto sigmoid_of = [](Vec x) { return sigmoid(x); };
const auto gelu_of = [](Vec x) { return gelu(x); };
const auto gelu_derivative_of = [](Vec x) { return gelu_derivative(x); };

constexpr double root = 1.5957691216057308;  // 2 sqrt(2 / pi)

double exact_sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double exact_gelu(double x) {
  return x * exact_sigmoid(root * (x + 0.044715 * x * x * x));
}
double exact_gelu_derivative(double x) {
  const double s = exact_sigmoid(root * (x + 0.044715 * x * x * x));
  return s + x * s * (1 - s) * root * (1 + 0.134145 * x * x);
}

TEST(SimdMath, KeepsTheRulesAtTheEdges) {
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  EXPECT_EQ(at(exp_of, 0), 1);
  EXPECT_EQ(at(exp_of, -infinity), 0);
  EXPECT_EQ(at(exp_of, infinity), infinity);
  EXPECT_EQ(at(exp_of, 1000), infinity);
  EXPECT_EQ(at(exp_of, -1000), 0);
  EXPECT_EQ(at(log_of, 0), -infinity);
  EXPECT_EQ(at(log_of, 1), 0);
  EXPECT_EQ(at(log_of, infinity), infinity);
  EXPECT_TRUE(std::isnan(at(log_of, -1)));
  EXPECT_TRUE(std::isnan(at(log_of, -infinity)));
  EXPECT_EQ(at(tanh_of, 50), 1);
  EXPECT_EQ(at(tanh_of, -infinity), -1);
  EXPECT_EQ(at(sigmoid_of, -infinity), 0);
  EXPECT_EQ(at(sigmoid_of, infinity), 1);
  EXPECT_EQ(at(sigmoid_of, 0), Real(0.5));
  EXPECT_NEAR(at(gelu_of, -infinity), 0, 1e-30);
  EXPECT_EQ(at(gelu_of, infinity), infinity);
  EXPECT_NEAR(at(gelu_derivative_of, -infinity), 0, 1e-30);
  EXPECT_EQ(at(gelu_derivative_of, infinity), 1);
  for (Real y :
       {at(exp_of, nan), at(log_of, nan), at(tanh_of, nan), at(sigmoid_of, nan),
        at(gelu_of, nan), at(gelu_derivative_of, nan)})
    EXPECT_TRUE(std::isnan(y));
}

TEST(SimdMath, AgreesWithValuesWorkedOutElsewhere) {
  EXPECT_NEAR(at(gelu_of, 1), 0.8411919906, 1e-6);
  EXPECT_NEAR(at(gelu_of, -2), -0.0454023059, 1e-6);
  EXPECT_NEAR(at(gelu_derivative_of, 1), 1.0829640837, 1e-6);
  EXPECT_NEAR(at(tanh_of, Real(0.5)), 0.4621171573, 1e-6);
  EXPECT_NEAR(at(sigmoid_of, 2), 0.8807970780, 1e-6);
}

#ifdef ATTENTION_REAL_DOUBLE

TEST(SimdMath, IsTheStandardLibraryInDouble) {
  for (double x = -30; x < 30; x += 0.37) {
    EXPECT_DOUBLE_EQ(at(exp_of, x), std::exp(x));
    EXPECT_DOUBLE_EQ(at(tanh_of, x), std::tanh(x));
    EXPECT_NEAR(at(gelu_of, x), exact_gelu(x), 1e-13);
    EXPECT_NEAR(at(gelu_derivative_of, x), exact_gelu_derivative(x), 1e-14);
    EXPECT_DOUBLE_EQ(at(log_of, std::fabs(x)), std::log(std::fabs(x)));
  }
}

#else

float from_bits(std::uint32_t bits) { return std::bit_cast<float>(bits); }

// The largest error in units in the last place over a grid of all floats in
// [low, high]; results below the smallest normal number may be 0.
template <class F, class E>
double worst_ulp(const F& f, const E& exact, float low, float high,
                 std::uint32_t step) {
  double worst = 0;
  for (std::uint64_t bits = 0; bits < (1ull << 32); bits += step) {
    const float x = from_bits(static_cast<std::uint32_t>(bits));
    if (!(x >= low && x <= high)) continue;
    const double want = exact(static_cast<double>(x));
    if (std::fabs(want) < 1.1754944e-38) continue;
    int exponent;
    std::frexp(want, &exponent);
    const double ulp = std::ldexp(1.0, exponent - 24);
    worst = std::max(worst, std::fabs(at(f, x) - want) / ulp);
  }
  return worst;
}

double exact_exp(double x) { return std::exp(x); }
double exact_log(double x) { return std::log(x); }
double exact_tanh(double x) { return std::tanh(x); }

TEST(SimdMath, KeepsEveryNaN) {
  for (std::uint32_t bits = 0x7f800001; bits < 0x80000000; bits += 65537)
    for (float x : {from_bits(bits), from_bits(bits | 0x80000000)}) {
      EXPECT_TRUE(std::isnan(at(exp_of, x))) << bits;
      EXPECT_TRUE(std::isnan(at(log_of, x))) << bits;
      EXPECT_TRUE(std::isnan(at(tanh_of, x))) << bits;
      EXPECT_TRUE(std::isnan(at(sigmoid_of, x))) << bits;
      EXPECT_TRUE(std::isnan(at(gelu_of, x))) << bits;
      EXPECT_TRUE(std::isnan(at(gelu_derivative_of, x))) << bits;
    }
}

TEST(SimdMath, StaysWithinItsStatedErrors) {
  const std::uint32_t step = 20011;
  EXPECT_LE(worst_ulp(exp_of, exact_exp, -87.3f, 88.72283f, step), 0.892);
  EXPECT_LE(worst_ulp(log_of, exact_log, 1e-44f, 3.4e38f, step), 0.9);
  EXPECT_LE(worst_ulp(log_of, exact_log, 0.5f, 2, 101), 0.9);
  EXPECT_LE(worst_ulp(tanh_of, exact_tanh, -20, 20, step), 1.4);
  EXPECT_LE(worst_ulp(tanh_of, exact_tanh, 0.3f, 10, 301), 1.4);
  EXPECT_LE(worst_ulp(sigmoid_of, exact_sigmoid, -87, 90, step), 2.4);
  EXPECT_LE(worst_ulp(gelu_of, exact_gelu, -1, 10, step), 3);
  for (float x = -12; x < 12; x += 0.00371f) {
    EXPECT_NEAR(at(gelu_of, x), exact_gelu(x), x < -1 ? 1e-7 : 1e-6);
    EXPECT_NEAR(at(gelu_derivative_of, x), exact_gelu_derivative(x), 2.1e-7);
  }
}

#endif

}  // namespace
}  // namespace autograd::kernels
