// What cached decoding keeps: the keys and values of the tokens read so far,
// so that a new token costs one query and not the whole sentence again.
#pragma once

#include <vector>

#include "attention/multihead.h"

namespace attention {

// Keys and values of R rows (a sentence, or one hypothesis of it, each),
// written in place. The room doubles when it is used up: n tokens cost n copies
// in all.
struct Cache {
  Tensor keys, values;  // [R, G, capacity, D]; none before the first token
  int length = 0;       // tokens so far

  // Takes those of the next n tokens, [R, G, n, D]; returns windows on all so
  // far, [R, G, length, D]. Not differentiable: only under autograd::NoGrad.
  Heads append(const Heads& next);
  // Row i goes on from what row from[i] has read; their number may change.
  void reorder(const nn::Indices& from);
};

}  // namespace attention
