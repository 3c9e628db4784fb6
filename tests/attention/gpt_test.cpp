#include "attention/gpt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/graph.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"
#include "tests/support/same_bits.h"

namespace attention {
namespace {

using autograd::slice;
using nn::Indices;
using tests::Golden;

GptOptions gpt2() {
  GptOptions o;
  o.words = 11;
  o.width = 8;
  o.heads = 2;
  o.layers = 2;
  o.context = 40;
  o.feed_forward = 12;
  return o;
}

GptOptions llama_small() {
  GptOptions o = llama(gpt2());
  o.heads = 4;
  o.shared_heads = 2;
  return o;
}

std::vector<GptOptions> every_kind() {
  std::vector<GptOptions> all = {gpt2(), llama_small()};
  for (PositionKind kind : {PositionKind::none, PositionKind::sinusoidal,
                            PositionKind::alibi, PositionKind::relative}) {
    all.push_back(gpt2());
    all.back().position = kind;
  }
  return all;
}

Indices row(const std::vector<int>& ids) {
  return Indices({1, static_cast<int>(ids.size())}, ids);
}

std::vector<int> some_ids(int count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<int> ids;
  for (int i = 0; i < count; ++i) ids.push_back(rng.below(11));
  return ids;
}

void expect_near(const Tensor& got, const Tensor& wanted,
                 double tolerance = 1e-5) {
  ASSERT_EQ(got.shape(), wanted.shape());
  const auto a = got.values(), b = wanted.values();
  for (std::size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(double(a[i]), double(b[i]), tolerance) << i;
}

TEST(Gpt, AgreesWithPyTorch) {
  for (const bool is_llama : {false, true}) {
    SCOPED_TRACE(is_llama ? "llama" : "gpt2");
    const Golden golden("gpt", is_llama ? "llama" : "gpt2");
    GptOptions o = is_llama ? llama_small() : gpt2();
    o.context = 6;
    Rng rng(1);
    const Gpt model(o, rng);
    golden.load(model.parameters());
    const Tensor logits =
        model.logits(Indices({3, 5}, golden.integers("ids")), nullptr);
    golden.expect("logits", logits);
    logits.backward(golden["grad.logits"]);
    golden.expect_gradients(model.parameters());
  }
}

// GPT-2 small and what its authors' files hold; Llama 7B (Touvron et al. 2023).
TEST(Gpt, CountsWhatItTrains) {
  GptOptions small;
  small.words = 50257;
  small.width = 768;
  small.heads = small.layers = 12;
  small.context = 1024;
  EXPECT_EQ(parameter_count(small), 124'439'808);
  GptOptions seven;
  seven.words = 32000;
  seven.width = 4096;
  seven.heads = seven.layers = 32;
  seven.feed_forward = 11008;
  EXPECT_EQ(parameter_count(llama(seven)), 6'738'415'616);
  Rng rng(1);
  for (const GptOptions& o : every_kind())
    EXPECT_EQ(nn::parameter_count(Gpt(o, rng).parameters()),
              parameter_count(o));
}

TEST(Gpt, ChoosesTheWidthOfItsFeedForward) {
  GptOptions o;
  o.width = 384;
  EXPECT_EQ(stack_of(o).feed_forward, 1536);
  EXPECT_EQ(stack_of(llama(o)).feed_forward, 1024);
  o.width = 100;
  EXPECT_EQ(stack_of(llama(o)).feed_forward, 272);  // 266.7, up by eights
  o.feed_forward = 7;
  EXPECT_EQ(stack_of(llama(o)).feed_forward, 7);
}

TEST(Gpt, StartsAsGpt2) {
  GptOptions o = gpt2();
  o.words = 200;
  o.width = 64;
  o.layers = 8;
  o.feed_forward = 0;
  Rng rng(2);
  const Gpt model(o, rng);
  for (const auto& [name, tensor] : model.parameters()) {
    if (tensor.rank() < 2) continue;
    const bool last = name.find("out_proj") != std::string::npos ||
                      name.find("linear2") != std::string::npos;
    EXPECT_NEAR(std::sqrt(variance(tensor).item()), last ? 0.005 : 0.02, 0.002)
        << name;
  }
  for (Real b : model.stack.layers[0].self_attn.in_proj_bias.values())
    EXPECT_EQ(b, 0);
  for (Real w : model.stack.layers[0].norm1.parameters()[0].tensor.values())
    EXPECT_EQ(w, 1);
}

TEST(Gpt, IsALayer) {
  for (const GptOptions& o : every_kind()) {
    Rng rng(3);
    const Indices ids({2, 5}, some_ids(10, 1)), next({2, 5}, some_ids(10, 2));
    tests::check_layer(Gpt(o, rng), [&](const Gpt& model) {
      return model.loss(ids, next, nullptr);
    });
  }
}

TEST(Gpt, LeavesOutTargetsThatDoNotCount) {
  Rng rng(3);
  const Gpt model(gpt2(), rng);
  EXPECT_NEAR(model.loss(row({1, 2, 3}), row({2, -100, -100}), nullptr).item(),
              model.loss(row({1}), row({2}), nullptr).item(), 1e-6);
}

// Later words change no bit of what was said before; the length neither.
TEST(Gpt, SeesNoFuture) {
  for (const GptOptions& o : every_kind()) {
    Rng rng(4);
    const Gpt model(o, rng);
    auto ids = some_ids(33, 3);
    const Tensor whole = model.logits(row(ids), nullptr);
    for (int t : {1, 7, 8, 9, 32}) {
      const std::vector<int> begin(ids.begin(), ids.begin() + t);
      const Tensor wanted = slice(whole, 1, 0, t);
      tests::expect_same(model.logits(row(begin), nullptr).values(),
                         wanted.values());
      auto other = begin;
      while (other.size() < ids.size()) other.push_back(5);
      tests::expect_same(
          slice(model.logits(row(other), nullptr), 1, 0, t).values(),
          wanted.values());
    }
  }
}

// Feeds tokens to a decoder; what it predicts after each.
std::vector<Tensor> fed(const nn::Decoder& decoder,
                        const std::vector<int>& tokens) {
  std::vector<Tensor> all = {
      decoder.step(Indices({1, 1}, {0})).log_probabilities};
  for (int token : tokens)
    all.push_back(decoder.step(Indices({1, 1}, {token})).log_probabilities);
  return all;
}

TEST(Gpt, DecodesAsItReads) {
  for (const GptOptions& o : every_kind())
    for (int prompt : {1, 7, 20}) {
      Rng rng(5);
      const Gpt model(o, rng);
      const auto ids = some_ids(33, 4);
      const Tensor wanted =
          autograd::log_softmax(model.logits(row(ids), nullptr));
      const auto got = fed(model.decoder({{ids.begin(), ids.begin() + prompt}}),
                           {ids.begin() + prompt, ids.end()});
      for (int t = prompt; t <= 33; ++t) {
        const Tensor now = slice(wanted, 1, t - 1, t);
        const Tensor& said = got[static_cast<std::size_t>(t - prompt)];
        expect_near(said, now);
        const auto a = said.values(), b = now.values();
        EXPECT_EQ(std::max_element(a.begin(), a.end()) - a.begin(),
                  std::max_element(b.begin(), b.end()) - b.begin());
      }
    }
}

// Prompts of unequal length, side by side or alone: the same bits. So too for
// what is drawn, where each has its own generator.
TEST(Gpt, DecodesPromptsOfUnequalLength) {
  const std::vector<std::vector<int>> prompts = {
      some_ids(5, 1), some_ids(1, 2), some_ids(9, 3), some_ids(5, 4)};
  for (const GptOptions& o : every_kind()) {
    Rng rng(6);
    const Gpt model(o, rng);
    const nn::DecodeOptions tokens{.end = -1};
    const auto all = nn::greedy(model.decoder(prompts), {6, 3, 6, 2}, tokens);
    Rng draws(7);
    const auto drawn = nn::sample(model.decoder(prompts), {6, 6, 6, 6},
                                  {.temperature = 2}, draws, tokens);
    Rng again(7);
    const auto same = nn::sample(model.decoder(prompts), {6, 6, 6, 6},
                                 {.temperature = 2}, again, tokens);
    for (std::size_t i = 0; i < 4; ++i) {
      const int limit = static_cast<int>(all[i].tokens.size());
      const auto alone =
          nn::greedy(model.decoder({prompts[i]}), {limit}, tokens)[0];
      EXPECT_EQ(all[i].tokens, alone.tokens);
      tests::expect_same({all[i].log_probability}, {alone.log_probability});
      EXPECT_EQ(drawn[i].tokens, same[i].tokens);
    }
    EXPECT_EQ(all[0].tokens.size(), 6u);
    EXPECT_EQ(all[3].tokens.size(), 2u);
  }
}

TEST(Gpt, ReordersHypotheses) {
  for (const GptOptions& o : every_kind()) {
    Rng rng(8);
    const Gpt model(o, rng);
    const std::vector<int> prompt = {3, 1, 4};
    auto alone = [&](const std::vector<int>& tokens) {
      return fed(model.decoder({prompt}), tokens).back().values();
    };
    const nn::Decoder decoder = model.decoder({prompt});
    decoder.step(Indices({1, 1}, {0}));
    decoder.reorder(Indices({1, 3}, {0, 0, 0}));
    decoder.step(Indices({1, 3}, {4, 5, 6}));
    decoder.reorder(Indices({1, 2}, {2, 0}));
    const Tensor got = decoder.step(Indices({1, 2}, {7, 5})).log_probabilities;
    tests::expect_same(slice(got, 1, 0, 1).values(), alone({6, 7}));
    tests::expect_same(slice(got, 1, 1, 2).values(), alone({4, 5}));
    const auto found =
        nn::beam_search(model.decoder({prompt}), 5, {.end = 7, .beam = 3});
    EXPECT_FALSE(found.empty());
  }
}

// Rows sum to 1 over the tokens so far; a shorter prompt has zeros after.
TEST(Gpt, ShowsTheHeadThatIsChosen) {
  for (const GptOptions& o : every_kind()) {
    Rng rng(9);
    const Gpt model(o, rng);
    const nn::Decoder decoder =
        model.decoder({{1, 2, 3}, {4}}, HeadChoice{.layer = 0, .head = 1});
    for (int step = 0; step < 3; ++step) {
      const Tensor w = decoder.step(Indices({2, 1}, {5, 6})).weights;
      ASSERT_EQ(w.shape(), (nn::Shape{2, 1, 3 + step}));
      const auto rows = sum(w, {1, 2}).values();
      EXPECT_NEAR(rows[0], 1, 1e-5);
      EXPECT_NEAR(rows[1], 1, 1e-5);
      for (int s = 1 + step; s < 3 + step; ++s) EXPECT_EQ(w.at({1, 0, s}), 0);
    }
    std::vector<LayerWeights> layers;
    model.logits(row({1, 2, 3, 5, 5}), nullptr, nullptr, &layers);
    const nn::Decoder one = model.decoder({{1, 2, 3, 5, 5}}, HeadChoice{});
    expect_near(reshape(one.step(Indices({1, 1}, {0})).weights, {5}),
                select(select(head_of({}, layers[1].self), 0, 0), 0, 4), 1e-6);
  }
  Rng rng(9);
  const Gpt model(gpt2(), rng);
  EXPECT_FALSE(
      model.decoder({{1}}).step(Indices({1, 1}, {0})).weights.defined());
}

TEST(Gpt, DropsOutOnlyWhileTraining) {
  GptOptions o = gpt2();
  Rng init(10), again(10);
  const Gpt plain(o, init);
  o.dropout = Real(0.5);
  const Gpt model(o, again);
  auto run = [](const Gpt& m, Rng* training) {
    return m.logits(row({1, 2, 3}), training).values();
  };
  EXPECT_EQ(run(model, nullptr), run(plain, nullptr));
  Rng first(1), same(1);
  const auto once = run(model, &first);
  EXPECT_EQ(run(model, &same), once);
  EXPECT_NE(run(model, &first), once);
}

TEST(Gpt, RefusesWhatMakesNoSense) {
  Rng rng(1);
  using Change = void (*)(GptOptions&);
  for (Change change :
       std::vector<Change>{[](GptOptions& o) { o.words = 0; },
                           [](GptOptions& o) { o.width = 9; },
                           [](GptOptions& o) { o.layers = 0; },
                           [](GptOptions& o) { o.context = 0; },
                           [](GptOptions& o) { o.dropout = 1; }}) {
    GptOptions o = gpt2();
    change(o);
    EXPECT_THROW(Gpt(o, rng), std::invalid_argument);
  }
  GptOptions o = gpt2();
  o.context = 3;
  const Gpt model(o, rng);
  EXPECT_THROW(model.logits(row({1, 2, 3, 4}), nullptr), std::invalid_argument)
      << "longer than the context";
  EXPECT_THROW(model.logits(row({11}), nullptr), std::invalid_argument);
  EXPECT_THROW(model.logits(Indices({1}), nullptr), std::invalid_argument);
  EXPECT_THROW(model.decoder({}), std::invalid_argument);
  EXPECT_THROW(model.decoder({{1}, {}}), std::invalid_argument);
  EXPECT_THROW(model.decoder({{1}}, HeadChoice{.head = 2}),
               std::invalid_argument);
  EXPECT_THROW(model.decoder({{1}}).step(Indices({1, 2}, {0, 0})),
               std::invalid_argument);
  const nn::Decoder decoder = model.decoder({{1, 2, 3}});
  decoder.step(Indices({1, 1}, {0}));
  EXPECT_THROW(decoder.step(Indices({1, 1}, {0})), std::invalid_argument);
}

}  // namespace
}  // namespace attention
