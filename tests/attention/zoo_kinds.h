// Every score of the library with every alignment, and the laws that each pair
// breaks by what it is.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "attention/any.h"
#include "attention/attention.h"
#include "attention/names.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/laws.h"

namespace laws {

using AnyAttention =
    attention::Attention<attention::AnyScore, attention::AnyAlign>;

inline constexpr int zoo_width = 5;  // of queries and keys

// All scores, the additive one with coverage and without.
inline std::vector<attention::ScoreOptions> zoo_scores() {
  std::vector<attention::ScoreOptions> all;
  for (std::size_t i = 0; i < attention::names<attention::ScoreKind>.size();
       ++i) {
    attention::ScoreOptions options;
    options.kind = static_cast<attention::ScoreKind>(i);
    options.query = options.key = zoo_width;
    options.width = 4;
    options.longest = 12;
    options.filters = 2;
    options.kernel = 3;
    all.push_back(options);
  }
  all.push_back(all[static_cast<std::size_t>(attention::ScoreKind::additive)]);
  all.back().coverage = true;
  return all;
}

// All alignments; local-p renormalised and not; sparsemax of scores that lie
// far apart, and so near each other that every key has weight.
inline std::vector<attention::AlignOptions> zoo_aligns() {
  std::vector<attention::AlignOptions> all;
  for (std::size_t i = 0; i < attention::names<attention::AlignKind>.size();
       ++i) {
    attention::AlignOptions options;
    options.kind = static_cast<attention::AlignKind>(i);
    options.query = zoo_width;
    options.window = options.kind == attention::AlignKind::local_p ? 2 : 1;
    all.push_back(options);
  }
  all.front().temperature = autograd::Real(0.5);
  all.back().temperature = autograd::Real(0.01);
  all.push_back(all.back());
  all.back().temperature = 20;
  all.push_back(all[static_cast<std::size_t>(attention::AlignKind::local_p)]);
  all.back().renormalise = true;
  return all;
}

inline std::string zoo_name(const attention::ScoreOptions& score,
                            const attention::AlignOptions& align) {
  return attention::name_of(score.kind) +
         (score.coverage ? " with coverage" : "") + ", " +
         (align.temperature > 1 ? "warm " : "") +
         attention::name_of(align.kind) +
         (align.renormalise ? " renormalised" : "");
}

inline AnyAttention zoo_attention(const attention::ScoreOptions& score,
                                  const attention::AlignOptions& align) {
  autograd::Rng rng(31);
  attention::AnyScore scores(score, rng);
  attention::AnyAlign aligns(align, rng);
  return AnyAttention(std::move(scores), std::move(aligns));
}

// What was read before, for a score that looks at it: the same by every query,
// more at some places than at others, nothing where the query may not look.
inline attention::Step read_before(const Tensor& query, const Tensor& keys,
                                   const Mask& mask) {
  const int S = keys.size(-2);
  Tensor shares = Tensor::empty({S});
  for (int s = 0; s < S; ++s) shares.set({s}, autograd::Real(s % 4 + 1) / 5);
  Tensor all = autograd::expand(shares, {query.size(0), query.size(-2), S});
  if (!mask.empty()) all = all * mask.visible();
  attention::Step step;
  step.previous = step.coverage = all;
  return step;
}

inline std::vector<Law> zoo_breaks(const attention::ScoreOptions& score,
                                   const attention::AlignOptions& align) {
  using attention::AlignKind;
  using attention::ScoreKind;
  std::vector<Law> breaks;
  const auto add = [&](std::initializer_list<Law> laws) {
    for (Law law : laws)
      if (std::count(breaks.begin(), breaks.end(), law) == 0)
        breaks.push_back(law);
  };
  // A score by place, or by what was read at a place.
  if (score.kind == ScoreKind::location) add({Law::keys_matter});
  if (score.kind == ScoreKind::location ||
      score.kind == ScoreKind::location_aware || score.coverage)
    add({Law::order_means_nothing, Law::equal_keys_share});
  switch (align.kind) {
    case AlignKind::softmax:
      break;
    case AlignKind::local_m:  // a query alone stands at place 0
      add({Law::queries_stand_alone});
      [[fallthrough]];
    case AlignKind::local_p:
      add({Law::keys_matter, Law::order_means_nothing, Law::equal_keys_share});
      if (align.kind == AlignKind::local_p && !align.renormalise)
        add({Law::rows_sum_to_one, Law::reads_within_hull});
      break;
    case AlignKind::sigmoid:
      add({Law::rows_sum_to_one, Law::equal_keys_share,
           Law::reads_within_hull});
      break;
    case AlignKind::sparsemax:  // cold, it takes the best key alone
      if (align.temperature < 1) add({Law::query_matters, Law::keys_matter});
      break;
  }
  return breaks;
}

inline Kind zoo_kind(const attention::ScoreOptions& score,
                     const attention::AlignOptions& align) {
  const auto any = std::make_shared<AnyAttention>(zoo_attention(score, align));
  Kind kind;
  kind.name = zoo_name(score, align);
  kind.query = kind.key = zoo_width;
  kind.breaks = zoo_breaks(score, align);
  kind.kinks = align.kind == attention::AlignKind::local_p ||
               align.kind == attention::AlignKind::sparsemax;
  kind.attend = [any](const Tensor& query, const Tensor& keys,
                      const Tensor& values, const Mask& mask) {
    return (*any)(query, any->prepare(keys, values, mask),
                  read_before(query, keys, mask));
  };
  for (const auto& parameter : any->parameters())
    kind.parameters.push_back(parameter.tensor);
  return kind;
}

inline std::vector<Kind> zoo() {
  std::vector<Kind> all;
  for (const auto& score : zoo_scores())
    for (const auto& align : zoo_aligns())
      all.push_back(zoo_kind(score, align));
  return all;
}

}  // namespace laws
