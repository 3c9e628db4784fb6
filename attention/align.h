// Second step: from scores to weights. An alignment is a struct with
//
//   operator()(scores [B, T, S], mask, step)  weights [B, T, S]
//
// and, where something is trained, options and parameters(). What the mask
// hides has weight exactly 0, and a fully hidden row is zeros.
#pragma once

#include "attention/mask.h"
#include "autograd/random.h"

namespace attention {

// Where the reader stands: what a policy may look at besides scores and
// memory. The frame fills in `query`; the rest is the caller's to give where
// the policy asks for it.
struct Step {
  Tensor query;                  // [B, T, D]: local-p predicts from it
  int position = 0;              // of the first query among the targets
  Tensor previous = {};          // weights [B, T, S] of the step before
  Tensor coverage = {};          // [B, T, S], the sum of all weights before
  autograd::Rng* rng = nullptr;  // while training; null in evaluation
};

// alpha = softmax(e) over all visible keys: "global", "soft".
struct Softmax {
  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const Step& step) const;
};

}  // namespace attention
