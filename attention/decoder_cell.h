// The recurrent part of a decoder: one step, from state to state.
#pragma once

#include "nn/module.h"

namespace attention {

using nn::Parameters;
using nn::Real;
using nn::Rng;
using nn::Tensor;

// How the decoder makes a state from the last one.
enum class DecoderKind {
  gru,
  plain,  // s = tanh(A [y; c; s] + b)
};

// From the state s_{t-1}, the word y_{t-1} and what is read beside it, the
// context c_t or whatever is fed in its place, to the state s_t. Weights as in
// PyTorch's GRUCell and RNNCell, whose input is [y; c].
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
  // projected [..., G H]   context [..., C] or none   state [..., H]
  // to the next state [..., H]
  Tensor operator()(const Tensor& projected, const Tensor& context,
                    const Tensor& state) const;
  // All steps of a cell that is given words alone.
  //   projected [B, T, G H]   state [B, H]   to [B, T, H]
  Tensor sequence(const Tensor& projected, const Tensor& state) const;
  Parameters parameters() const;
};

}  // namespace attention
