// What the tests of attention share: operands, the definition in plain ops,
// and holding one against the other.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "autograd/ops.h"
#include "autograd/random.h"

namespace autograd {

// 1 where a query may read a key, [B, 1, T, S]: the definition.
inline Tensor dense_mask(const Visible& visible, int B, int T, int S) {
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
inline Tensor distances(const AttentionOptions& options, int T, int S) {
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
inline Tensor composed(const Tensor& query, const Tensor& keys,
                       const Tensor& values, const Visible& visible,
                       const AttentionOptions& options) {
  const int B = query.size(0), H = query.size(1), T = query.size(2),
            G = keys.size(1), S = keys.size(2), E = values.size(3);
  const auto by_group = [&](const Tensor& x) {
    return expand(unsqueeze(x, 2), {B, G, H / G, S, x.size(3)});
  };
  Tensor e = matmul(reshape(query, {B, G, H / G, T, query.size(3)}),
                    transpose(by_group(keys)));
  e = reshape(e, {B, H, T, S}) * options.scale;
  if (!options.slopes.empty()) e = e - distances(options, T, S);
  e = where(dense_mask(visible, B, T, S), e,
            -std::numeric_limits<Real>::infinity());
  Tensor weights = softmax(e);
  if (options.rng && options.dropout > 0)
    weights = dropout(weights, options.dropout, *options.rng);
  return reshape(
      matmul(reshape(weights, {B, G, H / G, T, S}), by_group(values)),
      {B, H, T, E});
}

struct AttentionSizes {
  int B = 2, H = 2, G = 2, T = 7, S = 9, D = 8, E = 8;
};

struct AttentionOperands {
  Tensor query, keys, values;

  explicit AttentionOperands(const AttentionSizes& n, Real size = 1) {
    Rng rng(5);
    query = Tensor::uniform({n.B, n.H, n.T, n.D}, -size, size, rng);
    keys = Tensor::uniform({n.B, n.G, n.S, n.D}, -size, size, rng);
    values = Tensor::uniform({n.B, n.G, n.S, n.E}, -1, 1, rng);
    for (Tensor* x : {&query, &keys, &values}) x->requires_grad(true);
  }
};

using Results = std::vector<std::vector<Real>>;

// The result and the gradients of a random projection of it.
template <class F>
Results results(AttentionOperands& x, const F& f, const Visible& visible,
                AttentionOptions options) {
  for (Tensor* t : {&x.query, &x.keys, &x.values}) t->zero_grad();
  Rng dropping(17), rng(6);
  if (options.dropout > 0) options.rng = &dropping;
  const Tensor y = f(x.query, x.keys, x.values, visible, options);
  y.backward(Tensor::uniform(y.shape(), -1, 1, rng));
  return {y.values(), x.query.grad().values(), x.keys.grad().values(),
          x.values.grad().values()};
}

inline void expect_composition(const AttentionSizes& n, const Visible& visible,
                               const AttentionOptions& options) {
  SCOPED_TRACE(text("B ", n.B, " H ", n.H, " G ", n.G, " T ", n.T, " S ", n.S,
                    " D ", n.D, " E ", n.E));
  AttentionOperands x(n);
  const Results got = results(x, attention, visible, options),
                wanted = results(x, composed, visible, options);
  const char* names[] = {"y", "dquery", "dkeys", "dvalues"};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < wanted[i].size(); ++j)
      ASSERT_NEAR(got[i][j], wanted[i][j], 2e-5 * (1 + std::abs(wanted[i][j])))
          << names[i] << " at " << j;
}

}  // namespace autograd
