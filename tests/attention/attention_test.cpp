#include "attention/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "autograd/counter.h"
#include "autograd/random.h"
#include "tests/support/expect.h"
#include "tests/support/same_bits.h"

namespace attention {
namespace {

using tests::expect_near;

using autograd::Counter;
using autograd::Real;
using autograd::Rng;
using autograd::Shape;

const Tensor words = Tensor::from({1, 3, 3}, {5, 0, 1,    // Tom
                                              0, 1, 1,    // chase
                                              1, 1, 0});  // Jerry

// Attention of widths 4 (query) and 6 (key), and something to attend to.
struct Example {
  Example() : rng(1), attend(AdditiveScore({4, 6, 9}, rng)) {
    query = Tensor::uniform({2, 3, 4}, -1, 1, rng);
    keys = Tensor::uniform({2, 5, 6}, -1, 1, rng);
    values = Tensor::uniform({2, 5, 7}, -1, 1, rng);
  }
  Rng rng;
  BahdanauAttention attend;
  Tensor query, keys, values;
};

TEST(Attention, TomChaseJerryByHand) {
  const Tensor query = Tensor::from({1, 3}, {10, 5, 10});
  const Attention<DotScore> dot;
  const auto [context, weights] = dot(query, dot.prepare(words, words));
  EXPECT_EQ(weights.shape(), (Shape{1, 3}));
  expect_near(weights, {1, 0, 0});
  EXPECT_NEAR(weights.at({0, 1}) / 2.8625186e-20, 1, 1e-5);  // exp(-45)
  expect_near(context, {5, 0, 1});
}

TEST(Attention, TomChaseJerryCooler) {
  // W = ln 3 / 45 makes the scores' gap ln 3: weights 3 : 1 : 1
  Rng rng(1);
  Attention<GeneralScore> general(GeneralScore({.query = 3, .key = 3}, rng));
  const Real w = std::log(Real(3)) / 45;
  general.score.key.weight.copy_from({w, 0, 0, 0, w, 0, 0, 0, w});
  const auto [context, weights] = general(Tensor::from({1, 1, 3}, {10, 5, 10}),
                                          general.prepare(words, words));
  expect_near(weights, {Real(0.6), Real(0.2), Real(0.2)});
  expect_near(context, {Real(3.2), Real(0.4), Real(0.8)});
}

TEST(Attention, StepsAreQueriesOneByOne) {
  const Example x;
  const Memory memory =
      x.attend.prepare(x.keys, x.values, Mask::padding({5, 3}, 5));
  const auto [context, weights] = x.attend(x.query, memory);
  EXPECT_EQ(context.shape(), (Shape{2, 3, 7}));
  EXPECT_EQ(weights.shape(), (Shape{2, 3, 5}));
  for (int t = 0; t < 3; ++t) {
    const auto step = x.attend(autograd::select(x.query, 1, t), memory);
    EXPECT_EQ(step.context.values(), autograd::select(context, 1, t).values());
    EXPECT_EQ(step.weights.values(), autograd::select(weights, 1, t).values());
  }
}

TEST(Attention, ProjectsKeysOnceASentence) {
  const Example x;
  const Counter counter;
  const Memory memory = x.attend.prepare(x.keys, x.values);
  const auto prepared = counter.total().multiply_adds;
  EXPECT_EQ(prepared, 2 * 5 * 6 * 9);
  for (int t = 0; t < 3; ++t) x.attend(autograd::select(x.query, 1, t), memory);
  const int query = 2 * 4 * 9, score = 2 * 5 * 9, read = 2 * 5 * 7;
  EXPECT_EQ(counter.total().multiply_adds - prepared,
            3 * (query + score + read));
}

TEST(Attention, LeavesFiniteMemoriesAsTheyAre) {
  const Example x;
  const Memory memory =
      x.attend.prepare(x.keys, x.values, Mask::padding({5, 3}, 5));
  EXPECT_EQ(memory.values.node(), x.values.node());
  EXPECT_FALSE(memory.by_query);
}

TEST(Attention, CleansHiddenNanWhereItMust) {
  Example x;
  x.values.set({1, 4, 0}, std::numeric_limits<Real>::quiet_NaN());
  const Mask padding = Mask::padding({5, 4}, 5);
  const Memory one = x.attend.prepare(x.keys, x.values, padding);
  EXPECT_EQ(one.values.shape(), x.values.shape());
  EXPECT_EQ(one.values.at({1, 4, 0}), 0);
  EXPECT_EQ(one.values.at({0, 4, 0}), x.values.at({0, 4, 0}));
  // A mask by query: each query has a memory of its own.
  const Memory many =
      x.attend.prepare(x.keys, x.values, padding & Mask::window(3, 5, 2, 2));
  EXPECT_TRUE(many.by_query);
  EXPECT_EQ(many.values.shape(), (Shape{6, 5, 7}));
  const auto [context, weights] = x.attend(x.query, many);
  EXPECT_EQ(context.shape(), (Shape{2, 3, 7}));
  for (Real c : context.values()) EXPECT_TRUE(std::isfinite(c));
}

// The frame carries scores and alignments that look back: e + 2 alpha_{t-1}
// (location-aware), and weights that fall off from the position.
struct LooksBack : DotScore {
  Tensor operator()(const Tensor& query, const Tensor& keys,
                    const Step& step) const {
    return DotScore::operator()(query, keys) + step.previous * 2;
  }
};
struct KnowsItsPlace {
  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const Step& step) const {
    EXPECT_EQ(step.query.rank(), 3);
    return autograd::softmax(mask.hide(scores)) *
           Tensor(Real(1) / static_cast<Real>(step.position));
  }
};

TEST(Attention, PassesTheStepOn) {
  const Attention<LooksBack, KnowsItsPlace> attend;
  const Real ln2 = std::log(Real(2));
  Step step;
  step.position = 2;
  step.previous = Tensor::from({1, 1, 2}, {0, ln2 / 2});
  const Memory memory =
      attend.prepare(Tensor::zeros({1, 2, 3}), Tensor::ones({1, 2, 1}));
  expect_near(attend(Tensor::ones({1, 3}), memory, step).weights,
              {Real(1) / 6, Real(1) / 3});
  // Also where each query has a memory of its own.
  Tensor values = Tensor::ones({1, 3, 1});
  values.set({0, 2, 0}, std::numeric_limits<Real>::infinity());
  step.previous = Tensor::from({1, 2, 3}, {0, 0, 9, 0, ln2 / 2, 9});
  const auto [context, weights] =
      attend(Tensor::ones({1, 2, 3}),
             attend.prepare(Tensor::zeros({1, 3, 3}), values,
                            Mask::causal(2, 3) & Mask::padding({2}, 3)),
             step);
  expect_near(weights, {Real(0.25), Real(0.25), 0,  //
                        Real(1) / 6, Real(1) / 3, 0});
  expect_near(context, {Real(0.5), Real(0.5)});
}

// ---- Heads

// Four heads of queries on two of keys and values, and a mask by query.
struct ManyHeads {
  Rng rng{4};
  Tensor query = Tensor::uniform({2, 4, 3, 6}, -1, 1, rng);
  Tensor keys = Tensor::uniform({2, 2, 5, 6}, -1, 1, rng);
  Tensor values = Tensor::uniform({2, 2, 5, 7}, -1, 1, rng);
  Mask mask = Mask::causal(3, 5) & Mask::padding({5, 2}, 5);
};

// Head h reads head h / 2, as an attention of its own would.
template <class Score>
void expect_separate(const Attention<Score>& attend, const ManyHeads& x) {
  const auto [context, weights] =
      attend(x.query, attend.prepare(x.keys, x.values, x.mask));
  ASSERT_EQ(context.shape(), (Shape{2, 4, 3, 7}));
  ASSERT_EQ(weights.shape(), (Shape{2, 4, 3, 5}));
  for (int h = 0; h < 4; ++h) {
    const auto alone =
        attend(autograd::select(x.query, 1, h),
               attend.prepare(autograd::select(x.keys, 1, h / 2),
                              autograd::select(x.values, 1, h / 2), x.mask));
    tests::expect_same(autograd::select(context, 1, h).values(),
                       alone.context.values());
    tests::expect_same(autograd::select(weights, 1, h).values(),
                       alone.weights.values());
  }
}

TEST(Attention, HeadsAreSeparateAttentions) {
  ManyHeads x;
  const Attention general(GeneralScore({.query = 6, .key = 6}, x.rng));
  const Attention additive(
      AdditiveScore({.query = 6, .key = 6, .width = 9}, x.rng));
  for (const Real hidden : {Real(0.5), std::numeric_limits<Real>::infinity()}) {
    x.values.set({1, 0, 3, 1}, hidden);
    x.keys.set({1, 1, 2, 0}, hidden);
    expect_separate(Attention<DotScore>(), x);
    expect_separate(Attention<ScaledDotScore>(), x);
    expect_separate(general, x);
    expect_separate(additive, x);
  }
}

TEST(Attention, RefusesHeadsThatDoNotShareEvenly) {
  const ManyHeads x;
  const Attention<DotScore> attend;
  const Memory memory = attend.prepare(x.keys, x.values);
  for (int heads : {1, 3}) {
    const Tensor query = autograd::slice(x.query, 1, 0, heads);
    EXPECT_THROW(attend(query, memory), std::invalid_argument);
    EXPECT_THROW(attend.context(query, memory), std::invalid_argument);
  }
  EXPECT_THROW(attend(autograd::select(x.query, 1, 0), memory),
               std::invalid_argument);
  EXPECT_THROW(attend.prepare(x.keys, autograd::slice(x.values, 1, 0, 1)),
               std::invalid_argument);
}

// ---- The context alone

// A score that changes another is not taken for it.
struct Colder : ScaledDotScore {
  Tensor operator()(const Tensor& query, const Tensor& keys) const {
    return ScaledDotScore::operator()(query, keys) * Real(2);
  }
};
static_assert(Streamable<DotScore> && Streamable<ScaledDotScore> &&
              Streamable<Softmax> && Streamable<Expectation>);
static_assert(!Streamable<Colder> && !Streamable<AdditiveScore> &&
              !Streamable<KnowsItsPlace>);

template <class Score>
void expect_context(const Attention<Score>& attend, const Tensor& query,
                    const Memory& memory) {
  const Tensor wanted = attend(query, memory).context;
  const Tensor got = attend.context(query, memory);
  ASSERT_EQ(got.shape(), wanted.shape());
  const auto values = wanted.values();
  expect_near(got, {values.begin(), values.end()});
}

TEST(Attention, ContextAloneIsTheSame) {
  const ManyHeads x;
  const Attention<ScaledDotScore> scaled;
  const Attention<DotScore> dot;
  const Attention<Colder> colder;
  for (const Mask& mask : {x.mask, Mask(), Mask::padding({4}, 5)}) {
    expect_context(scaled, x.query, scaled.prepare(x.keys, x.values, mask));
    expect_context(dot, x.query, dot.prepare(x.keys, x.values, mask));
    expect_context(colder, x.query, colder.prepare(x.keys, x.values, mask));
    const Tensor query = autograd::select(x.query, 1, 3);
    const Memory memory = scaled.prepare(
        autograd::select(x.keys, 1, 1), autograd::select(x.values, 1, 1), mask);
    expect_context(scaled, query, memory);  // [B, T, *]
    if (!mask.by_query())
      expect_context(scaled, autograd::select(query, 1, 0), memory);  // [B, *]
  }
}

TEST(Attention, IsALayer) {
  static_assert(nn::Layer<BahdanauAttention>);
  static_assert(nn::Layer<Attention<DotScore>>);
  const Example x;
  EXPECT_EQ(x.attend.parameters().size(), 4u);
  EXPECT_EQ(x.attend.parameters()[0].name, "query.weight");
  EXPECT_TRUE(Attention<DotScore>().parameters().empty());
  const BahdanauAttention copy = x.attend;
  copy.parameters()[0].tensor.fill(0);
  EXPECT_NE(x.attend.score.query.weight.at({0, 0}), 0);
}

TEST(Attention, RefusesShapesThatDoNotFit) {
  const Example x;
  auto prepare = [&](const Tensor& keys, const Tensor& values,
                     const Mask& mask = {}) {
    return x.attend.prepare(keys, values, mask);
  };
  EXPECT_THROW(prepare(x.keys, autograd::slice(x.values, 1, 0, 4)),
               std::invalid_argument);
  EXPECT_THROW(prepare(autograd::select(x.keys, 0, 0), x.values),
               std::invalid_argument);
  EXPECT_THROW(prepare(x.keys, x.values, Mask::padding({1, 2, 3}, 5)),
               std::invalid_argument);
  EXPECT_THROW(prepare(x.keys, x.values, Mask::padding({1, 2}, 4)),
               std::invalid_argument);
  const Memory memory = prepare(x.keys, x.values, Mask::causal(3, 5));
  EXPECT_NO_THROW(x.attend(x.query, memory));
  EXPECT_THROW(x.attend(autograd::slice(x.query, 1, 0, 2), memory),
               std::invalid_argument);
  EXPECT_THROW(x.attend(autograd::slice(x.query, 0, 0, 1), memory),
               std::invalid_argument);
  EXPECT_THROW(x.attend(Tensor::ones({4}), memory), std::invalid_argument);
  EXPECT_THROW(x.attend(Tensor::ones({2, 3, 5}), memory),
               std::invalid_argument);
}

}  // namespace
}  // namespace attention
