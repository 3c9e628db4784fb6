#include "attention/memory_network.h"

#include <algorithm>

#include "nn/init.h"

namespace attention {
namespace {

using autograd::check;

nn::LinearOptions from_words(const MemoryNetworkOptions& o) {
  return {.in = o.words, .out = o.width, .bias = false};
}

// How many sentences follow each of S; 0 at padding.   [B, S]
nn::Indices ages(const std::vector<int>& lengths, int S) {
  std::vector<int> ages;
  for (const int length : lengths)
    for (int s = 0; s < S; ++s) ages.push_back(std::max(0, length - 1 - s));
  return nn::Indices({static_cast<int>(lengths.size()), S}, ages);
}

}  // namespace

// The paper draws all weights with deviation 0.1.
MemoryNetwork::MemoryNetwork(const MemoryNetworkOptions& o, nn::Rng& rng)
    : options(o),
      key(from_words(o), rng),
      value(from_words(o), rng),
      query(from_words(o), rng),
      key_age(o.sentences, o.width, rng),
      value_age(o.sentences, o.width, rng),
      hops({.width = o.width, .hops = o.hops}, rng),
      answer({.in = o.width, .out = o.answers, .bias = false}, rng) {
  for (Tensor weight : {Tensor(key.weight), Tensor(value.weight),
                        Tensor(query.weight), Tensor(key_age.weight),
                        Tensor(value_age.weight), Tensor(answer.weight)})
    nn::init::normal(weight, 0, nn::Real(0.1), rng);
}

Memory MemoryNetwork::remember(const Tensor& sentences,
                               const std::vector<int>& lengths) const {
  check(sentences.rank() == 3 && sentences.size(1) <= options.sentences &&
            sentences.size(0) == static_cast<int>(lengths.size()),
        "[MemoryNetwork] wanted sentences [B, S, words] with S at most ",
        options.sentences, " and B lengths, got ", sentences.shape(), " and ",
        lengths.size());
  const int S = sentences.size(1);
  const Mask mask = Mask::padding(lengths, S);
  const nn::Indices age = ages(lengths, S);
  const Tensor keys = key(sentences) + key_age(age);  // [B, S, width]
  if (!options.key_value) return hops.attend.prepare(keys, keys, mask);
  return hops.attend.prepare(keys, value(sentences) + value_age(age), mask);
}

MemoryNetwork::Outcome MemoryNetwork::operator()(const Tensor& questions,
                                                 const Memory& memory) const {
  Hops::Outcome read = hops(query(questions), memory);
  return {answer(read.state), std::move(read.reads)};
}

nn::Parameters MemoryNetwork::parameters() const {
  const nn::Parameters all = nn::nested({{"key", key.parameters()},
                                         {"key_age", key_age.parameters()},
                                         {"query", query.parameters()},
                                         {"hops", hops.parameters()},
                                         {"answer", answer.parameters()}});
  if (!options.key_value) return all;
  return nn::nested({{"", all},
                     {"value", value.parameters()},
                     {"value_age", value_age.parameters()}});
}

}  // namespace attention
