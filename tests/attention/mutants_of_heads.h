// Planted bugs of attention with many heads, and of the way without weights.
#pragma once

#include <limits>
#include <utility>
#include <vector>

#include "attention/attention.h"
#include "autograd/ops.h"
#include "tests/laws.h"

namespace laws {

using attention::DotScore;
using attention::Memory;
using attention::ScaledDotScore;
using autograd::Real;

// 1 and 0 as [B, T, S].
inline Tensor visible(const Mask& mask, const Tensor& scores) {
  if (mask.empty()) return Tensor::ones(scores.shape());
  return autograd::expand(mask.visible(), scores.shape());
}

// Two heads of a width that both share, [B, N, 2 D] to [B, 2, N, D].
inline Tensor two_heads(const Tensor& x) {
  return autograd::transpose(
      autograd::reshape(x, {x.size(0), x.size(1), 2, x.size(2) / 2}), 1, 2);
}

// The weights of the scores [B, 2, T, S] that `align` gives, and what they
// read, the heads put together by `merge`.
template <class AlignHeads, class Merge>
Kind two_headed(const char* name, const AlignHeads& align, const Merge& merge) {
  Kind kind;
  kind.name = name;
  kind.query = kind.key = kind.value = 6;
  kind.attend = [=](const Tensor& query, const Tensor& keys,
                    const Tensor& values, const Mask& mask) {
    const attention::Attention<ScaledDotScore> attend;
    const Memory memory =
        attend.prepare(two_heads(keys), two_heads(values), mask);
    const Tensor weights =
        align(attend.score(two_heads(query), memory.keys), mask);
    const Tensor context = autograd::matmul(weights, memory.values);
    return Result{autograd::reshape(merge(context), query.shape()),
                  autograd::mean(weights, {1})};
  };
  return kind;
}

// The mask of sentence b for every head, as masks that are repeated sentence
// after sentence would have it: b H + h reads that of (b H + h) % B.
inline Tensor repeated_wrongly(const Tensor& e, const Mask& mask) {
  const Tensor rows = visible(mask, autograd::select(e, 1, 0));  // [B, T, S]
  const Tensor twice = autograd::concat({rows, rows}, 0);
  return autograd::softmax(
      autograd::where(autograd::reshape(twice, e.shape()), e,
                      -std::numeric_limits<Real>::infinity()));
}

inline Tensor first_head_masked(const Tensor& e, const Mask& mask) {
  return autograd::softmax(autograd::concat(
      {mask.hide(autograd::slice(e, 1, 0, 1)), autograd::slice(e, 1, 1, 2)},
      1));
}

inline std::vector<Kind> mutants_of_heads() {
  const auto hidden = [](const Tensor& e, const Mask& mask) {
    return autograd::softmax(mask.hide(e));
  };
  const auto merged = [](const Tensor& x) {
    return autograd::transpose(x, 1, 2);
  };
  const auto not_transposed = [](const Tensor& x) { return x; };
  std::vector<Kind> all;
  all.push_back(
      two_headed("heads joined untransposed", hidden, not_transposed));
  all.push_back(two_headed("mask of one head only", first_head_masked, merged));
  all.push_back(
      two_headed("mask of another sentence", repeated_wrongly, merged));
  const Attention<ScaledDotScore> right;
  Kind kind = framed("streamed without its scale", right);
  kind.context = framed("", Attention<DotScore>()).context;
  all.push_back(kind);
  kind.name = "streamed past the mask";
  kind.context = [right](const Tensor& query, const Tensor& keys,
                         const Tensor& values, const Mask&) {
    return right.context(query, {keys, values, {}});
  };
  all.push_back(kind);
  return all;
}

}  // namespace laws
