// Second step: from scores to weights. An alignment is a struct with
//
//   operator()(scores [B, T, S], mask, step)  weights [B, T, S]
//
// or the same of heads, with more axes after B; and, where something is
// trained, options and parameters(). What the mask hides has weight exactly 0,
// and a fully hidden row is zeros.
#pragma once

#include <concepts>

#include "attention/mask.h"
#include "autograd/ops.h"
#include "autograd/random.h"

namespace attention {

using autograd::Real;

// Where the reader stands: what a policy may look at besides scores and
// memory. The frame fills in `query`; the rest is the caller's to give where
// the policy asks for it.
struct Step {
  Tensor query;                  // [B, T, D]: local-p predicts from it
  int position = 0;              // of the first query among the targets
  int cycle = 1;                 // sentence b asks at position + b % cycle
  bool same_place = false;       // all T queries ask there, as hypotheses do
  Tensor previous = {};          // weights [B, T, S] of the step before
  Tensor coverage = {};          // [B, T, S], the sum of all weights before
  autograd::Rng* rng = nullptr;  // while training; null in evaluation
  Tensor* chosen = nullptr;      // [B, T, S], to where a hard read tells what
                                 // it looked at (attention/hard.h)
};

// A policy (score, alignment or read) that autograd::attention can do, without
// [T, S] in memory, names itself `Streams`, so that one which inherits and
// changes it is not taken for it, and has
//
//   bool stream(step, options) const   fills in its part of the options; false
//                                      where the op cannot do it after all
template <class Policy>
concept Streamable = std::same_as<typename Policy::Streams, Policy> &&
    requires(const Policy& policy, const Step& step,
             autograd::AttentionOptions& options) {
  { policy.stream(step, options) } -> std::same_as<bool>;
};

// alpha = softmax(e / temperature) over all visible keys: "global", "soft".
// Below 1 the temperature sharpens, above 1 it flattens; it must be above 0.
struct Softmax {
  Real temperature = 1;

  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const Step& step) const;

  using Streams = Softmax;
  bool stream(const Step&, autograd::AttentionOptions& options) const;
};

// alpha = sigmoid(e): every key is let in or not, whatever the others are. No
// distribution; the gates of Woo et al. 2018 ("CBAM") are of this form.
struct SigmoidGate {
  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const Step& step) const;
};

// alpha = the distribution that is nearest to e (autograd::sparsemax): keys far
// below the best get exactly 0 (Martins & Astudillo 2016).
struct Sparsemax {
  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const Step& step) const;
};

}  // namespace attention
