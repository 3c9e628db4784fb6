// A Transformer from words to words: embeddings, positions, encoder, decoder
// and output, with the same face as attention/seq2seq.h.
//
// Letters: B sentences, N hypotheses each, S source and T target length,
// W model width, H heads, V target words.
#pragma once

#include <optional>
#include <vector>

#include "attention/position.h"
#include "attention/transformer.h"
#include "nn/batch.h"
#include "nn/decode.h"
#include "nn/embedding.h"
#include "nn/linear.h"

namespace attention {

struct TransformerSeq2SeqOptions {
  int source_words = 0, target_words = 0;  // vocabulary sizes
  // The paper, section 3.4, shares one matrix among both embeddings and the
  // output:
  bool tie = true;     // the output with the target's embedding
  bool share = false;  // the source's embedding too, over one vocabulary
  TransformerOptions stack;

  bool operator==(const TransformerSeq2SeqOptions&) const = default;
};

struct TransformerSeq2Seq {
  TransformerSeq2SeqOptions options;
  std::optional<nn::Embedding> source_embedding;  // none where shared
  nn::Embedding target_embedding;
  PositionEmbedding source_position, target_position;
  Transformer transformer;
  std::optional<nn::Linear> output;  // without bias; none where tied

  TransformerSeq2Seq(const TransformerSeq2SeqOptions& options, Rng& rng);

  // A source ready to be decoded.
  struct Source {
    std::vector<Heads> heads;  // as each decoder layer reads it
    Mask mask;                 // hides its padding
  };
  Source encode(const nn::Padded& source, Rng* training) const;

  // Scores of the next word [R, T, V], fed words [R, T] (teacher forcing).
  // `caches` and `weights` as TransformerDecoder's: with caches the words are
  // those after what they hold.
  Tensor logits(const Source& source, const nn::Indices& words, Rng* training,
                std::vector<Cache>* caches = nullptr,
                std::vector<LayerWeights>* weights = nullptr) const;

  // The mean cross entropy of the batch's targets, fed the words before them.
  Tensor loss(const nn::Batch& batch, Real smoothing, Rng* training) const;

  // The cross attention of every layer, [B, H, T, S] each, while the batch's
  // targets are fed: row t is what was read to say word t + 1.
  std::vector<Tensor> cross_weights(const nn::Batch& batch) const;

  // A decoder over the batch, for nn::greedy and its kin, with caches. Its
  // weights are those of a head of the cross attention, or the mean of a
  // layer's.
  nn::Decoder decoder(const nn::Padded& source, HeadChoice shown = {}) const;

  // source_embedding.weight, target_embedding.weight (the shared one, too),
  // then those of the positions, if any, encoder.*, decoder.*, output.weight.
  Parameters parameters() const;
};

// How many numbers it trains, in closed form.
std::int64_t parameter_count(const TransformerSeq2SeqOptions& options);

}  // namespace attention
