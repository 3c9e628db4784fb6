// Recurrent encoder and decoder, with and without attention.
//
// Letters: B sentences, N hypotheses each, S source and T target length,
// E embedding, H hidden, C context (H a direction), V target words.
#pragma once

#include <optional>
#include <vector>

#include "attention/attention.h"
#include "attention/decoder_cell.h"
#include "attention/decoder_state.h"
#include "attention/seq2seq_options.h"
#include "nn/batch.h"
#include "nn/decode.h"
#include "nn/embedding.h"
#include "nn/linear.h"
#include "nn/rnn.h"

namespace attention {

struct Seq2Seq {
  Seq2SeqOptions options;
  nn::Embedding source_embedding, target_embedding;
  nn::Gru encoder;
  nn::Linear bridge;  // from the encoder's last states to the decoder's first
  std::optional<Attention<AnyScore, AnyAlign>> attend;  // Context::attention
  DecoderCell cell;
  nn::Linear readout, output;

  Seq2Seq(const Seq2SeqOptions& options, Rng& rng);

  // A source ready to be decoded. An experiment may change it before that: a
  // mask [B, T, S] of the memory says what each step may read.
  struct Source {
    Memory memory;   // with Context::attention
    Tensor summary;  // [B, C], with Context::every_step
    Tensor state;    // [B, H], the decoder's first
  };
  Source encode(const nn::Padded& source, Rng* training) const;

  using State = DecoderState;
  State start(const Source& source) const;

  // What a step makes; or T steps together, with T in the place of N.
  struct Step {
    Tensor state;        // s_t [B, N, H]
    Tensor context;      // c_t [B, N, C], none with Context::initial
    Tensor attentional;  // h~_t [B, N, H], with DecoderOrder::luong
    Tensor weights;      // [B, N, S], with Context::attention
  };
  // Takes a step: projected [B, N, G H] from `cell.project`.
  Step step(const Source& source, const Tensor& projected, State& state) const;
  // All steps from the start with the words given, projected [B, T, G H]: what
  // `step` gives, one after another. Where one op does it all
  // (autograd::attention_decoder), the weights are not told.
  Step unroll(const Source& source, const Tensor& projected) const;

  // Scores of the next word [..., V], from what a step made and, in Bahdanau's
  // order, from the word before [..., E].
  Tensor logits(const Step& now, const Tensor& words, Rng* training) const;

  // The mean cross entropy of the batch's targets, fed the words before them
  // (teacher forcing). `source` is what `encode` made of the batch's.
  Tensor loss(const nn::Batch& batch, Real smoothing, Rng* training) const;
  Tensor loss(const Source& source, const nn::Batch& batch, Real smoothing,
              Rng* training) const;

  // A decoder over the batch, for nn::greedy and nn::beam_search.
  nn::Decoder decoder(const nn::Padded& source) const;
  nn::Decoder decoder(Source source) const;

  Parameters parameters() const;

 private:
  Step read(const Source& source, const State& state) const;
  Tensor combine(std::vector<Tensor> parts) const;
};

}  // namespace attention
