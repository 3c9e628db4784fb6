#include "attention/multihead.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/counter.h"
#include "autograd/graph.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"
#include "tests/support/same_bits.h"

namespace attention {
namespace {

using autograd::NoGrad;
using autograd::Rng;
using autograd::select;
using autograd::Shape;
using autograd::slice;
using tests::expect_close;
using tests::expect_near;
using tests::expect_same;

MultiHeadOptions sizes(int width, int heads, int shared = 0) {
  MultiHeadOptions options;
  options.width = width;
  options.heads = heads;
  options.shared_heads = shared;
  return options;
}

MultiHeadOptions placed(PositionKind kind, int shared = 0) {
  MultiHeadOptions options = sizes(8, 4, shared);
  options.position.kind = kind;
  options.position.clip = 3;
  return options;
}

// The kinds that heads know of.
const PositionKind kinds[] = {PositionKind::none, PositionKind::rotary,
                              PositionKind::alibi, PositionKind::relative};

// Query (1, 2), keys (ln 3, 0) and (0, ln 2 / 2), a coordinate for each head:
// weights 3/4, 1/4 and 1/3, 2/3. Values (4, 3) and (8, 6): contexts 5 and 5.
TEST(MultiHead, WorkedByHand) {
  Rng rng(1);
  MultiHeadAttention layer(sizes(2, 2), rng);
  layer.in_proj_weight.copy_from({1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1});
  layer.out_proj->weight.copy_from({1, 1, 0, 2});
  layer.out_proj->bias.copy_from(std::vector<Real>{0.5, -1});
  const Tensor query = Tensor::from({1, 1, 2}, {1, 2});
  const Tensor keys =
      Tensor::from({1, 2, 2}, {std::log(Real(3)), 0, 0, std::log(Real(2)) / 2});
  const Heads heads =
      layer.project(keys, Tensor::from({1, 2, 2}, {4, 3, 8, 6}));
  const auto [y, weights] = layer.with_weights(query, heads, Mask(), nullptr);
  EXPECT_EQ(weights.shape(), (Shape{1, 2, 1, 2}));
  expect_near(weights, {0.75, 0.25, 1.0 / 3, 2.0 / 3});
  expect_near(y, {10.5, 9});
  expect_near(layer(query, heads, Mask(), nullptr), {10.5, 9});
}

// ---- What heads are

// Each head is an attention of its own over its rows of the projections.
TEST(MultiHead, IsAsManySeparateAttentions) {
  for (int shared : {0, 2, 1}) {
    Rng rng(2);
    const MultiHeadAttention layer(sizes(12, 4, shared), rng);
    const int D = 3, G = layer.options.shared_heads;
    const Tensor x = Tensor::uniform({2, 5, 12}, -1, 1, rng);
    const Mask mask = Mask::padding({5, 3}, 5);
    const Attention<ScaledDotScore> attend;
    auto projected = [&](int head) {
      return autograd::linear(
          x, slice(layer.in_proj_weight, 0, head * D, (head + 1) * D),
          slice(layer.in_proj_bias, 0, head * D, (head + 1) * D));
    };
    std::vector<Tensor> contexts, weights;
    for (int h = 0; h < 4; ++h) {
      const int g = h / (4 / G);
      const auto result =
          attend(projected(h),
                 attend.prepare(projected(4 + g), projected(4 + G + g), mask));
      contexts.push_back(result.context);
      weights.push_back(result.weights);
    }
    const auto [y, all] =
        layer.with_weights(x, layer.project(x, x), mask, nullptr);
    expect_close(all, autograd::stack(weights, 1));
    expect_close(y, (*layer.out_proj)(autograd::concat(contexts, 2)));
    expect_close(layer(x, mask, nullptr), y);
  }
}

// The other definition of articles: many queries read the same keys and values,
// and what they read stands side by side.
TEST(MultiHead, ManyQueriesWithoutALastProjection) {
  Rng rng(3);
  MultiHeadOptions options = sizes(6, 3, 1);
  options.output = false;
  const MultiHeadAttention layer(options, rng);
  EXPECT_EQ(layer.in_proj_weight.shape(), (Shape{6 + 2 + 2, 6}));
  EXPECT_EQ(layer.parameters().size(), 2u);
  const Tensor x = Tensor::uniform({2, 4, 6}, -1, 1, rng);
  const auto [q, heads] = layer.split(x);
  const Tensor keys = select(heads.keys, 1, 0),
               values = select(heads.values, 1, 0);
  const Attention<ScaledDotScore> attend;
  std::vector<Tensor> contexts;
  for (int h = 0; h < 3; ++h)
    contexts.push_back(
        attend(select(q, 1, h), attend.prepare(keys, values)).context);
  expect_close(layer(x, {}, nullptr), autograd::concat(contexts, 2));
}

TEST(MultiHead, HeadsAreWindows) {
  Rng rng(4);
  const MultiHeadAttention layer(sizes(8, 4, 2), rng);
  const Tensor x = Tensor::uniform({2, 3, 8}, -1, 1, rng);
  const autograd::Counter counter;
  const auto [q, heads] = layer.split(x);
  EXPECT_EQ(counter.total().multiply_adds, 2 * 3 * 8 * (8 + 4 + 4));
  EXPECT_EQ(q.shape(), (Shape{2, 4, 3, 2}));
  EXPECT_EQ(heads.keys.shape(), (Shape{2, 2, 3, 2}));
  EXPECT_EQ(q.node(), heads.keys.node());
  EXPECT_EQ(q.node(), heads.values.node());
  const Heads memory = layer.project(x, x);  // one product for both
  EXPECT_EQ(memory.keys.node(), memory.values.node());
  EXPECT_NE(layer.project(x, x.clone()).keys.node(), memory.keys.node());
  expect_same(memory.keys.values(), heads.keys.values());
  expect_same(layer.query(x).values(), q.values());
}

// ---- Both ways, all kinds of position

TEST(MultiHead, StreamedIsMaterialised) {
  for (PositionKind kind : kinds)
    for (int shared : {4, 2, 1})
      for (int T : {1, 7, 8, 9, 33}) {
        SCOPED_TRACE(std::to_string(static_cast<int>(kind)) + " with " +
                     std::to_string(shared) + " of " + std::to_string(T));
        Rng rng(5);
        MultiHeadOptions options = placed(kind, shared);
        options.dropout = Real(0.25);
        const MultiHeadAttention layer(options, rng);
        const Tensor x = Tensor::uniform({2, T, 8}, -1, 1, rng);
        const auto [q, heads] = layer.split(x);
        const Mask mask = Mask::causal(T) & Mask::padding({T, T / 2}, T);
        for (bool training : {false, true}) {
          Rng one(6), two(6);
          const Tensor y =
              layer.read(q, heads, mask, training ? &one : nullptr);
          const auto [wanted, weights] = layer.read_with_weights(
              q, heads, mask, training ? &two : nullptr);
          ASSERT_EQ(y.shape(), (Shape{2, T, 8}));
          ASSERT_EQ(weights.shape(), (Shape{2, 4, T, T}));
          const std::vector<Real> expected = wanted.values();
          expect_near(y, {expected.begin(), expected.end()});
        }
      }
}

// Not one bit of what was written changes by what comes after.
TEST(MultiHead, LaterTokensChangeNothingBefore) {
  const NoGrad no_grad;
  for (PositionKind kind : kinds)
    for (int shared : {4, 2}) {
      Rng rng(7);
      const MultiHeadAttention layer(placed(kind, shared), rng);
      const int T = 33;
      const Tensor x = Tensor::uniform({2, T, 8}, -1, 1, rng);
      const Mask mask = Mask::causal(T);
      auto both = [&](const Tensor& x) {
        const auto [q, heads] = layer.split(x);
        return std::pair(
            layer.read(q, heads, mask, nullptr),
            layer.read_with_weights(q, heads, mask, nullptr).context);
      };
      const auto before = both(x);
      for (int changed : {1, 7, 16, 32}) {
        Tensor other = x.clone();
        for (int d = 0; d < 8; ++d) other.set({1, changed, d}, Real(d) - 4);
        const auto after = both(other);
        auto past = [&](const Tensor& y) {
          return slice(y, 1, 0, changed).values();
        };
        expect_same(past(after.first), past(before.first), "streamed");
        expect_same(past(after.second), past(before.second), "materialised");
        EXPECT_NE(after.first.values(), before.first.values());
      }
    }
}

// One token at a time beside keys and values kept, as cached decoding does.
TEST(MultiHead, TokenByTokenIsAllAtOnce) {
  const NoGrad no_grad;
  for (PositionKind kind : kinds)
    for (int shared : {4, 2}) {
      SCOPED_TRACE(static_cast<int>(kind));
      Rng rng(8);
      const MultiHeadAttention layer(placed(kind, shared), rng);
      const int T = 9;
      const Tensor x = Tensor::uniform({2, T, 8}, -1, 1, rng);
      const Tensor all = layer(x, Mask::causal(T), nullptr);
      std::vector<Tensor> keys, values;
      for (int t = 0; t < T; ++t) {
        const auto [q, next] = layer.split(slice(x, 1, t, t + 1), t);
        keys.push_back(next.keys);
        values.push_back(next.values);
        const Heads heads{autograd::concat(keys, 2),
                          autograd::concat(values, 2)};
        expect_same(layer.read(q, heads, {}, nullptr, t).values(),
                    slice(all, 1, t, t + 1).values(),
                    "token " + std::to_string(t));
        expect_close(layer.read_with_weights(q, heads, {}, nullptr, t).context,
                     slice(all, 1, t, t + 1));
      }
    }
}

TEST(MultiHead, DropsWeightsOnlyWhileTraining) {
  Rng rng(9);
  MultiHeadOptions options = sizes(8, 2);
  options.dropout = Real(0.5);
  const MultiHeadAttention layer(options, rng);
  const Tensor x = Tensor::uniform({2, 6, 8}, -1, 1, rng);
  const Heads heads = layer.project(x, x);
  Rng training(10);
  const Tensor weights = layer.with_weights(x, heads, {}, &training).weights;
  int dropped = 0;
  for (Real w : weights.values()) dropped += w == 0;
  EXPECT_GT(dropped, 30);
  EXPECT_LT(dropped, 114);
  for (Real w : layer.with_weights(x, heads, {}, nullptr).weights.values())
    EXPECT_GT(w, 0);
  Rng one(11), other(11);
  layer(x, {}, &one);
  other.bits();
  EXPECT_EQ(one.state(), other.state()) << "one draw a call";
}

TEST(MultiHead, WhereNothingIsVisibleOnlyTheBiasIsLeft) {
  Rng rng(12);
  const MultiHeadAttention layer(sizes(4, 2), rng);
  layer.parameters()[3].tensor.copy_from(std::vector<Real>{1, 2, 3, 4});
  const Tensor x = Tensor::uniform({2, 3, 4}, -1, 1, rng);
  const Tensor y = layer(x, Mask::padding({3, 0}, 3), nullptr);
  expect_near(select(y, 0, 1), {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4});
}

// ---- As a layer

TEST(MultiHead, IsALayer) {
  static_assert(nn::Layer<MultiHeadAttention>);
  for (PositionKind kind : kinds)
    for (int key : {0, 5}) {
      Rng rng(13);
      MultiHeadOptions options = placed(kind, 2);
      options.key = key;
      const MultiHeadAttention layer(options, rng);
      const Tensor x = Tensor::uniform({2, 3, 8}, -1, 1, rng);
      const Tensor keys =
          Tensor::uniform({2, 4, layer.options.key}, -1, 1, rng);
      const Tensor values = Tensor::uniform({2, 4, 8}, -1, 1, rng);
      tests::check_layer(layer, [&](const MultiHeadAttention& layer) {
        return layer(x, layer.project(keys, values), {}, nullptr);
      });
    }
}

std::vector<std::string> names_of(const MultiHeadOptions& options) {
  Rng rng(1);
  std::vector<std::string> names;
  for (const auto& parameter : MultiHeadAttention(options, rng).parameters())
    names.push_back(parameter.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(MultiHead, NamesItsParametersAsPyTorch) {
  EXPECT_EQ(names_of(sizes(8, 4)), (Names{"in_proj_weight", "in_proj_bias",
                                          "out_proj.weight", "out_proj.bias"}));
  MultiHeadOptions widths = sizes(8, 4);
  widths.value = 3;
  EXPECT_EQ(names_of(widths),
            (Names{"q_proj_weight", "k_proj_weight", "v_proj_weight",
                   "in_proj_bias", "out_proj.weight", "out_proj.bias"}));
  MultiHeadOptions relative = placed(PositionKind::relative);
  relative.bias = false;
  EXPECT_EQ(names_of(relative), (Names{"in_proj_weight", "out_proj.weight",
                                       "position.keys", "position.values"}));
}

TEST(MultiHead, StartsAsPyTorchDoes) {
  Rng rng(14);
  const MultiHeadAttention layer(sizes(16, 4), rng);
  Real largest = 0;
  for (Real w : layer.in_proj_weight.values())
    largest = std::max(largest, std::abs(w));
  const Real bound = std::sqrt(Real(6) / (16 + 48));
  EXPECT_LE(largest, bound);
  EXPECT_GT(largest, bound * Real(0.98));
  for (const Tensor& bias :
       {Tensor(layer.in_proj_bias), Tensor(layer.out_proj->bias)})
    for (Real b : bias.values()) EXPECT_EQ(b, 0);
}

TEST(MultiHead, RefusesWhatDoesNotFit) {
  Rng rng(15);
  auto made = [&](const MultiHeadOptions& options) {
    return MultiHeadAttention(options, rng);
  };
  EXPECT_THROW(made(sizes(8, 3)), std::invalid_argument);
  EXPECT_THROW(made(sizes(0, 1)), std::invalid_argument);
  EXPECT_THROW(made(sizes(8, 0)), std::invalid_argument);
  EXPECT_THROW(made(sizes(8, 4, 3)), std::invalid_argument);
  EXPECT_THROW(made(sizes(8, 4, 8)), std::invalid_argument);
  MultiHeadOptions odd = sizes(9, 3);
  odd.position.kind = PositionKind::rotary;
  EXPECT_THROW(made(odd), std::invalid_argument);
  MultiHeadOptions all_dropped = sizes(8, 2);
  all_dropped.dropout = 1;
  EXPECT_THROW(made(all_dropped), std::invalid_argument);

  const MultiHeadAttention layer = made(sizes(8, 2));
  const Tensor x = Tensor::ones({2, 3, 8});
  const Heads heads = layer.project(x, x);
  EXPECT_THROW(layer(Tensor::ones({2, 3, 7}), {}, nullptr),
               std::invalid_argument);
  EXPECT_THROW(layer(Tensor::ones({3, 8}), {}, nullptr), std::invalid_argument);
  EXPECT_THROW(layer.project(x, Tensor::ones({2, 3, 4})),
               std::invalid_argument);
  EXPECT_THROW(layer(x, Mask::causal(4), nullptr), std::invalid_argument);
  EXPECT_THROW(layer(Tensor::ones({3, 3, 8}), heads, {}, nullptr),
               std::invalid_argument);
  EXPECT_THROW(layer.with_weights(Tensor::ones({3, 3, 8}), heads, {}, nullptr),
               std::invalid_argument);
}

}  // namespace
}  // namespace attention
