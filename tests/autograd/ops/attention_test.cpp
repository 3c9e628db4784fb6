#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "autograd/memory.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/same_bits.h"

namespace autograd {
namespace {

constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
constexpr Real infinity = std::numeric_limits<Real>::infinity();

// 1 where a query may read a key, [B, 1, T, S]: the definition.
Tensor dense_mask(const Visible& visible, int B, int T, int S) {
  Tensor mask = Tensor::zeros({B, 1, T, S});
  const Tensor& p = visible.pattern;
  for (int b = 0; b < B; ++b)
    for (int t = 0; t < T; ++t)
      for (int s = 0; s < S; ++s) {
        const bool seen =
            (visible.lengths.empty() || s < visible.lengths[std::size_t(b)]) &&
            (visible.before == Visible::unbounded || s >= t - visible.before) &&
            (visible.after == Visible::unbounded || s <= t + visible.after) &&
            (!p.defined() ||
             p.at({p.size(0) > 1 ? b : 0, p.size(1) > 1 ? t : 0, s}) != 0);
        mask.set({b, 0, t, s}, seen);
      }
  return mask;
}

// slope |first + t - s|, [H, T, S]
Tensor distances(const AttentionOptions& options, int T, int S) {
  const int H = static_cast<int>(options.slopes.size());
  Tensor bias = Tensor::empty({H, T, S});
  for (int h = 0; h < H; ++h)
    for (int t = 0; t < T; ++t)
      for (int s = 0; s < S; ++s)
        bias.set({h, t, s}, options.slopes[std::size_t(h)] *
                                Real(std::abs(options.first + t - s)));
  return bias;
}

// The composition of plain ops, with [B, H, T, S] in memory.
Tensor composed(const Tensor& query, const Tensor& keys, const Tensor& values,
                const Visible& visible, const AttentionOptions& options) {
  const int B = query.size(0), H = query.size(1), T = query.size(2),
            G = keys.size(1), S = keys.size(2), E = values.size(3);
  const auto by_group = [&](const Tensor& x) {
    return expand(unsqueeze(x, 2), {B, G, H / G, S, x.size(3)});
  };
  Tensor e = matmul(reshape(query, {B, G, H / G, T, query.size(3)}),
                    transpose(by_group(keys)));
  e = reshape(e, {B, H, T, S}) * options.scale;
  if (!options.slopes.empty()) e = e - distances(options, T, S);
  e = where(dense_mask(visible, B, T, S), e, -infinity);
  Tensor weights = softmax(e);
  if (options.rng && options.dropout > 0)
    weights = dropout(weights, options.dropout, *options.rng);
  return reshape(
      matmul(reshape(weights, {B, G, H / G, T, S}), by_group(values)),
      {B, H, T, E});
}

struct Sizes {
  int B = 2, H = 2, G = 2, T = 7, S = 9, D = 8, E = 8;
};

struct Operands {
  Tensor query, keys, values;

