// Cells and whole sequences against differences: inputs, states and every
// parameter, with sequences of several lengths.
#include <gtest/gtest.h>

#include "autograd/gradcheck.h"
#include "nn/rnn.h"

namespace {

using autograd::check_gradients;
using autograd::Rng;
using autograd::Tensor;

template <class Layer>
struct RecurrentGradient : testing::Test {};
using Kinds = testing::Types<nn::Rnn, nn::ReluRnn, nn::Gru, nn::Lstm>;
TYPED_TEST_SUITE(RecurrentGradient, Kinds);

// The layer's own parameters follow: the checker moves them in place.
std::vector<Tensor> inputs(const Tensor& x, const Tensor& state,
                           const nn::Parameters& parameters) {
  std::vector<Tensor> all = {Tensor(x).requires_grad(true),
                             Tensor(state).requires_grad(true)};
  for (const auto& [name, tensor] : parameters) all.push_back(tensor);
  return all;
}

TYPED_TEST(RecurrentGradient, OfOneStep) {
  using Cell = typename decltype(TypeParam::cells)::value_type;
  for (int H : {1, 7, 9}) {
    Rng rng(3);
    const Cell cell({.input = 3, .hidden = H}, rng);
    const Tensor x = Tensor::normal({2, 3}, 0, 1, rng);
    const Tensor state = Tensor::normal(cell.state_shape(2), 0, 1, rng);
    EXPECT_NO_THROW(check_gradients(
        "cell", [&](const auto& in) { return cell(in[0], in[1]); },
        inputs(x, state, cell.parameters())));
  }
}

TYPED_TEST(RecurrentGradient, OfWholeSequences) {
  Rng rng(4);
  const TypeParam layer(
      {.input = 2, .hidden = 3, .layers = 2, .bidirectional = true}, rng);
  const Tensor x = Tensor::normal({3, 4, 2}, 0, 1, rng);
  const Tensor state = Tensor::normal(layer(x).state.shape(), 0, 1, rng);
  EXPECT_NO_THROW(check_gradients(
      "sequence",
      [&](const auto& in) {
        const auto result = layer(in[0], {3, 4, 1}, in[1]);
        return autograd::concat(
            {reshape(result.outputs, {-1}), reshape(result.state, {-1})}, 0);
      },
      inputs(x, state, layer.parameters())));
}

}  // namespace
