#include "nn/conv_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "nn/recall.h"
#include "tests/support/expect.h"

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Tensor;
using nn::ConvReader;

// What word t of 80 changes at the end, for all t.
std::vector<double> felt(bool dilated) {
  Rng rng(1);
  const ConvReader reader(nn::recall_reader, dilated, rng);
  Tensor x = Tensor::normal({2, 80, 16}, 0, 1, rng);
  x.requires_grad(true);
  return nn::influence(reader.last_state(x), x);
}

TEST(ConvReader, SeesTenWordsBackAndDilatedSixtyTwo) {
  const auto near = felt(false), far = felt(true);
  EXPECT_GT(near[79 - 10], 0);
  EXPECT_EQ(near[79 - 11], 0);
  EXPECT_GT(far[79 - 62], 0);
  EXPECT_EQ(far[79 - 63], 0);
}

TEST(ConvReader, PaddingChangesNothing) {
  Rng rng(1);
  const ConvReader reader(nn::recall_reader, true, rng);
  const autograd::Indices alone({1, 3}, {2, 9, 12}),
      padded({2, 5}, {2, 9, 12, 0, 0, 1, 8, 9, 10, 11});
  const Tensor a = reader(alone, {3}), b = reader(padded, {3, 5});
  for (int i = 0; i < a.size(1); ++i) EXPECT_EQ(a.at({0, i}), b.at({0, i}));
}

TEST(ConvReader, LayersByHand) {
  Rng rng(1);
  ConvReader reader({.words = 2, .answers = 1, .width = 1, .hidden = 1}, false,
                    rng);
  for (const auto& [name, tensor] : reader.parameters()) Tensor(tensor).fill(0);
  // The first layer passes on the word two before, the others their own.
  reader.layers[0].weight.set({0, 0}, 1);
  for (std::size_t i = 1; i < reader.layers.size(); ++i)
    reader.layers[i].weight.set({0, 2}, 1);
  const Tensor x = Tensor::from({1, 3, 1}, {Real(0.5), 3, 4});
  double wanted = 0.5;
  for (int i = 0; i < 5; ++i) wanted = std::tanh(wanted);
  EXPECT_NEAR(reader.last_state(x).item(), wanted, 1e-6);
}

TEST(ConvReader, ListsAllParameters) {
  Rng rng(1);
  const ConvReader reader(nn::recall_reader, false, rng);
  EXPECT_EQ(reader.parameters().size(), 1u + 5 * 2 + 2);
}

}  // namespace
