// Attention through masks: what is hidden, and what the rest is then.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "autograd/graph.h"
#include "tests/autograd/ops/attention_cases.h"
#include "tests/support/same_bits.h"

namespace autograd {
namespace {

constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
constexpr Real infinity = std::numeric_limits<Real>::infinity();

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

TEST(VisibleKeys, TakesMasksOfEveryKind) {
  const AttentionSizes sizes[] = {{3, 2, 1, 7, 9, 8, 8},
                                  {2, 1, 1, 1, 33, 7, 9},
                                  {3, 4, 2, 130, 300, 16, 8},
                                  {1, 2, 2, 460, 530, 9, 33}};
  for (const AttentionSizes& n : sizes) {
    const auto kinds = masks(n.B, n.T, n.S);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      SCOPED_TRACE(i);
      expect_composition(n, kinds[i], {});
    }
  }
}

TEST(VisibleKeys, OfAQueryThatSeesNothingIsZero) {
  AttentionOperands x({2, 2, 1, 130, 300, 8, 8});
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
TEST(VisibleKeys, KeepsHiddenNanOut) {
  const AttentionSizes n{2, 2, 1, 130, 300, 8, 8};
  Visible causal, padded, spotted;
  causal.after = 100;
  padded.lengths = {290, 120};
  spotted.pattern = Tensor::ones({1, 130, 300});
  for (int t = 0; t < 130; ++t)
    for (int s = 290; s < 300; ++s)
      if (t != 5) spotted.pattern.set({0, t, s}, 0);
  for (const Visible& visible : {causal, padded, spotted})
    for (Real strange : {nan, infinity, -infinity}) {
      AttentionOperands x(n);
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

TEST(VisibleKeys, LetsVisibleNanThrough) {
  AttentionOperands x({1, 1, 1, 7, 9, 8, 8});
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
TEST(VisibleKeys, ARowHasItsBitsAlone) {
  const int T = 620;
  AttentionOperands x({1, 4, 2, T, T, 16, 40});
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

}  // namespace
}  // namespace autograd
