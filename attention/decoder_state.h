// What a recurrent decoder carries from step to step.
//
// Letters: B sentences, N hypotheses each, S places of the memory, T steps,
// H hidden.
#pragma once

#include <functional>
#include <vector>

#include "attention/align.h"
#include "nn/decode.h"

namespace attention {

using nn::Indices;

// Where a decoder stands: what a step is made from, besides its word.
struct DecoderState {
  Tensor hidden;            // s_{t-1} [B, N, H]
  Tensor attentional = {};  // h~_{t-1} [B, N, H], with input feeding
  // Where the attention looks back, the weights of the step before and the sum
  // of all before, [B, N, S]; none at the first step.
  Tensor weights = {}, coverage = {};
  int t = 0;  // steps that were taken

  // What an attention is told when it is asked here.
  Step ask() const;
  // A step was taken; its weights, if the next is to know them.
  void note(const Tensor& looked);
  // Hypothesis i goes on from the state of hypothesis from[i] (B = 1).
  void reorder(const Indices& from);
};

// A decoder for nn::greedy and nn::beam_search: `step` feeds a token to each
// hypothesis and moves the state on.
nn::Decoder decoder_from(
    DecoderState first,
    std::function<nn::Prediction(const Indices& tokens, DecoderState&)> step);

// A part of what each step made, [B, 1, *], as one [B, T, *]; none where the
// steps have none.
template <class Made>
Tensor side_by_side(const std::vector<Made>& steps, Tensor Made::*part) {
  std::vector<Tensor> parts;
  for (const Made& step : steps)
    if ((step.*part).defined()) parts.push_back(step.*part);
  return parts.empty() ? Tensor() : autograd::concat(parts, 1);
}

}  // namespace attention
