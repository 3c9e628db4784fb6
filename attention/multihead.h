// Many heads: several small attentions side by side, each with queries, keys
// and values of its own, made from the same words (Vaswani et al. 2017, section
// 3.2.2). Heads are windows on the projections: splitting them and putting them
// together again copies nothing.
//
// Letters: B sentences, T queries, S keys, H heads of queries, G heads of keys
// and values, D width of a head, W = H D.
#pragma once

#include <optional>
#include <utility>

#include "attention/attention.h"
#include "attention/position.h"
#include "nn/linear.h"

namespace attention {

struct MultiHeadOptions {
  int width = 0;           // W, of what queries are made from and of the result
  int heads = 1;           // H
  int shared_heads = 0;    // G: query head h reads key head h / (H / G)
                           // (Ainslie et al. 2023); 0: as many as heads
  int key = 0, value = 0;  // widths of what keys and values are made from;
                           // 0: W
  bool bias = true;
  bool output = true;  // mix the heads by a last projection
  Real dropout = 0;    // of the weights
  PositionOptions position = {.kind = PositionKind::none};
  // none, rotary, alibi and relative matter; `heads` and `head` are filled in

  bool operator==(const MultiHeadOptions&) const = default;
};

// Keys and values of a sentence by heads, [B, G, S, D].
struct Heads {
  Tensor keys, values;
};

// head_h = softmax(Q_h K_h' / sqrt(D)) V_h    y = [head_1 ... head_H] W_O'
//
// Weights as in PyTorch's nn.MultiheadAttention(batch_first=True). With
// `output = false` and `shared_heads = 1` it is the other definition that
// articles give: H queries read the same keys and values, and the contexts are
// put side by side.
struct MultiHeadAttention {
  MultiHeadOptions options;      // with the zeros filled in
  nn::Parameter in_proj_weight;  // [(H + 2 G) D, W]: q, k, v on top of each
                                 // other
  // instead of it, where `key` or `value` is not W: [W, W], [G D, key],
  // [G D, value]
  nn::Parameter q_proj_weight, k_proj_weight, v_proj_weight;
  nn::Parameter in_proj_bias;          // [(H + 2 G) D], or an empty handle
  std::optional<nn::Linear> out_proj;  // W_O, where `output`
  HeadPosition position;

  // Uniform as Glorot & Bengio 2010, and biases of 0, as PyTorch's. Throws
  // std::invalid_argument on sizes that do not divide each other.
  MultiHeadAttention(const MultiHeadOptions& options, nn::Rng& rng);

  // A null generator means evaluation: no dropout. `end` is what the result of
  // the last projection becomes before it is kept.

  // ---- Self-attention.   x, y [B, T, W]
  Tensor operator()(const Tensor& x, const Mask& mask, nn::Rng* training,
                    const autograd::LinearEnd& end = {}) const;

  // ---- Cross attention: keys and values once a sentence.
  // keys [B, S, key]   values [B, S, value]   the first key at position `first`
  Heads project(const Tensor& keys, const Tensor& values, int first = 0) const;
  // query [B, T, W], the first at position `first`   y [B, T, W]
  Tensor operator()(const Tensor& query, const Heads& heads, const Mask& mask,
                    nn::Rng* training, int first = 0,
                    const autograd::LinearEnd& end = {}) const;
  // The same and the weights: {[B, T, W], [B, H, T, S]}.
  Result with_weights(const Tensor& query, const Heads& heads, const Mask& mask,
                      nn::Rng* training, int first = 0,
                      const autograd::LinearEnd& end = {}) const;

  // ---- Its parts, for those that keep keys and values (cached decoding).
  // x [B, T, W] to queries [B, H, T, D]
  Tensor query(const Tensor& x, int first = 0) const;
  // Queries, keys and values of x in one product.
  std::pair<Tensor, Heads> split(const Tensor& x, int first = 0) const;
  // What queries [B, H, T, D] read: [B, T, W], without [T, S] in memory where
  // the positions allow it.
  Tensor read(const Tensor& query, const Heads& heads, const Mask& mask,
              nn::Rng* training, int first = 0,
              const autograd::LinearEnd& end = {}) const;
  Result read_with_weights(const Tensor& query, const Heads& heads,
                           const Mask& mask, nn::Rng* training, int first = 0,
                           const autograd::LinearEnd& end = {}) const;

  // PyTorch's names, then position.keys and position.values where trained.
  nn::Parameters parameters() const;
};

}  // namespace attention
