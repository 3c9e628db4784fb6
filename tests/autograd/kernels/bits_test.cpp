// The same bits on every machine: hashes of what the kernels compute, committed
// here, must come out on every instruction set and compiler. Float only.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "autograd/kernels/gemm.h"
#include "autograd/kernels/rows.h"
#include "autograd/kernels/simd_math.h"

#ifndef ATTENTION_REAL_DOUBLE

namespace autograd::kernels {
namespace {

// FNV-1a over the bits; one NaN stands for all.
class Hash {
 public:
  void add(float x) {
    const std::uint32_t bits =
        std::isnan(x) ? 0x7fc00000u : std::bit_cast<std::uint32_t>(x);
    for (int shift = 0; shift < 32; shift += 8)
      value_ = (value_ ^ ((bits >> shift) & 255)) * 1099511628211ull;
  }
  void add(const std::vector<float>& x) {
    for (float v : x) add(v);
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037ull;
};

// A function over a grid of all floats: NaN, infinities, subnormals and all.
template <class F>
std::uint64_t over_floats(const F& f) {
  Hash hash;
  float x[lanes], y[lanes];
  for (std::uint64_t bits = 0; bits < (1ull << 32); bits += lanes * 16411) {
    for (int i = 0; i < lanes; ++i)
      x[i] = std::bit_cast<float>(std::uint32_t(bits + i * 16411));
    store(y, f(load(x)));
    for (float v : y) hash.add(v);
  }
  return hash.value();
}

std::vector<float> noise(std::size_t n, std::uint32_t seed) {
  std::vector<float> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    float lane[lanes];
    store(lane, uniform(seed, i));
    x[i] = lane[0] - 0.5f;
  }
  return x;
}

TEST(Bits, OfTheMathematics) {
  EXPECT_EQ(over_floats([](Vec x) { return exp(x); }), 1084505280882812874u);
  EXPECT_EQ(over_floats([](Vec x) { return log(x); }), 10614749459894753982u);
  EXPECT_EQ(over_floats([](Vec x) { return tanh(x); }), 4879762521998682883u);
  EXPECT_EQ(over_floats([](Vec x) { return sigmoid(x); }),
            13339782960555487344u);
  EXPECT_EQ(over_floats([](Vec x) { return gelu(x); }), 14286614749355544136u);
  EXPECT_EQ(over_floats([](Vec x) { return gelu_derivative(x); }),
            4467084460317930054u);
  EXPECT_EQ(over_floats([](Vec x) { return sqrt(abs(x)) / (x + Vec(3)); }),
            14889885155421158134u);
}

// A compiler that made x x - y a fused multiply-add would give 2^-46.
TEST(Bits, NothingIsContracted) {
  volatile float x = 1 + 0x1p-23f, y = 1 + 0x1p-22f;
  const float a = x, b = y;
  EXPECT_EQ(a * a - b, 0);
  EXPECT_EQ(std::fma(a, a, -b), 0x1p-46f);
}

TEST(Bits, OfUniformNumbersAndSums) {
  Hash hash;
  const std::vector<float> x = noise(1600, 1);
  for (std::size_t i = 0; i < x.size(); i += lanes) {
    const Vec v = load(&x[i]);
    for (float y : {x[i], sum(v), max(v), min(v)}) hash.add(y);
  }
  EXPECT_EQ(hash.value(), 11701454413148793022u);
}

#ifndef ATTENTION_OPENBLAS
TEST(Bits, OfTheProduct) {
  Hash hash;
  for (auto [m, n, k] : {std::array{1, 70, 600}, {7, 33, 65}, {190, 70, 520}}) {
    const std::vector<float> a = noise(m * k, 2), b = noise(k * n, 3);
    std::vector<float> c = noise(m * n, 4);
    gemm(m, n, k, {a.data(), k, 1}, {b.data(), n, 1}, {c.data(), n, 1}, true);
    hash.add(c);
    gemm(m, n, k, {a.data(), 1, m}, {b.data(), 1, k}, {c.data(), 1, m}, false);
    hash.add(c);
  }
  EXPECT_EQ(hash.value(), 17775213338826190323u);
}
#endif

TEST(Bits, OfTheRows) {
  Hash hash;
  const int rows = 5, columns = 77;
  const std::vector<float> x = noise(rows * columns, 5);
  const std::vector<float> dy = noise(rows * columns, 6);
  const std::vector<float> weight = noise(columns, 7), bias = noise(columns, 8);
  std::vector<float> y(rows * columns), dx = dy, mean(rows), rstd(rows);
  const Rows<const float> in{x.data(), columns}, grad{dy.data(), columns};
  const Rows<const float> read_y{y.data(), columns};
  const Rows<float> out{y.data(), columns}, out_dx{dx.data(), columns};
  const std::vector<int> targets = {0, 5, -1, 76, 33};
  softmax(rows, columns, in, out);
  hash.add(y);
  softmax_backward(rows, columns, read_y, grad, out_dx, true);
  hash.add(dx);
  log_softmax(rows, columns, in, out);
  hash.add(y);
  log_softmax_backward(rows, columns, read_y, grad, out_dx, false);
  hash.add(dx);
  cross_entropy(rows, columns, in, targets.data(), -1, 0.1f, mean.data(), 0.2f,
                out);
  hash.add(mean);
  for (int i = 0; i < rows * columns; ++i) dx[i] += y[i];
  hash.add(dx);
  layer_norm(rows, columns, in, weight.data(), bias.data(), 1e-5f, out,
             mean.data(), rstd.data());
  hash.add(y);
  std::vector<float> sums(2 * columns);
  layer_norm_backward(rows, columns, in, weight.data(), mean.data(),
                      rstd.data(), grad, out_dx, false, sums.data());
  hash.add(dx);
  hash.add(sums);
  EXPECT_EQ(hash.value(), 3527493141376297609u);
}

// More rows than a block of them holds.
TEST(Bits, OfLayerNormsWeights) {
  const int rows = 100, columns = 1100;
  const std::vector<float> x = noise(rows * columns, 1);
  const std::vector<float> dy = noise(rows * columns, 2);
  const std::vector<float> weight = noise(columns, 3), mean = noise(rows, 4);
  const std::vector<float> rstd(rows, 3);
  std::vector<float> sums(2 * columns);
  layer_norm_backward(rows, columns, {x.data(), columns}, weight.data(),
                      mean.data(), rstd.data(), {dy.data(), columns}, {}, false,
                      sums.data());
  Hash hash;
  hash.add(sums);
  EXPECT_EQ(hash.value(), 14384142826017290429u);
}

}  // namespace
}  // namespace autograd::kernels

#endif
