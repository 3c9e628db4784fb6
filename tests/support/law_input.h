// What the laws work with: inputs, runs and comparisons.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "autograd/graph.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/laws.h"

namespace laws {

using autograd::Real;
using autograd::Rng;
using autograd::text;

inline constexpr int B = 3, T = 4, S = 7;
inline constexpr Real tolerance = Real(1e-5);

struct Input {
  Tensor query, keys, values;
  Mask mask;
};

inline Input random_input(const Kind& kind, const Mask& mask, int keys = S,
                          Real size = 1) {
  Rng rng(7);
  Input in;
  in.query = Tensor::uniform({B, T, kind.query}, -size, size, rng);
  in.keys = Tensor::uniform({B, keys, kind.key}, -size, size, rng);
  in.values = Tensor::uniform({B, keys, kind.value}, -1, 1, rng);
  in.mask = mask;
  return in;
}

inline const std::vector<int> lengths = {S, 4, 2};

inline Mask padded() { return Mask::padding(lengths, S); }

// A few with everything hidden, in all ways.
inline Mask partly_blind() {
  return Mask::padding({S, 0, 2}, S) & Mask::window(T, S, 0, 2);
}

inline Result run(const Kind& kind, const Input& in) {
  return kind.attend(in.query, in.keys, in.values, in.mask);
}

inline Result run_without_graph(const Kind& kind, const Input& in) {
  const autograd::NoGrad no_grad;
  return run(kind, in);
}

// Runs it and sends random gradients back; the inputs keep theirs.
inline Result run_both_ways(const Kind& kind, Input& in) {
  for (Tensor* x : {&in.query, &in.keys, &in.values}) x->requires_grad(true);
  const Result result = run(kind, in);
  Rng rng(11);
  const Tensor down = Tensor::uniform(result.context.shape(), -1, 1, rng);
  autograd::sum(result.context * down).backward();
  return result;
}

inline Tensor grad_of(const Tensor& x) {
  return x.has_grad() ? x.grad() : Tensor::zeros(x.shape());
}

// One row [.., b, i, :] written over.
inline Tensor with_row(const Tensor& x, int b, int i, Real value) {
  Tensor changed = x.clone();
  for (int d = 0; d < x.size(2); ++d)
    changed.set({b, i, d}, (d % 2 ? -value : value));
  return changed;
}

inline Tensor row(const Tensor& x, int b, int i) {
  return autograd::select(autograd::select(x, 0, b), 0, i);
}

inline bool close(const Tensor& a, const Tensor& b) {
  const std::vector<Real> x = a.values(), y = b.values();
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(std::abs(x[i] - y[i]) <= tolerance)) return false;  // NaN too
  return true;
}

// OpenBLAS orders its sums by the sizes: with it, up to rounding.
inline bool same_bits(const Tensor& a, const Tensor& b) {
#ifdef ATTENTION_OPENBLAS
  return close(a, b);
#else
  return a.values() == b.values();  // false for NaN
#endif
}

inline bool zero(const Tensor& x) {
  const std::vector<Real> values = x.values();
  return std::all_of(values.begin(), values.end(),
                     [](Real v) { return v == 0; });
}

// Calls f(b, t, s) until it answers with a violation.
template <class F>
std::string first_of(const F& f) {
  for (int b = 0; b < B; ++b)
    for (int t = 0; t < T; ++t)
      for (int s = 0; s < S; ++s)
        if (std::string found = f(b, t, s); !found.empty())
          return text(found, " at sentence ", b, ", query ", t, ", key ", s);
  return "";
}

// ---- The laws: "" where the kind keeps it, else what was seen.

std::string query_matters(const Kind& kind);
std::string keys_matter(const Kind& kind);
std::string queries_stand_alone(const Kind& kind);
std::string rows_sum_to_one(const Kind& kind);
std::string hidden_weighs_nothing(const Kind& kind);
std::string hidden_changes_nothing(const Kind& kind);
std::string hidden_nan_stays_out(const Kind& kind);
std::string hidden_learns_nothing(const Kind& kind);
std::string all_hidden_is_zero(const Kind& kind);
std::string future_changes_nothing(const Kind& kind);
std::string padding_changes_nothing(const Kind& kind);
std::string batch_mates_change_nothing(const Kind& kind);
std::string order_means_nothing(const Kind& kind);
std::string equal_keys_share(const Kind& kind);
std::string reads_within_hull(const Kind& kind);
std::string streamed_is_materialised(const Kind& kind);
std::string gradients_are_right(const Kind& kind);

}  // namespace laws
