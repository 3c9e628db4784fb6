#include <gtest/gtest.h>

#include <stdexcept>

#include "autograd/ops.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;

using Step = Tensor (*)(const Tensor&, const Tensor&, const Tensor&);

// The two ops from plain ones.
Tensor plain_gru(const Tensor& gi, const Tensor& gh, const Tensor& h) {
  const auto a = split(gi, 1, h.size(1)), b = split(gh, 1, h.size(1));
  const Tensor r = sigmoid(a[0] + b[0]), z = sigmoid(a[1] + b[1]);
  const Tensor n = tanh(a[2] + r * b[2]);
  return (1 - z) * n + z * h;
}

Tensor plain_lstm(const Tensor& gi, const Tensor& gh, const Tensor& c) {
  const auto gates = split(gi + gh, 1, c.size(1));
  const Tensor i = sigmoid(gates[0]), f = sigmoid(gates[1]), g = tanh(gates[2]),
               o = sigmoid(gates[3]);
  const Tensor next = f * c + i * g;
  return autograd::stack({o * tanh(next), next}, 0);
}

void expect_near(const std::vector<Real>& got,
                 const std::vector<Real>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], wanted[i], 2e-6 * (1 + std::abs(wanted[i]))) << i;
}

// y and all gradients of one way to compute a step; gi is a step of a longer
// sequence, gh's gradient has a part already, and the state is a window.
std::vector<std::vector<Real>> results(Step step, int gates, int B, int H) {
  Rng rng(7);
  auto leaf = [&](const Shape& shape) {
    return Tensor::normal(shape, 0, 1, rng).requires_grad(true);
  };
  const Tensor inputs = leaf({B, 3, gates * H}), gh = leaf({B, gates * H}),
               states = leaf({H, B});
  const Tensor y = step(select(inputs, 1, 1), gh, transpose(states));
  (sum(y * Tensor::normal(y.shape(), 0, 1, rng)) + sum(gh)).backward();
  return {y.values(), inputs.grad().values(), gh.grad().values(),
          states.grad().values()};
}

TEST(Gates, EqualTheirCompositionOfPlainOps) {
  for (int B : {1, 3})
    for (int H : {1, 7, 8, 9, 33}) {
      SCOPED_TRACE(autograd::text("B ", B, " H ", H));
      const auto gru = results(autograd::gru_gates, 3, B, H),
                 lstm = results(autograd::lstm_gates, 4, B, H);
      const auto gru_wanted = results(plain_gru, 3, B, H),
                 lstm_wanted = results(plain_lstm, 4, B, H);
      for (std::size_t i = 0; i < gru.size(); ++i) {
        expect_near(gru[i], gru_wanted[i]);
        expect_near(lstm[i], lstm_wanted[i]);
      }
    }
}

TEST(Gates, TakeNoRowsAndNoColumns) {
  for (const Shape& shape : {Shape{0, 5}, Shape{2, 0}}) {
    const Tensor h = Tensor::zeros(shape);
    const Tensor three = autograd::concat({h, h, h}, 1),
                 four = autograd::concat({h, h, h, h}, 1);
    EXPECT_EQ(gru_gates(three, three, h).shape(), shape);
    EXPECT_EQ(lstm_gates(four, four, h).shape(), shape.inserted(0, 2));
  }
}

TEST(GruGates, WorkedByHand) {
  // r = z = 1/2, n = tanh(0 + 1/2 x 0) = 0, y = h / 2.
  const Tensor zero = Tensor::zeros({1, 3});
  EXPECT_EQ(gru_gates(zero, zero, Tensor::full({1, 1}, 3)).item(), 1.5);
  // An update gate of 1 keeps the state, whatever the rest says.
  const Tensor keep = Tensor::from({1, 3}, {0, 50, 50});
  EXPECT_EQ(gru_gates(keep, zero, Tensor::full({1, 1}, 3)).item(), 3);
}

TEST(LstmGates, WorkedByHand) {
  // Gates all 1 but g = tanh(0): c' = c, h' = tanh(c).
  const Tensor open = Tensor::from({1, 4}, {50, 50, 0, 50});
  const Tensor y =
      lstm_gates(open, Tensor::zeros({1, 4}), Tensor::full({1, 1}, 2));
  EXPECT_NEAR(y.values()[0], 0.9640275801, 1e-7);
  EXPECT_EQ(y.values()[1], 2);
}

TEST(Gates, RefuseShapesThatDoNotFit) {
  const Tensor h = Tensor::zeros({2, 5});
  const Tensor three = Tensor::zeros({2, 15}), four = Tensor::zeros({2, 20});
  EXPECT_THROW(gru_gates(four, three, h), std::invalid_argument);
  EXPECT_THROW(gru_gates(three, four, h), std::invalid_argument);
  EXPECT_THROW(gru_gates(three, three, Tensor::zeros({5})),
               std::invalid_argument);
  EXPECT_THROW(gru_gates(three, three, {}), std::invalid_argument);
  EXPECT_THROW(lstm_gates(three, four, h), std::invalid_argument);
  EXPECT_THROW(lstm_gates(four, Tensor::zeros({1, 20}), h),
               std::invalid_argument);
}

}  // namespace
