// Everything called attention is three steps, one frame:
//
//     e     = score(query, keys)     attention/score.h
//     alpha = align(e, mask)         attention/align.h
//     c     = read(alpha, values)    attention/read.h
//
// What differs between one attention and another is which policies are joined
// and which tensors are called query, keys and values. All of them may have
// heads: query [B, H, T, *], keys and values [B, G, S, *], where query head h
// reads head h / (H / G); then contexts are [B, H, T, D], weights [B, H, T, S].
#pragma once

#include <concepts>
#include <utility>

#include "attention/align.h"
#include "attention/mask.h"
#include "attention/read.h"
#include "attention/score.h"
#include "autograd/ops.h"

namespace attention {

struct Result {
  Tensor context;  // [B, T, D]
  Tensor weights;  // [B, T, S]
};

// What a sentence is read from, prepared once: the keys as the score wants
// them, the values, and who may see what.
//
// A hidden NaN or Inf must reach nothing, not even by 0 * NaN. Where a hidden
// key or value is not finite it is replaced by 0; where the mask differs by
// query, each query then has a memory of its own ([B T, S, *] instead of
// [B, S, *]). Finite memories, the rule, are neither copied nor changed.
struct Memory {
  Tensor keys;    // projected [B, S, *]
  Tensor values;  // [B, S, D]
  Mask mask;
  bool by_query = false;  // one memory for each query
};

namespace detail {

bool all_finite(const Tensor& x);
// x [B, S, *] with 0 where it is hidden; [B T, S, *] for a mask by query.
Tensor without_hidden(const Tensor& x, const Mask& mask);
// A step whose weights before are [B, S], as those of one query are.
Step one_query(Step step);
// Every query as a sentence of its own: [B, T, *] to [B T, 1, *], of heads
// [B, H, T, *] to [B T, H, 1, *], and back.
Mask each_query(const Mask& mask, int B);
Tensor each_query(const Tensor& x);
Step each_query(Step step);
Tensor together(const Tensor& x, const Tensor& query);
void check_memory(const Tensor& keys, const Tensor& values, const Mask& mask);
void check_query(const Tensor& query, const Memory& memory);
// Groups of heads, [B, G, H / G, *, *], and heads again, [B, H, *, *].
bool shared(const Tensor& query, const Memory& memory);
Memory by_group(Memory memory);
Step by_group(Step step, int groups);
Tensor by_head(const Tensor& x);
// Whether the read has told what it chose.
inline bool told(const Step& step) {
  return step.chosen && step.chosen->defined();
}
// autograd::attention, with heads or without.
Tensor streamed(const Tensor& query, const Memory& memory,
                const autograd::AttentionOptions& options);

}  // namespace detail

template <class Score, class Align = Softmax, class Read = Expectation>
struct Attention {
  Score score;
  Align align;
  Read read;

  Attention() = default;
  explicit Attention(Score score, Align align = {}, Read read = {})
      : score(std::move(score)),
        align(std::move(align)),
        read(std::move(read)) {}

  // Once a sentence.   keys [B, S, *]   values [B, S, D], or both by heads
  Memory prepare(const Tensor& keys, const Tensor& values,
                 const Mask& mask = {}) const {
    detail::check_memory(keys, values, mask);
    const Tensor projected = score.project(keys);
    if (mask.empty() ||
        (detail::all_finite(projected) && detail::all_finite(values)))
      return {projected, values, mask};
    return {score.project(detail::without_hidden(keys, mask)),
            detail::without_hidden(values, mask),
            mask.by_query() ? detail::each_query(mask, keys.size(0)) : mask,
            mask.by_query()};
  }

  // Once a step, or for T queries together.   query [B, T, *] or [B, *], or
  // [B, H, T, *]; the axis T is missing from the result where it is from the
  // query
  Result operator()(const Tensor& query, const Memory& memory,
                    Step step = {}) const {
    if (step.chosen) *step.chosen = {};
    if (query.rank() == 2) {
      const auto [context, weights] = (*this)(autograd::unsqueeze(query, 1),
                                              memory, detail::one_query(step));
      if (detail::told(step)) *step.chosen = autograd::squeeze(*step.chosen, 1);
      return {autograd::squeeze(context, 1), autograd::squeeze(weights, 1)};
    }
    detail::check_query(query, memory);
    step.query = query;
    if (!memory.by_query) return attend_heads(memory, step);
    const auto [context, weights] =
        attend_heads(memory, detail::each_query(step));
    if (detail::told(step))
      *step.chosen = detail::together(*step.chosen, query);
    return {detail::together(context, query), detail::together(weights, query)};
  }

  // The context alone: where all three policies stream, without [T, S] in
  // memory. The two differ by rounding.
  Tensor context(const Tensor& query, const Memory& memory,
                 Step step = {}) const {
    if constexpr (Streamable<Score> && Streamable<Align> && Streamable<Read>) {
      autograd::AttentionOptions options;
      step.query = query;
      if (query.rank() > 2 && !memory.by_query && score.stream(step, options) &&
          align.stream(step, options) && read.stream(step, options))
        return detail::streamed(query, memory, options);
    }
    return (*this)(query, memory, std::move(step)).context;
  }

  // Those of the score, the alignment and the read, in this order.
  nn::Parameters parameters() const {
    return nn::nested({{"", nn::parameters_of(score)},
                       {"", nn::parameters_of(align)},
                       {"", nn::parameters_of(read)}});
  }

 private:
  // Heads that share a memory are a group: [B, H, T, *] is seen as
  // [B, G, H / G, T, *], beside memories [B, G, 1, S, *].
  Result attend_heads(const Memory& memory, const Step& step) const {
    if (!detail::shared(step.query, memory)) return attend(memory, step);
    const auto [context, weights] = attend(
        detail::by_group(memory), detail::by_group(step, memory.keys.size(1)));
    if (detail::told(step)) *step.chosen = detail::by_head(*step.chosen);
    return {detail::by_head(context), detail::by_head(weights)};
  }

  Result attend(const Memory& memory, const Step& step) const {
    Tensor scores;  // [B, T, S]
    if constexpr (std::invocable<const Score&, const Tensor&, const Tensor&,
                                 const Step&>)
      scores = score(step.query, memory.keys, step);
    else
      scores = score(step.query, memory.keys);
    Tensor weights = align(scores, memory.mask, step);
    Tensor context = read(weights, memory.values, step);
    return {std::move(context), std::move(weights)};
  }
};

// Bahdanau et al. 2015.
using BahdanauAttention = Attention<AdditiveScore>;

}  // namespace attention
