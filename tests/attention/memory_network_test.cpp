#include "attention/memory_network.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"

namespace attention {
namespace {

using autograd::Real;
using autograd::Rng;
using tests::expect_near;

// A memory that is searched and read is the frame with one more name: where
// keys and values are one, it is attention over them.
TEST(KeyValueMemory, IsAttentionWhereKeysAreValues) {
  for (const int S : {1, 7, 8, 9, 33}) {
    Rng rng(1);
    const Tensor x = Tensor::uniform({2, S, 5}, -1, 1, rng);
    const Tensor query = Tensor::uniform({2, 3, 5}, -1, 1, rng);
    const Hops once({.width = 5, .hops = 1}, rng);
    const auto read = once(query, once.attend.prepare(x, x)).reads[0];
    // z = sum_i softmax(x_i . q) x_i, written out
    const Tensor weights =
        autograd::softmax(autograd::matmul(query, autograd::transpose(x)));
    const auto z = autograd::matmul(weights, x).values();
    const auto w = weights.values();
    expect_near(read.context, {z.begin(), z.end()}, 1e-6);
    expect_near(read.weights, {w.begin(), w.end()}, 1e-6);
  }
}

// Two pairs, (1, 0) -> (0, 3) and (0, 1) -> (4, 0), and the question (20, 0).
// The first hop reads (0, 3); the second asks with 2 (20, 0) + (0, 3) where H
// doubles, so with (40, 3).
TEST(Hops, WorkedByHand) {
  Rng rng(1);
  Hops hops({.width = 2, .hops = 2}, rng);
  EXPECT_EQ(hops.update.weight.values(), (std::vector<Real>{1, 0, 0, 1}));
  hops.update.weight.copy_from({2, 0, 0, 2});
  const Memory memory =
      hops.attend.prepare(Tensor::from({1, 2, 2}, {1, 0, 0, 1}),
                          Tensor::from({1, 2, 2}, {0, 3, 4, 0}));
  const auto outcome = hops(Tensor::from({1, 2}, {20, 0}), memory);
  ASSERT_EQ(outcome.reads.size(), 2u);
  expect_near(outcome.reads[0].weights, {1, 0});
  expect_near(outcome.reads[0].context, {0, 3});
  expect_near(outcome.state, {80, 9});
}

// What is read in the first hop is what the second asks for.
TEST(Hops, FollowAChain) {
  Rng rng(1);
  const Hops hops({.width = 3, .hops = 3}, rng);
  Tensor keys = Tensor::zeros({1, 3, 3}), values = Tensor::zeros({1, 3, 3});
  for (int i = 0; i < 3; ++i) {  // i leads to i + 1
    keys.set({0, i, i}, 1);
    values.set({0, i, (i + 1) % 3}, Real(i == 0 ? 100 : 10000));
  }
  const auto outcome =
      hops(Tensor::from({1, 3}, {20, 0, 0}), hops.attend.prepare(keys, values));
  for (int i = 0; i < 3; ++i)
    EXPECT_GT(outcome.reads[std::size_t(i)].weights.at({0, i}), 0.99) << i;
}

TEST(MemoryNetwork, AgreesWithPyTorch) {
  const tests::Golden golden("memory", "network");
  Rng rng(1);
  const MemoryNetwork network(
      {.words = 9, .answers = 4, .width = 6, .hops = 2, .sentences = 6}, rng);
  golden.load(network.parameters());
  const Tensor sentences = golden.variable("sentences"),
               questions = golden.variable("questions");
  const auto [scores, reads] = network(
      questions, network.remember(sentences, golden.integers("lengths")));
  golden.expect("scores", scores);
  golden.expect("first", reads[0].weights);
  golden.expect("second", reads[1].weights);
  (autograd::sum(scores * golden["grad.scores"]) +
   autograd::sum(reads[0].weights * golden["grad.first"]) +
   autograd::sum(reads[1].weights * golden["grad.second"]))
      .backward();
  golden.expect_gradients(network.parameters());
  golden.expect_gradients({{"sentences", sentences}, {"questions", questions}});
}

TEST(MemoryNetwork, UsesEveryParameterThatItLists) {
  for (const bool key_value : {true, false}) {
    Rng rng(2);
    MemoryNetworkOptions options{.words = 5, .answers = 3, .width = 4};
    options.hops = 2;
    options.sentences = 3;
    options.key_value = key_value;
    const MemoryNetwork network(options, rng);
    const Tensor sentences = Tensor::uniform({2, 3, 5}, 0, 1, rng);
    const Tensor questions = Tensor::uniform({2, 5}, 0, 1, rng);
    tests::check_layer(network, [&](const MemoryNetwork& n) {
      return n(questions, n.remember(sentences, {3, 2})).scores;
    });
  }
}

// The story's last sentence has age 0, however long the others are.
TEST(MemoryNetwork, PaddingChangesNothing) {
  Rng rng(3);
  const MemoryNetwork network(
      {.words = 5, .answers = 3, .width = 8, .hops = 2, .sentences = 9}, rng);
  const Tensor sentences = Tensor::uniform({1, 4, 5}, 0, 1, rng);
  const Tensor question = Tensor::uniform({1, 5}, 0, 1, rng);
  const auto alone = network(question, network.remember(sentences, {4}));
  const Tensor padded =
      autograd::concat({sentences, Tensor::ones({1, 5, 5})}, 1);
  const auto among = network(question, network.remember(padded, {4}));
  const auto wanted = alone.scores.values();
  expect_near(among.scores, {wanted.begin(), wanted.end()}, 1e-6);
}

TEST(MemoryNetwork, RefusesWhatDoesNotFit) {
  Rng rng(4);
  EXPECT_NE(tests::thrown([&] {
              Hops({.width = 4, .hops = 0}, rng);
            }).find("[Hops] wanted at least one hop, got 0"),
            std::string::npos);
  const MemoryNetwork network(
      {.words = 5, .answers = 3, .width = 4, .sentences = 2}, rng);
  EXPECT_THROW(network.remember(Tensor::ones({1, 3, 5}), {3}),
               std::invalid_argument);
  EXPECT_THROW(network.remember(Tensor::ones({1, 2, 5}), {2, 2}),
               std::invalid_argument);
  EXPECT_THROW(network.remember(Tensor::ones({1, 2, 4}), {2}),
               std::invalid_argument);
}

}  // namespace
}  // namespace attention
