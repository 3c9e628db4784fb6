// Whole sequences in one op against the same steps one by one.
#include <gtest/gtest.h>

#include <stdexcept>

#include "autograd/kernels/parallel.h"
#include "autograd/ops.h"
#include "tests/support/same_bits.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Sequence;
using autograd::Shape;
using autograd::Tensor;

using Op = decltype(&autograd::gru_sequence);
using Step = Tensor (*)(const Tensor&, const Tensor&, const Tensor&);

struct Kind {
  const char* name;
  Op op;
  Step step;
  int gates, parts;
};

Tensor plain(const Tensor& gi, const Tensor& gh, const Tensor&) {
  return tanh(gi + gh);
}
Tensor rectified(const Tensor& gi, const Tensor& gh, const Tensor&) {
  return relu(gi + gh);
}
Tensor lstm(const Tensor& gi, const Tensor& gh, const Tensor& state) {
  return lstm_gates(gi, gh, select(state, 0, 1));
}

const Kind kinds[] = {
    {"tanh", autograd::tanh_sequence, plain, 1, 1},
    {"relu", autograd::relu_sequence, rectified, 1, 1},
    {"gru", autograd::gru_sequence, autograd::gru_gates, 3, 1},
    {"lstm", autograd::lstm_sequence, lstm, 4, 2}};

// The definition.
Sequence step_by_step(const Kind& kind, const Tensor& gi, Tensor state,
                      const Tensor& weight, const Tensor& bias,
                      const std::vector<int>& lengths, bool reverse) {
  const int B = gi.size(0), T = gi.size(1);
  std::vector<Tensor> outputs(static_cast<std::size_t>(T));
  for (int i = 0; i < T; ++i) {
    const int t = reverse ? T - 1 - i : i;
    Tensor goes_on = Tensor::zeros({B, 1});
    for (int b = 0; b < B; ++b)
      goes_on.set({b, 0}, lengths.empty() || t < lengths[std::size_t(b)]);
    auto h = [&] { return kind.parts == 1 ? state : select(state, 0, 0); };
    const Tensor next =
        kind.step(select(gi, 1, t), linear(h(), weight, bias), state);
    state = where(goes_on, next, state);
    outputs[std::size_t(t)] = where(goes_on, h(), 0);
  }
  return {autograd::stack(outputs, 1), state};
}

struct Case {
  int B, T, H;
  bool reverse, padded;
};

// Outputs, state, and the gradients of gi, state, weight and bias.
template <class Run>
std::vector<std::vector<Real>> results(const Kind& kind, const Case& c,
                                       const Run& run) {
  const auto [B, T, H, reverse, padded] = c;
  Rng rng(3);
  auto leaf = [&](const Shape& shape) {
    return Tensor::normal(shape, 0, Real(0.5), rng).requires_grad(true);
  };
  const Shape state_shape = kind.parts == 1 ? Shape{B, H} : Shape{2, B, H};
  const Tensor gi = leaf({B, T, kind.gates * H}), state = leaf(state_shape);
  const Tensor weight = leaf({kind.gates * H, H}),
               bias = leaf({kind.gates * H});
  std::vector<int> lengths;
  if (padded)
    for (int b = 0; b < B; ++b) lengths.push_back((3 * b + 1) % (T + 1));
  const Sequence y = run(gi, state, weight, bias, lengths, reverse);
  const Tensor of_outputs = Tensor::normal({B, T, H}, 0, 1, rng),
               of_state = Tensor::normal(state_shape, 0, 1, rng);
  (sum(y.outputs * of_outputs) + sum(y.state * of_state)).backward();
  std::vector<std::vector<Real>> all = {y.outputs.values(), y.state.values()};
  for (const Tensor& x : {gi, state, weight, bias})
    all.push_back(x.grad().values());
  return all;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (int B : {1, 3, 16, 35})
    for (int H : {1, 7, 16, 33})
      all.push_back({B, B == 3 ? 1 : 4, H, H % 2 == 0, B != 16});
  all.push_back({33, 3, 140, false, true});  // 560 gates: two blocks of k
  return all;
}

TEST(Sequences, EqualTheirStepsOneByOne) {
  for (const Kind& kind : kinds)
    for (const Case& c : cases()) {
      SCOPED_TRACE(autograd::text(kind.name, " B ", c.B, " T ", c.T, " H ", c.H,
                                  " reverse ", c.reverse));
      const auto got = results(kind, c, kind.op);
      const auto wanted = results(
          kind, c, [&](auto&... x) { return step_by_step(kind, x...); });
      tests::expect_same(got[0], wanted[0]);
      tests::expect_same(got[1], wanted[1]);
      for (std::size_t i = 2; i < got.size(); ++i)
        for (std::size_t j = 0; j < got[i].size(); ++j)
          ASSERT_NEAR(
              got[i][j], wanted[i][j],
              (tests::promised ? 1e-5 : 1e-4) * (1 + std::abs(wanted[i][j])))
              << i << ' ' << j;
    }
}

TEST(Sequences, HaveTheSameBitsForAnyNumberOfThreads) {
  const int before = autograd::threads();
  for (const Kind& kind : kinds) {
    const Case c{35, 4, 33, true, true};
    autograd::set_threads(1);
    const auto wanted = results(kind, c, kind.op);
    for (int n : {2, 3}) {
      autograd::set_threads(n);
      EXPECT_EQ(results(kind, c, kind.op), wanted) << kind.name << ' ' << n;
    }
  }
  autograd::set_threads(before);
}

TEST(Sequences, TakeNoRowsAndNoColumns) {
  for (const Kind& kind : kinds)
    for (const Case& c :
         {Case{0, 2, 5, false, false}, Case{2, 2, 0, false, false}})
      for (const auto& x :
           {results(kind, c, kind.op)[0], results(kind, c, kind.op)[1]})
        EXPECT_TRUE(x.empty()) << kind.name;
}

TEST(Sequences, RefuseWhatDoesNotFit) {
  const Tensor gi = Tensor::zeros({2, 3, 15}), state = Tensor::zeros({2, 5}),
               weight = Tensor::zeros({15, 5}), bias = Tensor::zeros({15});
  using autograd::gru_sequence;
  EXPECT_NO_THROW(gru_sequence(gi, state, weight, bias, {3, 0}));
  EXPECT_THROW(gru_sequence(gi, state, weight, bias, {3}),
               std::invalid_argument);
  EXPECT_THROW(gru_sequence(gi, state, weight, bias, {3, 4}),
               std::invalid_argument);
  EXPECT_THROW(gru_sequence(gi, state, weight, bias, {3, -1}),
               std::invalid_argument);
  EXPECT_THROW(gru_sequence(select(gi, 0, 0), state, weight, bias),
               std::invalid_argument);
  EXPECT_THROW(gru_sequence(gi, state, transpose(weight), bias),
               std::invalid_argument);
  EXPECT_THROW(gru_sequence(gi, state, weight, state), std::invalid_argument);
  EXPECT_THROW(lstm_sequence(gi, state, weight, bias), std::invalid_argument);
}

}  // namespace
