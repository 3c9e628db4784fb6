// The same bits for any number of threads, over ops large enough to be cut.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "autograd/kernels/parallel.h"
#include "autograd/ops.h"

namespace autograd {
namespace {

struct Threads {
  explicit Threads(int n) : before(threads()) { set_threads(n); }
  ~Threads() { set_threads(before); }
  int before;
};

using Results = std::vector<std::vector<Real>>;
using Op = std::function<Tensor(const Tensor&, const Tensor&)>;

// The value and both gradients.
Results results(const Op& op, int threads, const Shape& a, const Shape& b) {
  const Threads scope(threads);
  Rng rng(3);
  Tensor x = Tensor::normal(a, 0, 1, rng).requires_grad(true);
  Tensor y = Tensor::normal(b, 0, 1, rng).requires_grad(true);
  const Tensor z = op(x, y);
  z.backward(Tensor::normal(z.shape(), 0, 1, rng));
  Results all{z.values(), x.grad().values()};
  if (y.has_grad()) all.push_back(y.grad().values());
  return all;
}

void expect_same_bits(const Op& op, const Shape& a, const Shape& b) {
  const Results one = results(op, 1, a, b);
  for (int threads : {2, 3}) {
    const Results many = results(op, threads, a, b);
    for (std::size_t i = 0; i < one.size(); ++i)
      EXPECT_EQ(std::memcmp(one[i].data(), many[i].data(),
                            one[i].size() * sizeof(Real)),
                0)
          << "result " << i << " with " << threads << " threads";
  }
}

TEST(ParallelOps, Elementwise) {
  auto f = [](const Tensor& x, const Tensor& y) { return tanh(x) * y + x; };
  expect_same_bits(f, {257, 301}, {257, 301});
  expect_same_bits(f, {257, 301}, {301});
  expect_same_bits(f, {257, 301}, {257, 1});
  expect_same_bits(f, {33, 1301}, {1301});  // columns in strips
  expect_same_bits(
      [](const Tensor& x, const Tensor& y) { return transpose(x) / y; },
      {300, 257}, {257, 300});
}

// Against plain loops: what is added into an expanded operand's gradient.
TEST(ParallelOps, ExpandedOperandsGetThePlainSums) {
  const int M = 257, N = 301;
  Rng rng(4);
  const Tensor x = Tensor::normal({M, N}, 0, 1, rng),
               dy = Tensor::normal({M, N}, 0, 1, rng);
  std::vector<double> rows(M), columns(N);
  double all = 0;
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; ++j) {
      const double d = double(x.at({i, j})) * double(dy.at({i, j}));
      rows[i] += d;
      columns[j] += d;
      all += d;
    }
  const auto expect = [&](const Shape& shape, const std::vector<double>& sums) {
    Tensor y = Tensor::ones(shape).requires_grad(true);
    (x * y).backward(dy);
    const std::vector<Real> got = y.grad().values();
    ASSERT_EQ(got.size(), sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i)
      ASSERT_NEAR(got[i], sums[i], 1e-3) << i;
  };
  for (int count : {1, 2, 3}) {
    const Threads scope(count);
    expect({M, 1}, rows);
    expect({N}, columns);
    expect({1, 1}, {all});
  }
}

TEST(ParallelOps, Reductions) {
  auto f = [](const Tensor& x, const Tensor& y) {
    return sum(x * y) + sum(max(x, {0})) + mean(variance(y, {1}));
  };
  expect_same_bits(f, {257, 301}, {257, 301});
  expect_same_bits(
      [](const Tensor& x, const Tensor&) {
        return sum(x, {0, 2});
      },
      {31, 67, 41}, {});
}

TEST(ParallelOps, Products) {
  auto f = [](const Tensor& x, const Tensor& y) { return matmul(x, y); };
  expect_same_bits(f, {129, 300}, {300, 131});
  expect_same_bits(f, {40, 33, 70}, {70, 50});
  expect_same_bits(f, {40, 33, 70}, {40, 70, 9});
  expect_same_bits(
      [](const Tensor& x, const Tensor& y) { return linear(x, y); },
      {30, 40, 64}, {100, 64});
}

TEST(ParallelOps, Rows) {
  auto f = [](const Tensor& x, const Tensor& y) {
    return layer_norm(softmax(x) + log_softmax(x, 0), y, y);
  };
  expect_same_bits(f, {400, 301}, {301});
}

TEST(ParallelOps, CrossEntropy) {
  std::vector<int> targets;
  for (int i = 0; i < 400; ++i) targets.push_back(i % 7 ? i % 301 : -100);
  expect_same_bits(
      [&](const Tensor& x, const Tensor&) {
        return cross_entropy(x, Indices(targets), {.smoothing = Real(0.1)});
      },
      {400, 301}, {});
}

TEST(ParallelOps, Dropout) {
  expect_same_bits(
      [](const Tensor& x, const Tensor&) {
        Rng rng(1);
        return dropout(x, Real(0.5), rng);
      },
      {257, 301}, {});
}

}  // namespace
}  // namespace autograd