  explicit Operands(const Sizes& n, Real size = 1) {
    Rng rng(5);
    query = Tensor::uniform({n.B, n.H, n.T, n.D}, -size, size, rng);
    keys = Tensor::uniform({n.B, n.G, n.S, n.D}, -size, size, rng);
    values = Tensor::uniform({n.B, n.G, n.S, n.E}, -1, 1, rng);
    for (Tensor* x : {&query, &keys, &values}) x->requires_grad(true);
  }
};

constexpr std::uint64_t seed = 17;

using Results = std::vector<std::vector<Real>>;

// The result and the gradients of a random projection of it.
template <class F>
Results results(Operands& x, const F& f, const Visible& visible,
                AttentionOptions options) {
  for (Tensor* t : {&x.query, &x.keys, &x.values}) t->zero_grad();
  Rng dropping(seed), rng(6);
  if (options.dropout > 0) options.rng = &dropping;
  const Tensor y = f(x.query, x.keys, x.values, visible, options);
  y.backward(Tensor::uniform(y.shape(), -1, 1, rng));
  return {y.values(), x.query.grad().values(), x.keys.grad().values(),
          x.values.grad().values()};
}

void expect_composition(const Sizes& n, const Visible& visible,
                        const AttentionOptions& options) {
  SCOPED_TRACE(text("B ", n.B, " H ", n.H, " G ", n.G, " T ", n.T, " S ", n.S,
                    " D ", n.D, " E ", n.E));
  Operands x(n);
  const Results got = results(x, attention, visible, options),
                wanted = results(x, composed, visible, options);
  const char* names[] = {"y", "dquery", "dkeys", "dvalues"};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < wanted[i].size(); ++j)
      ASSERT_NEAR(got[i][j], wanted[i][j], 2e-5 * (1 + std::abs(wanted[i][j])))
          << names[i] << " at " << j;
}

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

std::vector<Visible> masks(int B, int T, int S) {
  std::vector<Visible> all(6);
  Rng rng(3);
  for (int b = 0; b < B; ++b) all[0].lengths.push_back(rng.below(S + 1));
  all[1].after = S - T;                      // causal
  all[2].before = 3, all[2].after = 2;       // a window
  all[3].before = -2, all[3].after = S / 2;  // neither self nor next
  all[4].lengths = all[0].lengths;
  all[4].after = 0;
  const Tensor uniform = Tensor::uniform({B, T, S}, 0, 1, rng);
  std::vector<Real> pattern = uniform.values();
  for (Real& p : pattern) p = p < Real(0.4);
  all[5].pattern = Tensor::from({B, T, S}, pattern);
  all.push_back(all[5]);
  all.back().after = 1;
  all.back().lengths = all[0].lengths;
  all.push_back({});
  all.back().pattern = slice(all[5].pattern, 0, 0, 1);
  all.push_back({});
  all.back().pattern = slice(all[5].pattern, 1, 0, 1);
  return all;
}

TEST(Attention, TakesMasksOfEveryKind) {
  const Sizes sizes[] = {{3, 2, 1, 7, 9, 8, 8},
                         {2, 1, 1, 1, 33, 7, 9},
                         {3, 4, 2, 130, 300, 16, 8},
                         {1, 2, 2, 460, 530, 9, 33}};
  for (const Sizes& n : sizes) {
    const auto kinds = masks(n.B, n.T, n.S);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      SCOPED_TRACE(i);
      expect_composition(n, kinds[i], {});
    }
  }
}

