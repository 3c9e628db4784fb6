#include "attention/transformer_seq2seq.h"

#include <cmath>
#include <memory>

#include "autograd/check.h"
#include "autograd/graph.h"
#include "nn/dropout.h"
#include "nn/init.h"
#include "nn/vocab.h"

namespace attention {

using autograd::check;
using autograd::reshape;
using nn::Indices;

namespace {

const TransformerSeq2SeqOptions& checked(const TransformerSeq2SeqOptions& o) {
  check(o.source_words > 0 && o.target_words > 0,
        "[TransformerSeq2Seq] wanted vocabularies with words, got ",
        o.source_words, " source and ", o.target_words, " target words");
  check(!o.share || o.source_words == o.target_words,
        "[TransformerSeq2Seq] wanted one vocabulary to share, got ",
        o.source_words, " source and ", o.target_words, " target words");
  return o;
}

std::optional<nn::Embedding> source_table(const TransformerSeq2SeqOptions& o,
                                          Rng& rng) {
  if (o.share) return std::nullopt;
  return nn::Embedding(o.source_words, o.stack.width, rng);
}

PositionOptions positions_of(const TransformerOptions& o) {
  PositionOptions result;
  result.kind = o.position;
  result.width = o.width;
  result.longest = o.longest;
  return result;
}

// Words as they enter a stack (the paper, sections 3.4, 3.5 and 5.4):
//   dropout(sqrt(W) embedding + position)      [R, T] to [R, T, W]
Tensor enter(const nn::Embedding& table, const PositionEmbedding& position,
             const Indices& words, Real dropout, Rng* training, int first = 0) {
  const Real scale = std::sqrt(static_cast<Real>(table.weight.size(1)));
  const Tensor x = position(table(words) * scale, first);
  return nn::Dropout{dropout}(x, training);
}

}  // namespace

TransformerSeq2Seq::TransformerSeq2Seq(const TransformerSeq2SeqOptions& o,
                                       Rng& rng)
    : options(checked(o)),
      source_embedding(source_table(o, rng)),
      target_embedding(o.target_words, o.stack.width, rng),
      source_position(positions_of(o.stack), rng),
      target_position(positions_of(o.stack), rng),
      transformer(o.stack, rng) {
  // So that sqrt(W) times a row has numbers of deviation 1.
  const Real deviation = 1 / std::sqrt(static_cast<Real>(o.stack.width));
  if (source_embedding)
    nn::init::normal(source_embedding->weight, 0, deviation, rng);
  nn::init::normal(target_embedding.weight, 0, deviation, rng);
  if (o.tie) return;
  output.emplace(
      nn::LinearOptions{
          .in = o.stack.width, .out = o.target_words, .bias = false},
      rng);
  nn::init::xavier_uniform(output->weight, rng);
}

TransformerSeq2Seq::Source TransformerSeq2Seq::encode(const nn::Padded& source,
                                                      Rng* training) const {
  const Mask mask = Mask::padding(source.lengths, source.ids.shape()[1]);
  const Tensor x =
      enter(source_embedding ? *source_embedding : target_embedding,
            source_position, source.ids, options.stack.dropout, training);
  const Tensor memory = transformer.encoder(x, mask, training);  // [B, S, W]
  return {transformer.decoder.project(memory), mask};
}

Tensor TransformerSeq2Seq::logits(const Source& source, const Indices& words,
                                  Rng* training, std::vector<Cache>* caches,
                                  std::vector<LayerWeights>* weights) const {
  const int T = words.shape()[1];
  const int first = caches && !caches->empty() ? (*caches)[0].length : 0;
  const Tensor x = enter(target_embedding, target_position, words,
                         options.stack.dropout, training, first);
  const Tensor y =
      transformer.decoder(x, source.heads, Mask::causal(T, first + T),
                          source.mask, training, caches, weights);
  return output ? (*output)(y) : autograd::linear(y, target_embedding.weight);
}

Tensor TransformerSeq2Seq::loss(const nn::Batch& batch, Real smoothing,
                                Rng* training) const {
  const Source source = encode(batch.source, training);
  return autograd::cross_entropy(
      logits(source, batch.target_in.ids, training), batch.target_out,
      {.ignored = nn::Vocab::pad, .smoothing = smoothing});
}

std::vector<Tensor> TransformerSeq2Seq::cross_weights(
    const nn::Batch& batch) const {
  const autograd::NoGrad no_grad;
  std::vector<LayerWeights> layers(transformer.decoder.layers.size());
  for (LayerWeights& layer : layers) layer.want_self = false;
  logits(encode(batch.source, nullptr), batch.target_in.ids, nullptr, nullptr,
         &layers);
  std::vector<Tensor> all;
  for (const LayerWeights& layer : layers) all.push_back(layer.cross);
  return all;
}

nn::Decoder TransformerSeq2Seq::decoder(const nn::Padded& source,
                                        HeadChoice shown) const {
  struct State {
    Source source;
    std::vector<Cache> caches;  // a row for each hypothesis of each sentence
    std::vector<LayerWeights> weights;
  };
  const autograd::NoGrad no_grad;
  auto now = std::make_shared<State>();
  now->source = encode(source, nullptr);
  const auto layers = transformer.decoder.layers.size();
  const auto layer = static_cast<std::size_t>(
      layer_of(shown, static_cast<int>(layers), options.stack.heads));
  now->weights.assign(layers, {.want_self = false, .want_cross = false});
  now->weights[layer].want_cross = true;
  nn::Decoder decoder;
  decoder.step = [this, now, shown, layer](const Indices& tokens) {
    const autograd::NoGrad no_grad;
    const int B = tokens.shape()[0], N = tokens.shape()[1];
    const Indices words({B * N, 1}, {tokens.begin(), tokens.end()});
    const Tensor scores =
        logits(now->source, words, nullptr, &now->caches, &now->weights);
    return nn::Prediction{
        autograd::log_softmax(reshape(scores, {B, N, scores.size(2)})),
        head_of(shown, now->weights[layer].cross)};
  };
  decoder.reorder = [now](const Indices& from) {
    for (Cache& cache : now->caches) cache.reorder(from);
  };
  return decoder;
}

Parameters TransformerSeq2Seq::parameters() const {
  return nn::nested({{"source_embedding", nn::parameters_of(source_embedding)},
                     {"target_embedding", target_embedding.parameters()},
                     {"source_position", source_position.parameters()},
                     {"target_position", target_position.parameters()},
                     {"", transformer.parameters()},
                     {"output", nn::parameters_of(output)}});
}

std::int64_t parameter_count(const TransformerSeq2SeqOptions& o) {
  const std::int64_t W = o.stack.width;
  const bool learned = o.stack.position == PositionKind::learned;
  return parameter_count(o.stack) +
         W * (o.target_words + (o.share ? 0 : o.source_words) +
              (o.tie ? 0 : o.target_words) +
              (learned ? 2 * o.stack.longest : 0));
}

}  // namespace attention
