// The laws of attention: what any attention must do, ours or yours. To put
// your own under them, say how it is called and which laws it breaks on
// purpose:
//
//   TEST(MyAttention, KeepsTheLaws) {
//     MyAttention mine(...);
//     expect_laws({.name = "mine",
//                  .attend = [&](const Tensor& query, const Tensor& keys,
//                                const Tensor& values, const Mask& mask) {
//                    return mine(query, keys, values, mask);
//                  },
//                  .breaks = {Law::rows_sum_to_one}});
//   }
//
// A law declared as broken must really be broken. That the laws can see is
// proved by planted bugs: tests/attention/law_matrix.txt.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "attention/attention.h"

namespace laws {

using attention::Attention;
using attention::Mask;
using attention::Result;
using autograd::Tensor;

enum class Law {
  query_matters,           // weights depend on the query
  keys_matter,             // and on every visible key
  queries_stand_alone,     // one query's result does not see the others
  rows_sum_to_one,         // whatever the size of the scores
  hidden_weighs_nothing,   // a masked weight is exactly 0
  hidden_changes_nothing,  // not one bit, by any finite key or value
  hidden_nan_stays_out,    // nor by NaN or Inf, in results and gradients
  hidden_learns_nothing,   // gradients of masked keys and values are 0
  all_hidden_is_zero,      // weights, context and gradients
  future_changes_nothing,  // with a causal mask: the past, not one bit
  padding_changes_nothing,
  batch_mates_change_nothing,
  order_means_nothing,       // keys and values permuted: so are the weights
  equal_keys_share,          // uniform weights over what is visible
  reads_within_hull,         // the context is a mean of visible values
  streamed_is_materialised,  // the context and its gradients, to rounding
  gradients_are_right,
};

// Every law, in this order.
const std::vector<Law>& all_laws();
const char* name_of(Law law);

// An attention as the laws see it.
struct Kind {
  std::string name;
  int query = 5, key = 5, value = 5;  // widths
  // query [B, T, *], keys [B, S, *], values [B, S, *], S <= 12, to context
  // [B, T, value] and weights [B, T, S]
  std::function<Result(const Tensor&, const Tensor&, const Tensor&,
                       const Mask&)>
      attend;
  std::vector<Law> breaks = {};
  // The context alone, where there is a way to it without weights.
  std::function<Tensor(const Tensor&, const Tensor&, const Tensor&,
                       const Mask&)>
      context = {};
  std::vector<Tensor> parameters = {};  // their gradients are checked too
  // Jumps or bends here and there, as at the edge of a window. The differences
  // of floats reach too far for that: its gradients are checked in double only.
  bool kinks = false;
};

// "" where the kind keeps the law, else what was seen.
std::string violation(Law law, const Kind& kind);

// Fails the running test for each law that is broken but not declared so, and
// for each that is declared but kept.
void expect_laws(const Kind& kind);

// The same kind by its way without weights: its context under all laws.
Kind streamed(const Kind& kind);

// A kind from the library's frame.
template <class Score, class Align, class Read>
Kind framed(std::string name, Attention<Score, Align, Read> attention,
            std::vector<Law> breaks = {}) {
  Kind kind;
  kind.name = std::move(name);
  const auto shared = std::make_shared<Attention<Score, Align, Read>>(
      std::move(attention));  // so that copies of the kind share parameters
  for (const auto& parameter : shared->parameters())
    kind.parameters.push_back(parameter.tensor);
  kind.attend = [shared](const Tensor& query, const Tensor& keys,
                         const Tensor& values, const Mask& mask) {
    return (*shared)(query, shared->prepare(keys, values, mask));
  };
  if constexpr (attention::Streamable<Score> && attention::Streamable<Align> &&
                attention::Streamable<Read>)
    kind.context = [shared](const Tensor& query, const Tensor& keys,
                            const Tensor& values, const Mask& mask) {
      return shared->context(query,
                             {shared->score.project(keys), values, mask});
    };
  kind.breaks = std::move(breaks);
  return kind;
}

}  // namespace laws
