// Recurrent encoder and decoder, with and without attention.
//
// Letters: B sentences, N hypotheses each, S source and T target length,
// E embedding, H hidden, C context (H a direction), V target words.
#pragma once

#include <optional>
#include <vector>

#include "attention/attention.h"
#include "nn/batch.h"
#include "nn/decode.h"
#include "nn/embedding.h"
#include "nn/linear.h"
#include "nn/rnn.h"

namespace attention {

using nn::Indices;
using nn::Parameters;
using nn::Real;
using nn::Rng;
using nn::Tensor;

// What of the source each decoder step is given.
enum class Context {
  initial,     // only the first state: Sutskever et al. 2014
  every_step,  // the encoder's last states at every step: Cho et al. 2014
  attention,   // an average of all states, chosen at every step:
               // Bahdanau et al. 2015
};

// How the decoder makes a state from the last one.
enum class DecoderKind {
  gru,
  plain,  // s = tanh(A [y; c; s] + b)
};

struct Seq2SeqOptions {
  int source_words = 0, target_words = 0;  // vocabulary sizes
  int embedding = 64;                      // E
  int hidden = 64;  // H, of each encoder direction and of the decoder
  int score = 64;   // width of the additive score
  Context context = Context::attention;
  DecoderKind decoder = DecoderKind::gru;
  bool bidirectional = true;  // the encoder
  Real dropout = 0;           // of embeddings and of the readout

  bool operator==(const Seq2SeqOptions&) const = default;
};

// One step of the decoder: from the state s_{t-1}, the word y_{t-1} and the
// context c_t to the state s_t. Weights as in PyTorch's GRUCell and RNNCell,
// whose input is [y; c].
struct DecoderCell {
  DecoderKind kind;
  int word;  // width of y, the first columns of weight_ih
  nn::Parameter weight_ih, weight_hh, bias_ih, bias_hh;

  DecoderCell(DecoderKind kind, int word, int context, int hidden, Rng& rng);

  // What the words add to the gates, for all steps at once: [..., E] to
  // [..., G H] with G = 3 (gru) or 1 (plain).
  Tensor project(const Tensor& words) const;
  // The columns of weight_ih that a context meets: [G H, C].
  Tensor context_weight() const;
  // projected [M, G H]   context [M, C] or none   state [M, H]   to [M, H]
  Tensor operator()(const Tensor& projected, const Tensor& context,
                    const Tensor& state) const;
  Parameters parameters() const;
};

struct Seq2Seq {
  Seq2SeqOptions options;
  nn::Embedding source_embedding, target_embedding;
  nn::Gru encoder;
  nn::Linear bridge;  // from the encoder's last states to the decoder's first
  std::optional<BahdanauAttention> attend;  // with Context::attention
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

  struct Step {
    Tensor state;    // [B, N, H]
    Tensor context;  // [B, N, C], none with Context::initial
    Tensor weights;  // [B, N, S], with Context::attention
  };
  // projected [B, N, G H] from `cell.project`, state [B, N, H]; `t` counts the
  // steps from 0, for a mask that differs from one to the next.
  Step step(const Source& source, const Tensor& projected, const Tensor& state,
            int t = 0) const;

  // All steps with the words given, projected [B, T, G H]: what `step` gives,
  // one after another.
  struct Unrolled {
    Tensor states;    // [B, T, H]
    Tensor contexts;  // [B, T, C], none with Context::initial
  };
  Unrolled unroll(const Source& source, const Tensor& projected) const;

  // Scores of the next word, from the state after the step, the context and
  // the word before:  tanh(W_r [s; c; y]) W_o, all [..., width].
  Tensor logits(const Tensor& state, const Tensor& context, const Tensor& words,
                Rng* training) const;

  // The mean cross entropy of the batch's targets, fed the words before them
  // (teacher forcing). `source` is what `encode` made of the batch's.
  Tensor loss(const nn::Batch& batch, Real smoothing, Rng* training) const;
  Tensor loss(const Source& source, const nn::Batch& batch, Real smoothing,
              Rng* training) const;

  // A decoder over the batch, for nn::greedy and nn::beam_search.
  nn::Decoder decoder(const nn::Padded& source) const;
  nn::Decoder decoder(Source source) const;

  Parameters parameters() const;
};

}  // namespace attention
