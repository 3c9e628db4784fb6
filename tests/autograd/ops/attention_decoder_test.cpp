// What the definition in plain ops (tests/attention/seq2seq_test.cpp) does not
// see: threads, masks, refusals.
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "autograd/kernels/parallel.h"
#include "autograd/ops.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;

constexpr int B = 35, T = 3, S = 4, H = 17, A = 9, D = 33;

struct Operands {
  std::vector<Tensor> x;
  Tensor visible;

  Operands() {
    Rng rng(5);
    const std::vector<Shape> shapes = {{B, T, 3 * H}, {B, H},     {B, S, A},
                                       {B, S, D},     {A, H},     {A},
                                       {3 * H, D},    {3 * H, H}, {3 * H}};
    for (const Shape& shape : shapes)
      x.push_back(Tensor::normal(shape, 0, Real(0.5), rng).requires_grad(true));
  }
  Tensor run() const {
    return attention_decoder(x[0], x[1], x[2], x[3], visible,
                             {x[4], x[5], x[6], x[7], x[8]});
  }
  // The result and all gradients.
  std::vector<std::vector<Real>> results() {
    for (Tensor& operand : x) operand.zero_grad();
    Rng rng(6);
    const Tensor y = run();
    y.backward(Tensor::normal(y.shape(), 0, 1, rng));
    std::vector<std::vector<Real>> all = {y.values()};
    for (const Tensor& operand : x) all.push_back(operand.grad().values());
    return all;
  }
};

TEST(AttentionDecoder, HasTheSameBitsForAnyNumberOfThreads) {
  const int before = autograd::threads();
  Operands operands;
  autograd::set_threads(1);
  const auto wanted = operands.results();
  for (int n : {2, 3}) {
    autograd::set_threads(n);
    EXPECT_EQ(operands.results(), wanted) << n;
  }
  autograd::set_threads(before);
}

TEST(AttentionDecoder, GivesHiddenKeysNoGradientAndNoInfluence) {
  Operands operands;
  std::vector<Real> visible(S, 1);
  visible[2] = 0;
  operands.visible = Tensor::from({1, 1, S}, visible);
  const auto wanted = operands.results();
  for (int i : {2, 3})
    for (Real g : select(operands.x[std::size_t(i)].grad(), 1, 2).values())
      ASSERT_EQ(g, 0);
  select(operands.x[2], 1, 2).fill(std::numeric_limits<Real>::quiet_NaN());
  select(operands.x[3], 1, 2).fill(1000);
  EXPECT_EQ(operands.results(), wanted);
}

// A mask with a row for each step: hidden in one step, the key has no weight
// there, and what it holds changes nothing before it is read.
TEST(AttentionDecoder, TakesAMaskForEachStep) {
  Operands operands;
  std::vector<Real> visible(T * S, 1);
  visible[0 * S + 2] = visible[1 * S + 2] = 0;
  operands.visible = Tensor::from({1, T, S}, visible);
  const Tensor before = operands.run();
  select(operands.x[3], 1, 2).fill(1000);
  const Tensor after = operands.run();
  EXPECT_EQ(slice(after, 1, 0, 2).values(), slice(before, 1, 0, 2).values());
  EXPECT_NE(slice(after, 1, 2, 3).values(), slice(before, 1, 2, 3).values());
}

TEST(AttentionDecoder, RefusesWhatDoesNotFit) {
  for (std::size_t i = 0; i < 9; ++i) {
    Operands operands;
    Tensor& x = operands.x[i];
    x = slice(x, 0, 0, x.size(0) - 1);
    EXPECT_THROW(operands.run(), std::invalid_argument) << i;
    x = {};
    EXPECT_THROW(operands.run(), std::invalid_argument) << i;
  }
  Operands operands;
  operands.visible = Tensor::ones({B, T + 1, S});
  EXPECT_THROW(operands.run(), std::invalid_argument);
}

}  // namespace
