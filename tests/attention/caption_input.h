// Small pictures with captions, for the tests of attention/caption.h.
#pragma once

#include "attention/caption.h"

namespace attention {

// As in tests/golden/make_golden_caption.py.
inline CaptionerOptions small_captioner() {
  CaptionerOptions options;
  options.encoder.channels = {4, 5};
  options.encoder.kernels = {3, 1};
  options.encoder.grid = 2;
  options.words = 9;
  options.embedding = 3;
  options.hidden = 7;
  options.score = 6;
  return options;
}

// Captions of three words and of one, for two pictures.
inline nn::Batch two_captions() {
  nn::Batch batch;
  batch.target_in = {Indices({2, 4}, {2, 4, 8, 5, 2, 7, 0, 0}), {4, 2}};
  batch.target_out = Indices({2, 4}, {4, 8, 5, 3, 7, 3, 0, 0});
  batch.items = {0, 1};
  batch.tokens = 6;
  return batch;
}

inline Tensor two_pictures() {
  Rng rng(5);
  return Tensor::uniform({2, 3, 8, 8}, 0, 1, rng);
}

}  // namespace attention
