// The attentions that the laws are tried on.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "attention/attention.h"
#include "attention/multihead.h"
#include "attention/position.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/attention/kinds_of_memory.h"
#include "tests/laws.h"

namespace laws {

// Multi-head attention over words whose places are told in the way given. Its
// weights are the mean of those of all heads.
inline Kind multi_head(std::string name,
                       const attention::MultiHeadOptions& options,
                       std::vector<Law> breaks) {
  using namespace attention;
  struct Layers {
    PositionEmbedding place;
    MultiHeadAttention heads;
  };
  autograd::Rng rng(21);
  PositionOptions told = options.position;
  told.width = options.width;
  told.longest = 16;
  PositionEmbedding place(told, rng);
  MultiHeadAttention heads(options, rng);
  const auto layers =
      std::make_shared<Layers>(Layers{std::move(place), std::move(heads)});
  Kind kind;
  kind.name = std::move(name);
  kind.query = kind.value = options.width;
  kind.key = layers->heads.options.key;
  kind.breaks = std::move(breaks);
  kind.attend = [layers](const Tensor& query, const Tensor& keys,
                         const Tensor& values, const Mask& mask) {
    const auto& [place, heads] = *layers;
    const auto [context, weights] = heads.with_weights(
        place(query), heads.project(place(keys), values), mask, nullptr);
    return Result{context, autograd::mean(weights, {1})};
  };
  kind.context = [layers](const Tensor& query, const Tensor& keys,
                          const Tensor& values, const Mask& mask) {
    const auto& [place, heads] = *layers;
    return heads(place(query), heads.project(place(keys), values), mask,
                 nullptr);
  };
  for (const auto& list :
       {layers->place.parameters(), layers->heads.parameters()})
    for (const auto& parameter : list)
      kind.parameters.push_back(parameter.tensor);
  return kind;
}

// Values are projected, so the context is no mean of them. Where order is told,
// it means something, equal keys at other places differ, and a query alone
// stands at another place than among others.
inline std::vector<Kind> multi_head_kinds() {
  using namespace attention;
  MultiHeadOptions two;
  two.width = 4;
  two.heads = 2;
  two.bias = false;
  const std::vector<Law> projected = {Law::reads_within_hull};
  std::vector<Kind> all = {multi_head("two heads", two, projected)};
  MultiHeadOptions other = two;
  other.shared_heads = 1;
  all.push_back(multi_head("two heads on one", other, projected));
  other.output = false;
  all.push_back(multi_head("many queries", other, projected));
  other = two;
  other.key = 5;
  all.push_back(multi_head("keys of another width", other, projected));
  other = two;
  other.bias = true;
  all.push_back(multi_head("two heads with biases", other, projected));
  // Biases start as zeros.
  for (const Tensor& x : all.back().parameters)
    if (x.rank() == 1) Tensor(x).fill(autograd::Real(0.25));
  all.back().breaks.push_back(Law::all_hidden_is_zero);
  for (const auto& [kind, name] :
       {std::pair(PositionKind::sinusoidal, "sinusoidal"),
        std::pair(PositionKind::learned, "learned"),
        std::pair(PositionKind::rotary, "rotary"),
        std::pair(PositionKind::alibi, "alibi"),
        std::pair(PositionKind::relative, "relative")}) {
    other = two;
    other.position.kind = kind;
    other.position.clip = 2;
    all.push_back(
        multi_head(name, other,
                   {Law::reads_within_hull, Law::queries_stand_alone,
                    Law::order_means_nothing, Law::equal_keys_share}));
    if (kind != PositionKind::relative && kind != PositionKind::alibi) continue;
    other.shared_heads = 1;
    all.push_back(multi_head(std::string(name) + ", two heads on one", other,
                             all.back().breaks));
  }
  return all;
}

// Every score of the library, one head and many.
inline std::vector<Kind> kinds() {
  using namespace attention;
  autograd::Rng rng(3);
  std::vector<Kind> all = {
      framed("dot", Attention<DotScore>()),
      framed("scaled dot", Attention<ScaledDotScore>()),
  };
  Softmax cool;
  cool.temperature = autograd::Real(0.5);
  GeneralScore general({.query = 4, .key = 6}, rng);
  AdditiveScore additive({.query = 4, .key = 6, .width = 9}, rng);
  all.push_back(framed("general", Attention(general)));
  all.push_back(framed("additive", BahdanauAttention(additive)));
  for (Kind* kind : {&all[2], &all[3]}) {
    kind->query = 4;
    kind->key = 6;
    kind->value = 3;
  }
  all.push_back(
      framed("scaled dot, cooler", Attention<ScaledDotScore>({}, cool)));
  for (Kind& kind : multi_head_kinds()) all.push_back(std::move(kind));
  for (Kind& kind : memory_kinds()) all.push_back(std::move(kind));
  return all;
}

}  // namespace laws
