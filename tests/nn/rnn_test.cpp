#include "nn/rnn.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;
using nn::RecurrentOptions;
using nn::RecurrentResult;
using tests::check_layer;
using tests::Golden;

template <class Layer>
struct Recurrent : testing::Test {};
using Kinds = testing::Types<nn::Rnn, nn::ReluRnn, nn::Gru, nn::Lstm>;

template <class Layer>
const char* file();
template <>
const char* file<nn::Rnn>() {
  return "rnn_tanh";
}
template <>
const char* file<nn::ReluRnn>() {
  return "rnn_relu";
}
template <>
const char* file<nn::Gru>() {
  return "gru";
}
template <>
const char* file<nn::Lstm>() {
  return "lstm";
}

struct KindNames {
  template <class Layer>
  static std::string GetName(int) {
    return file<Layer>();
  }
};
TYPED_TEST_SUITE(Recurrent, Kinds, KindNames);

// The states of a case: h, and for an LSTM c on top.
Tensor states(const Tensor& h, const Tensor& c) {
  return c.defined() ? autograd::stack({h, c}, 0) : h;
}

template <class Layer>
void compare(const std::string& name, const RecurrentOptions& options) {
  const Golden golden(file<Layer>(), name);
  Rng rng(1);
  const Layer layer(options, rng);
  golden.load(layer.parameters());
  const bool lstm = golden.has("c0");
  const Tensor x = golden.variable("x"), h0 = golden.variable("h0");
  const Tensor c0 = lstm ? golden.variable("c0") : Tensor();
  const auto lengths =
      golden.has("lengths") ? golden.integers("lengths") : std::vector<int>{};
  const auto [outputs, state] = layer(x, lengths, states(h0, c0));
  golden.expect("output", outputs);
  golden.expect("h_n", lstm ? select(state, 0, 0) : state);
  if (lstm) golden.expect("c_n", select(state, 0, 1));

  const Tensor dstate =
      states(golden["grad.h_n"], lstm ? golden["grad.c_n"] : Tensor());
  (sum(outputs * golden["grad.output"]) + sum(state * dstate)).backward();
  golden.expect("grad.x", x.grad());
  golden.expect("grad.h0", h0.grad());
  if (lstm) golden.expect("grad.c0", c0.grad());
  golden.expect_gradients(layer.parameters());
}

TYPED_TEST(Recurrent, AgreesWithPyTorch) {
  compare<TypeParam>("plain", {.input = 4, .hidden = 5});
  compare<TypeParam>(
      "deep", {.input = 4, .hidden = 5, .layers = 2, .bidirectional = true});
}

constexpr RecurrentOptions deep = {
    .input = 3, .hidden = 4, .layers = 2, .bidirectional = true};

TYPED_TEST(Recurrent, ForgetsNoParameter) {
  Rng rng(1);
  const Tensor x = Tensor::normal({2, 3, 3}, 0, 1, rng);
  auto forward = [&](const TypeParam& layer) { return layer(x).outputs; };
  const TypeParam layer(deep, rng);
  EXPECT_EQ(layer.parameters().size(), 16u);
  EXPECT_EQ(layer.parameters()[0].name, "weight_ih_l0");
  EXPECT_EQ(layer.parameters()[15].name, "bias_hh_l1_reverse");
  check_layer(layer, forward);
  RecurrentOptions plain = deep;
  plain.bias = false;
  check_layer(TypeParam(plain, rng), forward);
  using Cell = typename decltype(layer.cells)::value_type;
  check_layer(Cell({.input = 3, .hidden = 4}, rng), [&](const Cell& cell) {
    Rng rng(2);
    const Tensor start = Tensor::normal(cell.state_shape(2), 0, 1, rng);
    return cell(select(x, 1, 0), start);
  });
}

TYPED_TEST(Recurrent, IsItsCellStepByStep) {
  Rng rng(1);
  const TypeParam layer({.input = 3, .hidden = 4}, rng);
  const Tensor x = Tensor::normal({2, 5, 3}, 0, 1, rng);
  const RecurrentResult whole = layer(x);
  const auto& cell = layer.cells[0];
  Tensor state = cell.start(2);
  for (int t = 0; t < 5; ++t) {
    state = cell(select(x, 1, t), state);
    EXPECT_EQ(cell.hidden(state).values(),
              select(whole.outputs, 1, t).values());
  }
  EXPECT_EQ(state.values(), whole.state.values());
}

