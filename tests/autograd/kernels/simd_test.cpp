#include "autograd/kernels/simd.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

namespace autograd::kernels {
namespace {

using Lanes = std::array<Real, lanes>;

Lanes out(Vec v) {
  Lanes x;
  store(x.data(), v);
  return x;
}

// Equal bits, or NaN both.
bool same(Real a, Real b) {
  return std::memcmp(&a, &b, sizeof(Real)) == 0 ||
         (std::isnan(a) && std::isnan(b));
}

constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
const Lanes left = {0,    -0.0,  1, -1,  infinity, -infinity, nan, 3,
                    -2.5, 1e-30, 7, 0.1, 5,        infinity,  nan, 16777217.0};
const Lanes right = {-0.0, 0,     2,  -3, infinity, infinity, 1,   nan,
                     -2.5, 1e-30, -7, 3,  0.3,      1,        nan, -16777216};

template <class V, class S>
void expect_lanes(const V& vector, const S& scalar) {
  const Lanes got = out(vector(load(left.data()), load(right.data())));
  for (int i = 0; i < lanes; ++i)
    EXPECT_TRUE(same(got[i], scalar(left[i], right[i])))
        << "lane " << i << ": " << got[i];
}

TEST(Simd, ComputesEachLaneAsTheScalarDoes) {
  expect_lanes([](Vec a, Vec b) { return a + b; },
               [](Real a, Real b) { return a + b; });
  expect_lanes([](Vec a, Vec b) { return a - b; },
               [](Real a, Real b) { return a - b; });
  expect_lanes([](Vec a, Vec b) { return a * b; },
               [](Real a, Real b) { return a * b; });
  expect_lanes([](Vec a, Vec b) { return a / b; },
               [](Real a, Real b) { return a / b; });
  expect_lanes([](Vec a, Vec) { return -a; }, [](Real a, Real) { return -a; });
  expect_lanes([](Vec a, Vec b) { return fma(a, b, a); },
               [](Real a, Real b) { return std::fma(a, b, a); });
  expect_lanes([](Vec a, Vec) { return sqrt(a); },
               [](Real a, Real) { return std::sqrt(a); });
  expect_lanes([](Vec a, Vec) { return abs(a); },
               [](Real a, Real) { return std::fabs(a); });
}

TEST(Simd, MaxAndMinTakeTheSecondWhereNothingIsLarger) {
  expect_lanes([](Vec a, Vec b) { return max(a, b); },
               [](Real a, Real b) { return a > b ? a : b; });
  expect_lanes([](Vec a, Vec b) { return min(a, b); },
               [](Real a, Real b) { return a < b ? a : b; });
}

TEST(Simd, ComparesAndSelects) {
  const auto choose = [](Mask m) { return select(m, Vec(1), Vec(2)); };
  expect_lanes([&](Vec a, Vec b) { return choose(a < b); },
               [](Real a, Real b) { return Real(a < b ? 1 : 2); });
  expect_lanes([&](Vec a, Vec b) { return choose(a <= b); },
               [](Real a, Real b) { return Real(a <= b ? 1 : 2); });
  expect_lanes([&](Vec a, Vec b) { return choose(a > b); },
               [](Real a, Real b) { return Real(a > b ? 1 : 2); });
  expect_lanes([&](Vec a, Vec b) { return choose(a >= b); },
               [](Real a, Real b) { return Real(a >= b ? 1 : 2); });
  expect_lanes([&](Vec a, Vec b) { return choose(a == b); },
               [](Real a, Real b) { return Real(a == b ? 1 : 2); });
  expect_lanes([&](Vec a, Vec b) { return choose((!(a < b)) & (a < Vec(2))); },
               [](Real a, Real b) { return Real(!(a < b) && a < 2 ? 1 : 2); });
  expect_lanes([&](Vec a, Vec b) { return choose((a < b) | (b < a)); },
               [](Real a, Real b) { return Real(a < b || b < a ? 1 : 2); });
  Lanes one{};
  EXPECT_FALSE(any(load(one.data()) > Vec(0)));
  one[13] = 1;
  EXPECT_TRUE(any(load(one.data()) > Vec(0)));
}

TEST(Simd, LoadsAndStoresTheFirstLanesOnly) {
  for (int n = 0; n <= lanes; ++n) {
    const std::unique_ptr<Real[]> from(new Real[n]), to(new Real[n + 1]);
    for (int i = 0; i < n; ++i) from[i] = Real(i + 1);
    to[n] = -1;
    const Lanes got = out(load(from.get(), n));
    for (int i = 0; i < lanes; ++i) EXPECT_EQ(got[i], i < n ? i + 1 : 0);
    store(to.get(), load(from.get(), n), n);
    for (int i = 0; i < n; ++i) EXPECT_EQ(to[i], i + 1);
    EXPECT_EQ(to[n], -1);
  }
}

TEST(Simd, StreamsAWholeVector) {
  alignas(lanes * sizeof(Real)) Real to[2 * lanes] = {};
  stream(to + lanes, load(left.data()));
  fence();
  for (int i = 0; i < lanes; ++i) {
    EXPECT_EQ(to[i], 0);
    EXPECT_TRUE(same(to[lanes + i], left[i]));
  }
}

// Lane by lane from the definition, with the index running over 2^32.
TEST(Simd, UniformNumbers) {
  const auto scatter = [](std::uint32_t x) {
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
  };
  const std::uint64_t seed = 0x0123456789abcdef;
  for (std::uint64_t index : {0ull, 5ull, 0xffffffe9ull, 1ull << 40}) {
    Vec whole[3];
    uniform_24(seed, index, whole);
    for (int k = 0; k < 3; ++k) {
      Real got[lanes], single[lanes];
      store(got, whole[k]);
      store(single, uniform(seed, index + lanes * k));
      for (int i = 0; i < lanes; ++i) {
        const auto at = static_cast<std::uint32_t>(index + lanes * k + i);
        const Real want = static_cast<Real>(
            scatter(scatter(scatter(at) ^ 0x89abcdefu) ^ 0x01234567u) >> 8);
        EXPECT_EQ(got[i], want) << index << ", vector " << k << ", lane " << i;
        EXPECT_EQ(single[i], want / 16777216);
      }
    }
  }
}

TEST(Simd, MasksBits) {
  const Bits ones = Bits(0) - Bits(1);
  const Vec kept =
      to_real((load(left.data()) < Vec(0)) & shift_right<31>(ones));
  for (int i = 0; i < lanes; ++i) EXPECT_EQ(out(kept)[i], left[i] < 0 ? 1 : 0);
}

TEST(Simd, FoldsLanesInOneTree) {
  Lanes x;
  for (int i = 0; i < lanes; ++i) x[i] = std::ldexp(Real(1 + i), 3 * i - 20);
  Lanes tree = x;
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) tree[i] += tree[i + half];
  EXPECT_EQ(sum(load(x.data())), tree[0]);
  EXPECT_EQ(max(load(x.data())), x[15]);
  EXPECT_EQ(min(load(x.data())), x[0]);
  EXPECT_EQ(max(Vec(-infinity)), -infinity);
}

TEST(Simd, Transposes) {
  Real from[16 * 19], to[16 * 21] = {};
  for (int i = 0; i < 16 * 19; ++i) from[i] = Real(i);
  transpose(from, 19, to, 21);
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 16; ++j) EXPECT_EQ(to[j * 21 + i], from[i * 19 + j]);
}