TEST(Attention, TakesSlopesAndDropsAsTheOpDoes) {
  AttentionOptions options;
  for (const Sizes& n :
       {Sizes{2, 4, 2, 7, 9, 8, 8}, Sizes{2, 4, 4, 1, 40, 8, 5},
        Sizes{1, 4, 1, 120, 290, 16, 16}}) {
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
  Operands x(Sizes{});
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
  const Sizes n;
  Operands x(n);
  const Tensor y = attention(x.query, x.keys, x.values);
  ASSERT_EQ(y.shape(), (Shape{n.B, n.H, n.T, n.E}));
  const Tensor merged = reshape(transpose(y, 1, 2), {n.B, n.T, n.H * n.E});
  EXPECT_EQ(merged.node(), y.node());
}

TEST(Attention, OfAQueryThatSeesNothingIsZero) {
  Operands x({2, 2, 1, 130, 300, 8, 8});
  Visible visible;
  visible.lengths = {0, 300};
  visible.before = -300;
  visible.after = 310;
  for (int kind : {0, 1}) {
    if (kind == 1) {
      visible = {};
      visible.pattern = Tensor::zeros({1, 1, 300});
    }
    for (const auto& values : results(x, attention, visible, {}))
      for (Real value : values) ASSERT_EQ(value, 0);
  }
}

// What is hidden may be anything: nobody hears of it, forward or backward.
TEST(Attention, KeepsHiddenNanOut) {
  const Sizes n{2, 2, 1, 130, 300, 8, 8};
  Visible causal, padded, spotted;
  causal.after = 100;
  padded.lengths = {290, 120};
  spotted.pattern = Tensor::ones({1, 130, 300});
  for (int t = 0; t < 130; ++t)
    for (int s = 290; s < 300; ++s)
      if (t != 5) spotted.pattern.set({0, t, s}, 0);
  for (const Visible& visible : {causal, padded, spotted})
    for (Real strange : {nan, infinity, -infinity}) {
      Operands x(n);
      const auto run = [&](bool spoilt) {
        for (Tensor* t : {&x.query, &x.keys, &x.values}) t->zero_grad();
        const Tensor y = attention(x.query, x.keys, x.values, visible);
        Rng rng(6);
        Tensor dy = Tensor::uniform(y.shape(), -1, 1, rng);
        if (spoilt)  // of a query that does not see the last keys
          for (int e = 0; e < n.E; ++e) dy.set({0, 1, 3, e}, strange);
        y.backward(dy);
        // All but what the strange ones may reach.
        const Tensor parts[] = {slice(y, 2, 6, 130),
                                slice(x.query.grad(), 2, 6, 130),
                                slice(x.keys.grad(), 2, 200, 290),
                                slice(x.values.grad(), 2, 200, 290)};
        Results values;
        for (const Tensor& part : parts) values.push_back(part.values());
        return values;
      };
      const Results wanted = run(false);
      EXPECT_EQ(run(visible.after != Visible::unbounded), wanted);
      const int last = 290;
      for (int s = last; s < 300; ++s) {
        x.keys.set({1, 0, s, 0}, strange);
        x.values.set({1, 0, s, 1}, strange);
      }
      const Results got = run(false);
      for (std::size_t i = 0; i < 2; ++i) {
        const Tensor a = Tensor::from({2, 2, 124, 8}, got[i]),
                     b = Tensor::from({2, 2, 124, 8}, wanted[i]);
        // Under the causal mask later queries do see those keys.
        const int rows = visible.after == 100 ? 180 : 124;
        EXPECT_EQ(slice(a, 2, 0, std::min(rows, 124)).values(),
                  slice(b, 2, 0, std::min(rows, 124)).values());
      }
    }
}

TEST(Attention, LetsVisibleNanThrough) {
  Operands x({1, 1, 1, 7, 9, 8, 8});
  Visible causal;
  causal.after = 2;
  x.values.set({0, 0, 5, 1}, nan);
  const Tensor y = attention(x.query, x.keys, x.values, causal);
  for (int t = 0; t < 7; ++t)
    for (int e = 0; e < 8; ++e)
      EXPECT_EQ(std::isnan(y.at({0, 0, t, e})), t >= 3 && e == 1) << t << e;
}

// The future cannot change the past, and neither can how much of it there is:
// row t alone, with the keys so far, has the bits of row t among all.
TEST(Attention, ARowHasItsBitsAlone) {
  const int T = 620;
  Operands x({1, 4, 2, T, T, 16, 40});
  AttentionOptions options;
  options.scale = Real(0.25);
  options.slopes = {1, Real(0.5), Real(0.25), 0};
  Visible causal;
  causal.after = 0;
  const NoGrad no_grad;
  const Tensor all = attention(x.query, x.keys, x.values, causal, options);
  for (int t : {0, 1, 17, 111, 112, 255, 256, 300, 619}) {
    AttentionOptions here = options;
    here.first = t;
    const Tensor alone =
        attention(slice(x.query, 2, t, t + 1), slice(x.keys, 2, 0, t + 1),
                  slice(x.values, 2, 0, t + 1), {}, here);
    tests::expect_same(alone.values(), slice(all, 2, t, t + 1).values());
  }
  // The same through a window, whose begin is hidden differently.
  Visible window = causal;
  window.before = 40;
  const Tensor seen = attention(x.query, x.keys, x.values, window, options);
  for (int t : {40, 100, 299, 619}) {
    AttentionOptions here = options;
    here.first = t;
    Visible last;
    last.before = 40 - t;
    const Tensor alone =
        attention(slice(x.query, 2, t, t + 1), slice(x.keys, 2, 0, t + 1),
                  slice(x.values, 2, 0, t + 1), last, here);
    tests::expect_same(alone.values(), slice(seen, 2, t, t + 1).values());
  }
}

TEST(Attention, ThreadsChangeNoBit) {
  Operands x({2, 4, 2, 470, 300, 16, 24});
  AttentionOptions options;
  options.dropout = Real(0.1);
  Visible causal;
  causal.after = 20;
  const int before = threads();
  set_threads(1);
  const Results alone = results(x, attention, causal, options);
  set_threads(3);
  EXPECT_EQ(results(x, attention, causal, options), alone);
  set_threads(before);
}

TEST(Attention, CountsWhatItComputes) {
  Operands x({2, 4, 2, 10, 12, 3, 5});
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
    Operands x({1, 1, 1, n, n, 8, 8});
    const auto before = memory_use().system_bytes;
    const Tensor y = attention(x.query, x.keys, x.values);
    y.backward(Tensor::ones(y.shape()));
    return memory_use().system_bytes - before;
  };
  bytes(64);
  EXPECT_LT(bytes(8192), std::int64_t{8192} * 8192 / 8);
}

TEST(Attention, EmptySizes) {
  for (const Sizes& n :
       {Sizes{0, 2, 2, 7, 9, 8, 8}, Sizes{2, 0, 2, 7, 9, 8, 8},
        Sizes{2, 2, 2, 0, 9, 8, 8}, Sizes{2, 2, 2, 7, 0, 8, 8},
        Sizes{2, 2, 2, 7, 9, 0, 8}, Sizes{2, 2, 2, 7, 9, 8, 0}})
    expect_composition(n, {}, {});
}

TEST(Attention, RefusesWhatDoesNotFit) {
  Operands x({2, 4, 2, 7, 9, 8, 5});
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
