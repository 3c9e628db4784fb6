// Stacks that compute their layers again in backward.
#include <gtest/gtest.h>

#include <thread>

#include "attention/gpt.h"
#include "autograd/memory.h"
#include "autograd/ops.h"
#include "tests/support/same_bits.h"

namespace attention {
namespace {

using tests::expect_same;

GptOptions small(bool recompute) {
  GptOptions o;
  o.words = 11;
  o.width = 16;
  o.heads = 4;
  o.layers = 3;
  o.context = 9;
  o.dropout = Real(0.2);
  o.recompute = recompute;
  return o;
}

nn::Indices ids(int B, int T, int words) {
  std::vector<int> values;
  for (int i = 0; i < B * T; ++i) values.push_back(i * i % words);
  return nn::Indices({B, T}, values);
}

// Gradients, and then the loss and what the next draw is.
std::vector<std::vector<Real>> trained(const GptOptions& options) {
  Rng rng(2);
  const Gpt model(options, rng);
  const Tensor loss = model.loss(ids(3, 9, 11), ids(3, 9, 7), &rng);
  loss.backward();
  std::vector<std::vector<Real>> result;
  for (const auto& [name, tensor] : model.parameters())
    result.push_back(tensor.grad().values());
  result.push_back({loss.item(), rng.uniform()});
  return result;
}

TEST(Recompute, GivesAGptTheSameBits) {
  for (const bool like_llama : {false, true}) {
    GptOptions plain = small(false), again = small(true);
    if (like_llama) {
      plain.shared_heads = again.shared_heads = 2;
      plain = llama(plain);
      again = llama(again);
    }
    const auto wanted = trained(plain), got = trained(again);
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) expect_same(got[i], wanted[i]);
  }
}

TEST(Recompute, GivesATransformerTheSameBits) {
  std::vector<std::vector<Real>> wanted;
  for (const bool recompute : {false, true}) {
    TransformerOptions o;
    o.width = 8;
    o.heads = 2;
    o.feed_forward = 12;
    o.encoder_layers = o.decoder_layers = 2;
    o.weight_dropout = o.hidden_dropout = Real(0.1);
    o.recompute = recompute;
    Rng rng(4);
    const Transformer model(o, rng);
    Tensor source = Tensor::normal({2, 7, 8}, 0, 1, rng);
    Tensor target = Tensor::normal({2, 5, 8}, 0, 1, rng);
    source.requires_grad(true);
    target.requires_grad(true);
    const Mask mask = Mask::padding({7, 3}, 7);
    const Tensor y =
        model(source, target, mask, Mask::causal(5, 5), mask, &rng);
    sum(y * y * y).backward();
    std::vector<std::vector<Real>> got = {y.values(), source.grad().values(),
                                          target.grad().values()};
    for (const auto& [name, tensor] : model.parameters())
      got.push_back(tensor.grad().values());
    if (recompute) {
      ASSERT_EQ(got.size(), wanted.size());
      for (std::size_t i = 0; i < got.size(); ++i)
        expect_same(got[i], wanted[i]);
    }
    wanted = got;
  }
}

// What a thread of its own took from the system for a step.
std::int64_t bytes_taken(bool recompute) {
  GptOptions options = small(recompute);
  options.layers = 6;
  options.width = 64;
  options.context = 64;
  std::int64_t bytes = 0;
  std::thread([&] {
    Rng rng(1);
    const Gpt model(options, rng);
    const auto before = autograd::memory_use().system_bytes;
    model.loss(ids(8, 64, 11), ids(8, 64, 7), &rng).backward();
    bytes = autograd::memory_use().system_bytes - before;
  }).join();
  return bytes;
}

TEST(Recompute, NeedsLessMemory) {
#ifdef ATTENTION_SANITIZED
  GTEST_SKIP() << "under a sanitizer no block is kept";
#endif
  const auto plain = bytes_taken(false), less = bytes_taken(true);
  EXPECT_LT(2 * less, plain) << less << " of " << plain;
}

}  // namespace
}  // namespace attention
