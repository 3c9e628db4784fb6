// A language model: the Transformer's blocks with a causal mask, no source and
// no cross attention (Radford et al. 2018, 2019).
//
// Letters: B sentences, T tokens, W model width, V words.
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

// The defaults have the shape of GPT-2: pre-norm, learned positions, GELU, one
// matrix for embedding and output.
struct GptOptions {
  int words = 0;
  int width = 64, heads = 4, layers = 4;
  int context = 128;  // positions of the learned table: no sentence is longer
  int shared_heads = 0;  // of keys and values; 0: as many as heads
  int feed_forward = 0;  // 0: 4 W; with swiglu 8 W / 3, up to a multiple of 8
  nn::Activation activation = nn::Activation::gelu;
  bool rms_norm = false, bias = true, tie = true;
  PositionKind position = PositionKind::learned;
  // Of the sum of embeddings and positions, of each sub-layer's output, and of
  // the attention weights, as GPT-2.
  Real dropout = 0;
  Real epsilon = Real(1e-5);
  bool recompute = false;  // as TransformerOptions

  bool operator==(const GptOptions&) const = default;
};

// The same sizes in the shape of Llama (Touvron et al. 2023): RMSNorm, rotary
// positions, SwiGLU, no biases, an output of its own. `shared_heads` is left to
// the caller (Ainslie et al. 2023).
GptOptions llama(GptOptions sizes);

// The blocks that it is made of.
TransformerOptions stack_of(const GptOptions& options);

struct Gpt {
  GptOptions options;
  nn::Embedding embedding;
  PositionEmbedding position;
  TransformerEncoder stack;          // its layers, and the last norm
  std::optional<nn::Linear> output;  // without bias; none where tied

  // Matrices normal with deviation 0.02, those that end a sub-layer with
  // 0.02 / sqrt(2 layers), biases 0, as GPT-2.
  Gpt(const GptOptions& options, Rng& rng);

  // Scores of the next word [B, T, V] after each of the ids [B, T]. `caches`
  // and `weights` as TransformerEncoder's: with caches the ids are those after
  // what they hold.
  Tensor logits(const nn::Indices& ids, Rng* training,
                std::vector<Cache>* caches = nullptr,
                std::vector<LayerWeights>* weights = nullptr) const;
  // The same in two parts: states [B, T, W], and their scores [..., V].
  Tensor states(const nn::Indices& ids, Rng* training,
                std::vector<Cache>* caches = nullptr,
                std::vector<LayerWeights>* weights = nullptr) const;
  Tensor read_out(const Tensor& states) const;

  // The mean cross entropy; targets [B, T] are the ids one later, -100 where
  // none counts.
  Tensor loss(const nn::Indices& ids, const nn::Indices& targets,
              Rng* training) const;

  // A decoder that goes on from prompts of one token or more, with caches. Its
  // first step reads the prompts, whatever tokens it is fed: the start mark
  // stands for them. Prompts of unequal length give the bits that each would
  // alone. If the attention of a head (or the mean of a layer's) is to be
  // shown, weights are [B, N, S] with S all tokens so far, of the longest;
  // where a prompt was shorter, zeros follow.
  nn::Decoder decoder(const std::vector<std::vector<int>>& prompts,
                      std::optional<HeadChoice> shown = {}) const;

  Parameters parameters() const;
};

// How many numbers it trains, in closed form.
std::int64_t parameter_count(const GptOptions& options);

}  // namespace attention