TEST(Simd, DrawsUniformNumbersByIndex) {
  double mean = 0, square = 0, neighbours = 0, seeds = 0;
  const int n = 1 << 14;
  for (int i = 0; i < n; i += lanes) {
    const Lanes a = out(uniform(7, i)), b = out(uniform(7, i + 1));
    const Lanes c = out(uniform(8, i));
    EXPECT_EQ(a[1], b[0]);
    for (int l = 0; l < lanes; ++l) {
      ASSERT_GE(a[l], 0);
      ASSERT_LT(a[l], 1);
      mean += a[l] / n;
      square += a[l] * a[l] / n;
      neighbours += (a[l] - 0.5) * (b[l] - 0.5) / n;
      seeds += (a[l] - 0.5) * (c[l] - 0.5) / n;
    }
  }
  EXPECT_NEAR(mean, 0.5, 0.01);
  EXPECT_NEAR(square, 1.0 / 3, 0.01);
  EXPECT_NEAR(neighbours, 0, 0.003);
  EXPECT_NEAR(seeds, 0, 0.003);
}

#ifndef ATTENTION_REAL_DOUBLE
TEST(Simd, SplitsScalesAndRounds) {
  for (Real x : {1.0f, 0.7f, 0.71f, 1.41f, 1.42f, 3e38f, 1.2e-38f, 5.0f}) {
    const Split s = split(Vec(x));
    const Real mantissa = out(s.mantissa)[0], exponent = out(s.exponent)[0];
    EXPECT_GE(mantissa, 0.707106f);
    EXPECT_LT(mantissa, 1.414214f);
    EXPECT_EQ(std::ldexp(mantissa, int(exponent)), x);
  }
  EXPECT_EQ(
      out(as_real(scale(Vec(1.5f), round_product(Vec(-3.1f), Vec(1)))))[0],
      0.1875f);
  EXPECT_EQ(out(round_product(Vec(5), Vec(0.5f)).value)[0], 2);
  EXPECT_EQ(out(round_product(Vec(-7), Vec(0.5f)).value)[0], -4);
}
#endif

}  // namespace
}  // namespace autograd::kernels