// Each sequence alone and unpadded gives the bits it gives in a padded batch,
// even one padded with NaN: outputs, states and the inputs' gradients.
TYPED_TEST(Recurrent, PaddingAndBatchMatesChangeNothing) {
  Rng rng(1);
  const TypeParam layer(deep, rng);
  const std::vector<int> lengths = {4, 7, 1};
  Tensor x = Tensor::normal({3, 9, 3}, 0, 1, rng);
  for (int b = 0; b < 3; ++b)
    slice(select(x, 0, b), 0, lengths[size_t(b)], 9)
        .fill(std::numeric_limits<Real>::quiet_NaN());
  x.requires_grad(true);
  const Tensor start = Tensor::normal(
      TypeParam(deep, rng)(Tensor::zeros({3, 1, 3})).state.shape(), 0, 1, rng);
  const RecurrentResult batch = layer(x, lengths, start);
  const Tensor weights = Tensor::normal({3, 9, 8}, 0, 1, rng);
  batch.outputs.backward(weights);
  for (const auto& [name, tensor] : layer.parameters())
    for (Real g : tensor.grad().values()) ASSERT_EQ(g, g) << name;
  for (int b = 0; b < 3; ++b) {
    const int length = lengths[size_t(b)];
    auto part = [&](const Tensor& y) {  // [1, length, ...]
      return slice(slice(y, 0, b, b + 1), 1, 0, length);
    };
    const Tensor alone = part(x.detach()).clone().requires_grad(true);
    const RecurrentResult one = layer(alone, {}, slice(start, -2, b, b + 1));
    EXPECT_EQ(one.outputs.values(), part(batch.outputs).values());
    EXPECT_EQ(one.state.values(), slice(batch.state, -2, b, b + 1).values());
    one.outputs.backward(part(weights));
    EXPECT_EQ(alone.grad().values(), part(x.grad()).values());
    for (Real y : slice(select(batch.outputs, 0, b), 0, length, 9).values())
      EXPECT_EQ(y, 0);
    for (Real g : slice(select(x.grad(), 0, b), 0, length, 9).values())
      EXPECT_EQ(g, 0);
  }
}

TYPED_TEST(Recurrent, EmptySequencesKeepTheirState) {
  Rng rng(1);
  const TypeParam layer({.input = 3, .hidden = 4}, rng);
  const RecurrentResult result =
      layer(Tensor::normal({2, 5, 3}, 0, 1, rng), {0, 5});
  for (Real y : select(result.outputs, 0, 0).values()) EXPECT_EQ(y, 0);
  for (Real y : select(result.state, -2, 0).values()) EXPECT_EQ(y, 0);
}

TYPED_TEST(Recurrent, DropsOutBetweenLayersWhileTraining) {
  Rng rng(1);
  RecurrentOptions options = deep;
  options.dropout = Real(0.5);
  const TypeParam layer(options, rng);
  const Tensor x = Tensor::normal({2, 5, 3}, 0, 1, rng);
  EXPECT_EQ(layer(x).outputs.values(), layer(x).outputs.values());
  Rng first(3), second(3);
  const Tensor trained = layer(x, {}, {}, &first).outputs;
  EXPECT_NE(trained.values(), layer(x).outputs.values());
  EXPECT_EQ(trained.values(), layer(x, {}, {}, &second).outputs.values());
  options.layers = 1;
  const TypeParam shallow(options, rng);
  EXPECT_EQ(shallow(x, {}, {}, &first).outputs.values(),
            shallow(x).outputs.values());
}

TYPED_TEST(Recurrent, RefusesWhatDoesNotFit) {
  Rng rng(1);
  const TypeParam layer({.input = 3, .hidden = 4}, rng);
  const Tensor x = Tensor::zeros({2, 5, 3});
  EXPECT_THROW(layer(Tensor::zeros({2, 5, 4})), std::invalid_argument);
  EXPECT_THROW(layer(Tensor::zeros({2, 0, 3})), std::invalid_argument);
  EXPECT_THROW(layer(Tensor::zeros({5, 3})), std::invalid_argument);
  EXPECT_THROW(layer(x, {5}), std::invalid_argument);
  EXPECT_THROW(layer(x, {5, 6}), std::invalid_argument);
  EXPECT_THROW(layer(x, {5, -1}), std::invalid_argument);
  EXPECT_THROW(layer(x, {}, Tensor::zeros({1, 1, 4})), std::invalid_argument);
  const auto& cell = layer.cells[0];
  EXPECT_THROW(cell(select(x, 1, 0), cell.start(1)), std::invalid_argument);
  EXPECT_THROW(cell(x, cell.start(2)), std::invalid_argument);
  EXPECT_THROW(TypeParam({.input = 3}, rng), std::invalid_argument);
  EXPECT_THROW(TypeParam({.input = 3, .hidden = 4, .layers = 0}, rng),
               std::invalid_argument);
  EXPECT_THROW(TypeParam({.input = 3, .hidden = 4, .dropout = 1}, rng),
               std::invalid_argument);
}

TEST(Gru, WorkedByHand) {
  // All weights 0: r = z = 1/2, n = tanh(0), h' = h / 2.
  Rng rng(1);
  const nn::GruCell cell({.input = 1, .hidden = 2}, rng);
  for (nn::NamedTensor& p : cell.parameters()) p.tensor.fill(0);
  EXPECT_EQ(cell(Tensor::ones({1, 1}), Tensor::from({1, 2}, {3, -1})).values(),
            (std::vector<Real>{1.5, -0.5}));
}

TEST(Lstm, WorkedByHand) {
  // All weights 0: i = f = o = 1/2, g = 0, c' = c / 2, h' = tanh(c') / 2.
  Rng rng(1);
  const nn::LstmCell cell({.input = 1, .hidden = 1}, rng);
  for (nn::NamedTensor& p : cell.parameters()) p.tensor.fill(0);
  const Tensor next =
      cell(Tensor::ones({1, 1}), Tensor::from({2, 1, 1}, {5, 2}));
  EXPECT_NEAR(next.values()[0], 0.3807970780, 1e-7);  // tanh(1) / 2
  EXPECT_EQ(next.values()[1], 1);
}

}  // namespace
