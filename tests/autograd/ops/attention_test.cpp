#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "autograd/counter.h"
#include "autograd/memory.h"
#include "tests/autograd/ops/attention_cases.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/same_bits.h"

namespace autograd {
namespace {

TEST(Attention, WorkedByHand) {
  // Scores ln 3 and 0: weights 3/4 and 1/4; of a third query, that sees the
  // second key alone, 0 and 1.
  const Real ln3 = std::log(Real(3));
  const Tensor query = Tensor::from({1, 1, 3, 2}, {1, 0, 0, 0, 5, 5});
  const Tensor keys = Tensor::from({1, 1, 2, 2}, {2 * ln3, 1, 0, 7});
  const Tensor values = Tensor::from({1, 1, 2, 3}, {4, 8, 0, 0, 4, 8});
  Visible visible;
  visible.pattern = Tensor::from({1, 3, 2}, {1, 1, 1, 1, 0, 1});
  AttentionOptions options;
  options.scale = Real(0.5);
  const Tensor y = attention(query, keys, values, visible, options);
  ASSERT_EQ(y.shape(), (Shape{1, 1, 3, 3}));
  // The first query scores ln 3 and 0.
  tests::expect_near(y, {3, 7, 2, 2, 6, 4, 0, 4, 8});
}

TEST(Attention, AgreesWithPyTorch) {
  for (const char* name : {"full", "causal"}) {
    const tests::Golden golden("streaming", name);
    const Tensor q = golden.variable("query"), k = golden.variable("keys"),
                 v = golden.variable("values");
    AttentionOptions options;
    options.scale = 1 / std::sqrt(Real(6));
    Visible visible;
    if (golden.has("lengths")) {
      visible.lengths = golden.integers("lengths");
      visible.after = options.first = 2;
      options.slopes = golden["slopes"].values();
    }
    const Tensor y = attention(q, k, v, visible, options);
    golden.expect("output", y);
    y.backward(golden["grad.output"]);
    golden.expect_gradients({{"query", q}, {"keys", k}, {"values", v}});
  }
}

TEST(OpsOfATransformer, AgreeWithPyTorch) {
  const auto check = [](const char* name, auto op) {
    const tests::Golden golden("streaming", name);
    const Tensor x = golden.variable("x"), y = op(x);
    golden.expect("output", y);
    y.backward(golden["grad.output"]);
    golden.expect("grad.x", x.grad());
  };
  check("silu", [](const Tensor& x) { return silu(x); });
  check("rotary", [](const Tensor& x) { return rotary(x, 3, 100); });
  const tests::Golden norm("streaming", "rms_norm");
  const Tensor weight = norm.variable("weight");
  check("rms_norm", [&](const Tensor& x) { return rms_norm(x, weight); });
  norm.expect("grad.weight", weight.grad());
}

TEST(Attention, IsItsComposition) {
  AttentionOptions options;
  options.scale = Real(0.3);
  for (int n : {1, 7, 8, 9, 33}) {
    expect_composition({2, 2, 2, n, 9, 8, 8}, {}, options);
    expect_composition({2, 2, 2, 7, n, 8, 8}, {}, options);
    expect_composition({2, 2, 2, 7, 9, n, 8}, {}, options);
    expect_composition({2, 2, 2, 7, 9, 8, n}, {}, options);
    expect_composition({n, n, n, 3, 4, 5, 6}, {}, options);
  }
  expect_composition({1, 1, 1, 500, 600, 16, 24}, {}, options);
  expect_composition({1, 2, 1, 113, 257, 520, 3}, {}, options);
}

TEST(Attention, TakesSlopesAndDropsAsTheOpDoes) {
  AttentionOptions options;
  for (const AttentionSizes& n : {AttentionSizes{2, 4, 2, 7, 9, 8, 8},
                                  AttentionSizes{2, 4, 4, 1, 40, 8, 5},
                                  AttentionSizes{1, 4, 1, 120, 290, 16, 16}}) {
    options = {};
    options.slopes = {Real(0.5), Real(0.25), Real(0.125), 0};
    options.first = 5;
    expect_composition(n, {}, options);
    Visible causal;
    causal.after = 5;
    expect_composition(n, causal, options);
    options.dropout = Real(0.4);
    expect_composition(n, causal, options);
    options.slopes = {};
    expect_composition(n, {}, options);
  }
}

TEST(Attention, TakesOneDrawAndOnlyToDrop) {
  AttentionOperands x(AttentionSizes{});
  Rng rng(1), other(1);
  AttentionOptions options;
  options.rng = &rng;
  attention(x.query, x.keys, x.values, {}, options);
  EXPECT_EQ(rng.state(), other.state());
  options.dropout = Real(0.5);
  attention(x.query, x.keys, x.values, {}, options);
  other.bits();
  EXPECT_EQ(rng.state(), other.state());
  options.rng = nullptr;
  EXPECT_EQ(attention(x.query, x.keys, x.values, {}, options).values(),
            attention(x.query, x.keys, x.values).values());
}

// Heads as windows of one [B, T, 3 W] that one product makes.
TEST(Attention, TakesWindows) {
  Rng rng(9);
  const int B = 2, T = 9, H = 3, D = 5, W = H * D;
  Tensor x = Tensor::uniform({B, T, 3 * W}, -1, 1, rng).requires_grad(true);
  const auto heads = [&](int i, int count) {
    const Tensor part = slice(x, 2, i * W, i * W + count * D);
    return transpose(reshape(part, {B, T, count, D}), 1, 2);
  };
  const Tensor q = heads(0, H), k = heads(1, H), v = heads(2, H);
  const std::vector<std::vector<Tensor>> windows = {
      {q, k, v},
      {q, q, q},
      {q, k, k},
      {q, heads(1, 1), heads(2, 1)},
      {heads(0, 2), slice(q, 1, 1, 3), slice(v, 1, 0, 2)},
      {expand(slice(q, 1, 0, 1), q.shape()), k, k},
      {q, expand(slice(k, 0, 0, 1), k.shape()), v},
      {q, expand(slice(k, 2, 3, 4), k.shape()), v},
      {expand(slice(q, 2, 3, 4), q.shape()), k, v},
      {transpose(slice(q, 2, 0, D)), transpose(slice(k, 2, 0, D)),
       slice(v, 2, 0, D)},
  };
  for (std::size_t i = 0; i < windows.size(); ++i) {
    SCOPED_TRACE(i);
    const auto run = [&](auto f) {
      x.zero_grad();
      Rng rng(6);
      Tensor y = f(windows[i][0], windows[i][1], windows[i][2], Visible{},
                   AttentionOptions{});
      (sum(y * Tensor::uniform(y.shape(), -1, 1, rng)) + sum(x)).backward();
      return Results{y.values(), x.grad().values()};
    };
    const Results got = run(attention), wanted = run(composed);
    for (std::size_t j = 0; j < 2; ++j)
      for (std::size_t l = 0; l < wanted[j].size(); ++l)
        ASSERT_NEAR(got[j][l], wanted[j][l], 1e-5) << j << " at " << l;
  }
}

TEST(Attention, GivesHeadsThatMergeWithoutACopy) {
  const AttentionSizes n;
  AttentionOperands x(n);
  const Tensor y = attention(x.query, x.keys, x.values);
  ASSERT_EQ(y.shape(), (Shape{n.B, n.H, n.T, n.E}));
  const Tensor merged = reshape(transpose(y, 1, 2), {n.B, n.T, n.H * n.E});
  EXPECT_EQ(merged.node(), y.node());
}

TEST(Attention, ThreadsChangeNoBit) {
  AttentionOperands x({2, 4, 2, 470, 300, 16, 24});
  AttentionOptions options;
  options.dropout = Real(0.1);
  Visible causal;
  causal.after = 20;
  tests::expect_same_with_threads(
      [&] { return results(x, attention, causal, options); });
}

TEST(Attention, CountsWhatItComputes) {
  AttentionOperands x({2, 4, 2, 10, 12, 3, 5});
  Counter counter;
  Tensor y = attention(x.query, x.keys, x.values);
  EXPECT_EQ(counter.total().multiply_adds, 2 * 4 * 10 * 12 * (3 + 5));
  Visible causal;
  causal.after = 0;
  Counter of_causal;
  y = attention(x.query, x.keys, x.values, causal);
  const int pairs = 2 * 4 * 55;
  EXPECT_EQ(of_causal.total().multiply_adds, pairs * (3 + 5));
  sum(y).backward();
  EXPECT_EQ(of_causal.rows().at("attention").multiply_adds,
            pairs * (3 + 5) + pairs * (3 * 3 + 2 * 5));
}

// Twice the length, twice the memory: no [T, S] anywhere.
TEST(Attention, MemoryGrowsWithTheLength) {
  const auto bytes = [](int n) {
    AttentionOperands x({1, 1, 1, n, n, 8, 8});
    const auto before = memory_use().system_bytes;
    const Tensor y = attention(x.query, x.keys, x.values);
    y.backward(Tensor::ones(y.shape()));
    return memory_use().system_bytes - before;
  };
  bytes(64);
  EXPECT_LT(bytes(8192), std::int64_t{8192} * 8192 / 8);
}

TEST(Attention, EmptySizes) {
  for (const AttentionSizes& n : {AttentionSizes{0, 2, 2, 7, 9, 8, 8},
                                  AttentionSizes{2, 0, 2, 7, 9, 8, 8},
                                  AttentionSizes{2, 2, 2, 0, 9, 8, 8},
                                  AttentionSizes{2, 2, 2, 7, 0, 8, 8},
                                  AttentionSizes{2, 2, 2, 7, 9, 0, 8},
                                  AttentionSizes{2, 2, 2, 7, 9, 8, 0}})
    expect_composition(n, {}, {});
}

TEST(Attention, RefusesWhatDoesNotFit) {
  AttentionOperands x({2, 4, 2, 7, 9, 8, 5});
  const auto refuses = [&](const Tensor& q, const Tensor& k, const Tensor& v,
                           const Visible& visible = {},
                           const AttentionOptions& options = {}) {
    EXPECT_THROW(attention(q, k, v, visible, options), std::invalid_argument);
  };
  refuses(select(x.query, 0, 0), x.keys, x.values);
  refuses(slice(x.query, 0, 0, 1), x.keys, x.values);
  refuses(slice(x.query, 1, 0, 3), x.keys, x.values);
  refuses(slice(x.query, 3, 0, 7), x.keys, x.values);
  refuses(x.query, slice(x.keys, 2, 0, 8), x.values);
  refuses(x.query, x.keys, slice(x.values, 1, 0, 1));
  AttentionOptions options;
  options.slopes = {1};
  refuses(x.query, x.keys, x.values, {}, options);
  options = {};
  options.dropout = 1;
  refuses(x.query, x.keys, x.values, {}, options);
  Visible visible;
  visible.lengths = {3};
  refuses(x.query, x.keys, x.values, visible);
  visible.lengths = {3, 10};
  refuses(x.query, x.keys, x.values, visible);
  visible = {};
  visible.pattern = Tensor::ones({2, 7, 8});
  refuses(x.query, x.keys, x.values, visible);
}

}  // namespace
}  // namespace autograd
