#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "autograd/counter.h"
#include "autograd/kernels/parallel.h"
#include "autograd/ops.h"
#include "autograd/random.h"

namespace autograd {
namespace {

// The definition, with all of [B, T, S, A] in memory.
Tensor composed(const Tensor& query, const Tensor& keys, const Tensor& v) {
  const Tensor sums = unsqueeze(query, 2) + unsqueeze(keys, 1);
  return matmul(tanh(sums), v);
}

void expect_close(const Tensor& got, const Tensor& wanted) {
  ASSERT_EQ(got.shape(), wanted.shape());
  const std::vector<Real> a = got.values(), b = wanted.values();
  for (std::size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(a[i], b[i], 1e-5 * (1 + std::abs(b[i]))) << "at " << i;
}

struct Operands {
  Tensor query, keys, v;
};

Operands random_operands(int B, int T, int S, int A) {
  Rng rng(5);
  Operands x;
  x.query = Tensor::uniform({B, T, A}, -2, 2, rng);
  x.keys = Tensor::uniform({B, S, A}, -2, 2, rng);
  x.v = Tensor::uniform({A}, -1, 1, rng);
  for (Tensor* t : {&x.query, &x.keys, &x.v}) t->requires_grad(true);
  return x;
}

// The gradients of a random projection of f's result.
template <class F>
std::vector<Tensor> gradients(Operands& x, const F& f) {
  for (Tensor* t : {&x.query, &x.keys, &x.v}) t->zero_grad();
  const Tensor y = f();
  Rng rng(6);
  y.backward(Tensor::uniform(y.shape(), -1, 1, rng));
  return {x.query.grad().clone(), x.keys.grad().clone(), x.v.grad().clone()};
}

TEST(AdditiveScore, MoreAxesBroadcast) {
  const Operands x = random_operands(6, 2, 3, 4);
  const Tensor query = reshape(x.query, {2, 3, 2, 4});
  const Tensor keys = reshape(slice(x.keys, 0, 0, 2), {2, 1, 3, 4});
  const Tensor e = additive_score(query, keys, x.v);
  ASSERT_EQ(e.shape(), (Shape{2, 3, 2, 3}));
  for (int h = 0; h < 3; ++h)
    EXPECT_EQ(
        select(e, 1, h).values(),
        additive_score(select(query, 1, h), select(keys, 1, 0), x.v).values());
}

TEST(AdditiveScore, WorkedByHand) {
  // tanh(ln 2) = (4 - 1) / (4 + 1) = 0.6, and tanh(20) = 1
  const Real ln2 = std::log(Real(2));
  const Tensor query = Tensor::from({1, 2, 2}, {ln2, 0, 0, 10});
  const Tensor keys = Tensor::from({1, 2, 2}, {0, 0, -ln2, 10});
  const Tensor e = additive_score(query, keys, Tensor::from({2}, {10, 3}));
  ASSERT_EQ(e.shape(), (Shape{1, 2, 2}));
  EXPECT_NEAR(e.at({0, 0, 0}), 6, 1e-5);
  EXPECT_NEAR(e.at({0, 0, 1}), 3, 1e-5);
  EXPECT_NEAR(e.at({0, 1, 0}), 3, 1e-5);
  EXPECT_NEAR(e.at({0, 1, 1}), -3, 1e-5);
}

TEST(AdditiveScore, IsItsComposition) {
  const int sizes[][4] = {{1, 1, 1, 1},  {2, 1, 7, 9},  {3, 4, 5, 33},
                          {1, 2, 3, 16}, {5, 1, 8, 40}, {2, 3, 1, 7}};
  for (const auto& [B, T, S, A] : sizes) {
    Operands x = random_operands(B, T, S, A);
    auto fused = [&] { return additive_score(x.query, x.keys, x.v); };
    auto plain = [&] { return composed(x.query, x.keys, x.v); };
    expect_close(fused(), plain());
    const auto got = gradients(x, fused), wanted = gradients(x, plain);
    for (int i = 0; i < 3; ++i) expect_close(got[i], wanted[i]);
  }
}

TEST(AdditiveScore, TakesWindows) {
  Operands x = random_operands(4, 6, 6, 6);
  const std::vector<std::vector<Tensor>> windows = {
      {transpose(x.query), transpose(x.keys)},               // A by rows
      {expand(slice(x.query, 0, 1, 2), {4, 6, 6}), x.keys},  // one for all
      {x.query, expand(slice(x.keys, 1, 2, 3), {4, 6, 6})},
      {slice(x.query, 0, 0, 3), slice(x.query, 0, 1, 4)},  // they overlap
      {slice(x.query, 1, 0, 6, 2), x.keys},
  };
  for (std::size_t i = 0; i < windows.size(); ++i) {
    SCOPED_TRACE(i);
    const Tensor &q = windows[i][0], &k = windows[i][1];
    const Tensor v = slice(x.v, 0, 0, q.size(2));
    auto run = [&](auto score) {
      return gradients(x, [&] { return score(q, k, v) + sum(x.keys) * 0; });
    };
    const auto got = run(additive_score), wanted = run(composed);
    for (int j = 0; j < 3; ++j) expect_close(got[j], wanted[j]);
  }
}

TEST(AdditiveScore, GradientsOfStepsAdd) {
  Operands x = random_operands(2, 3, 5, 8);
  auto steps = [&] {
    std::vector<Tensor> parts;
    for (int t = 0; t < 3; ++t)
      parts.push_back(additive_score(slice(x.query, 1, t, t + 1), x.keys, x.v));
    return concat(parts, 1);
  };
  auto together = [&] { return additive_score(x.query, x.keys, x.v); };
  EXPECT_EQ(steps().values(), together().values());
  const auto got = gradients(x, steps), wanted = gradients(x, together);
  for (int i = 0; i < 3; ++i) expect_close(got[i], wanted[i]);
}

TEST(AdditiveScore, ThreadsChangeNoBit) {
  Operands x = random_operands(7, 3, 11, 70);
  auto run = [&] { return additive_score(x.query, x.keys, x.v); };
  const int before = threads();
  set_threads(1);
  const std::vector<Real> y = run().values();
  const auto alone = gradients(x, run);
  set_threads(3);
  EXPECT_EQ(run().values(), y);
  const auto together = gradients(x, run);
  set_threads(before);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(alone[i].values(), together[i].values());
}

TEST(AdditiveScore, MakesOnlyTheScores) {
  const Operands x = random_operands(2, 3, 5, 64);
  const Counter counter;
  additive_score(x.query, x.keys, x.v);
  EXPECT_EQ(counter.total().bytes, std::int64_t{2 * 3 * 5 * sizeof(Real)});
  EXPECT_EQ(counter.total().multiply_adds, 2 * 3 * 5 * 64);
}

TEST(AdditiveScore, EmptySizes) {
  Operands x = random_operands(2, 0, 5, 4);
  EXPECT_EQ(additive_score(x.query, x.keys, x.v).shape(), (Shape{2, 0, 5}));
  x = random_operands(2, 3, 0, 4);
  const Tensor e = additive_score(x.query, x.keys, x.v);
  EXPECT_EQ(e.shape(), (Shape{2, 3, 0}));
  sum(e).backward();
  EXPECT_EQ(x.query.grad().values(), std::vector<Real>(24));
}

TEST(AdditiveScore, RefusesShapesThatDoNotFit) {
  const Operands x = random_operands(2, 3, 5, 4);
  EXPECT_THROW(additive_score(select(x.query, 0, 0), x.keys, x.v),
               std::invalid_argument);
  EXPECT_THROW(additive_score(x.query, slice(x.keys, 0, 0, 1), x.v),
               std::invalid_argument);
  EXPECT_THROW(additive_score(x.query, x.keys, slice(x.v, 0, 0, 3)),
               std::invalid_argument);
}

}  // namespace
}  // namespace autograd
