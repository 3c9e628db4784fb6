// The Transformer of Vaswani et al. 2017: blocks of self-attention, cross
// attention and feed-forward, each with a residual connection and a norm.
//
// Letters: B sentences, R rows (one a sentence, or one a hypothesis of it), T
// target and S source length, H heads, W model width.
//
// Names of parameters are those of PyTorch's nn.TransformerEncoderLayer,
// nn.TransformerDecoderLayer and nn.Transformer, so weights travel both ways.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "attention/cache.h"
#include "attention/multihead.h"
#include "nn/feed_forward.h"
#include "nn/norm.h"

namespace attention {

using nn::Parameters;
using nn::Real;
using nn::Rng;
using nn::Tensor;

// The defaults are the paper's base model.
struct TransformerOptions {
  int width = 512, heads = 8;
  int shared_heads = 0;     // of keys and values; 0: as many as heads
  int feed_forward = 2048;  // hidden width of the feed-forward
  int encoder_layers = 6, decoder_layers = 6;
  nn::Activation activation = nn::Activation::relu;
  // Where a sub-layer f has its norm:
  //   false, "post-norm"   x = norm(x + f(x))     Vaswani et al. 2017
  //   true, "pre-norm"     x = x + f(norm(x))     Xiong et al. 2020
  bool norm_first = false;
  // A norm after the last layer of each stack, in post-norm too, as PyTorch's
  // nn.Transformer has it (the paper has not); in pre-norm there always is one.
  bool final_norm = false;
  bool rms_norm = false;  // in place of layer norms
  bool bias = true;       // of the linear maps
  // A decoder layer asks the source after its feed-forward and not, as in the
  // paper, before.
  bool cross_last = false;
  // As the paper, section 5.4: of the output of each sub-layer before it is
  // added, and (where there are embeddings) of the sums of embeddings and
  // positions.
  Real dropout = Real(0.1);
  // Of the attention weights, and between the two maps of the feed-forward:
  // PyTorch drops there too, as often; the paper does not, GPT-2 the former.
  Real weight_dropout = 0, hidden_dropout = 0;
  // Rotary, alibi and relative act within self-attention; what is added to
  // embeddings is left to those who have some.
  PositionKind position = PositionKind::sinusoidal;
  int longest = 512;          // rows of a learned table of positions
  Real epsilon = Real(1e-5);  // of the norms
  // While training, keep only what comes out of each layer, and compute what
  // is within it again in backward (autograd/checkpoint.h): the same bits.
  bool recompute = false;

  bool operator==(const TransformerOptions&) const = default;
};

// The weights of one layer, for those who want to look. What is wanted takes
// the materialised path; what is not stays empty.
struct LayerWeights {
  bool want_self = true, want_cross = true;
  Tensor self = {};   // [R, H, T, S], S with the tokens of the cache
  Tensor cross = {};  // [B, H, R / B T, S]
};

// Which head of a stack is shown: a layer and a head; -1 is the last layer, and
// the mean over its heads.
struct HeadChoice {
  int layer = -1, head = -1;

  bool operator==(const HeadChoice&) const = default;
};

// ---- Layers. Every call takes, after its operands,
//   training   draws the dropout; null means evaluation
//   cache      holds the tokens before x, and takes x's: x [R, T, W] are then
//              the next T tokens, and the mask is theirs, for all keys
//   weights    is filled where it is not null

// Self-attention, then feed-forward; a decoder-only model has these too, with
// a causal mask.
struct EncoderLayer {
  TransformerOptions options;
  MultiHeadAttention self_attn;
  nn::FeedForward feed_forward;  // linear1, linear2 (, gate)
  nn::Norm norm1, norm2;

  EncoderLayer(const TransformerOptions& options, Rng& rng);

  // x, y [R, T, W]
  Tensor operator()(const Tensor& x, const Mask& mask, Rng* training,
                    Cache* cache = nullptr,
                    LayerWeights* weights = nullptr) const;
  Parameters parameters() const;
};

// Self-attention, attention to the source (multihead_attn), feed-forward.
struct DecoderLayer {
  TransformerOptions options;
  MultiHeadAttention self_attn, multihead_attn;
  nn::FeedForward feed_forward;
  nn::Norm norm1, norm2, norm3;  // of the three sub-layers, in this order

  DecoderLayer(const TransformerOptions& options, Rng& rng);

  // The source as this layer reads it, once a sentence.  memory [B, S, W]
  Heads project(const Tensor& memory) const {
    return multihead_attn.project(memory, memory);
  }
  // x, y [R, T, W]; each source is read by R / B rows that lie side by side.
  // `source_mask` is [B or 1, T or 1, S], and where R is not B [B or 1, 1, S].
  Tensor operator()(const Tensor& x, const Heads& source, const Mask& mask,
                    const Mask& source_mask, Rng* training,
                    Cache* cache = nullptr,
                    LayerWeights* weights = nullptr) const;
  Parameters parameters() const;
};

// ---- Stacks. `caches` and `weights`, where given, have one for each layer;
// empty lists are filled.

struct TransformerEncoder {
  std::vector<EncoderLayer> layers;
  std::optional<nn::Norm> norm;

  // With options.encoder_layers layers.
  TransformerEncoder(const TransformerOptions& options, Rng& rng);

  // x, y [R, T, W]
  Tensor operator()(const Tensor& x, const Mask& mask, Rng* training,
                    std::vector<Cache>* caches = nullptr,
                    std::vector<LayerWeights>* weights = nullptr) const;
  Parameters parameters() const;  // layers.0.self_attn.in_proj_weight ...
};

struct TransformerDecoder {
  std::vector<DecoderLayer> layers;
  std::optional<nn::Norm> norm;

  // With options.decoder_layers layers.
  TransformerDecoder(const TransformerOptions& options, Rng& rng);

  // The memory [B, S, W] as each layer reads it.
  std::vector<Heads> project(const Tensor& memory) const;
  // x, y [R, T, W]; sources from `project`, masks as DecoderLayer's.
  Tensor operator()(const Tensor& x, const std::vector<Heads>& sources,
                    const Mask& mask, const Mask& source_mask, Rng* training,
                    std::vector<Cache>* caches = nullptr,
                    std::vector<LayerWeights>* weights = nullptr) const;
  Parameters parameters() const;
};

// Encoder and decoder, without embeddings: PyTorch's nn.Transformer, whose
// state_dict it loads (batch_first or not) where final_norm is set.
struct Transformer {
  TransformerOptions options;
  TransformerEncoder encoder;
  TransformerDecoder decoder;

  // Matrices by Glorot & Bengio's uniform, as PyTorch's.
  Transformer(const TransformerOptions& options, Rng& rng);

  // source [B, S, W]   target, y [B, T, W]   Who may read what: the source
  // itself, the target itself (causal, as a rule), and the target the source.
  Tensor operator()(const Tensor& source, const Tensor& target,
                    const Mask& source_mask, const Mask& target_mask,
                    const Mask& memory_mask, Rng* training) const;
  Parameters parameters() const;  // encoder.layers.0 ... decoder.norm.bias
};

// ---- Which head is shown.

// The layer that is chosen of so many. Throws std::invalid_argument for a layer
// or a head that is not there.
int layer_of(const HeadChoice& choice, int layers, int heads);
// One head's weights, or the mean over heads: from [R, H, T, S] to [R, T, S].
Tensor head_of(const HeadChoice& choice, const Tensor& weights);

// ---- How many numbers are trained, in closed form: transformer_count.cpp
std::int64_t encoder_count(const TransformerOptions& options);
std::int64_t decoder_count(const TransformerOptions& options);
std::int64_t parameter_count(const TransformerOptions& options);  // of both

}  // namespace attention
