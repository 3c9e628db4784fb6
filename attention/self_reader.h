// Reads a sentence by one self-attention and answers at every word: the
// smallest model in which an order, a head or a mask makes a difference.
#pragma once

#include "attention/multihead.h"
#include "attention/position.h"
#include "nn/embedding.h"
#include "nn/linear.h"

namespace attention {

struct SelfReaderOptions {
  int words = 0, answers = 0;  // how many of each there are
  int width = 32, heads = 1, hidden = 64;
  int shared_heads = 0;  // of keys and values; 0: as many as heads
  bool output = true;    // whether the heads are mixed, by W_O
  PositionKind position = PositionKind::none;
  int longest = 512;  // of a learned table of positions
  int clip = 16;      // of relative ones
};

//   x = embedding + position    a = attend(x)    y = U relu(V (x + a))
struct SelfReader {
  SelfReaderOptions options;
  nn::Embedding embedding;  // [words, width]
  PositionEmbedding position;
  MultiHeadAttention attend;
  nn::Linear hidden, answer;  // V, U

  SelfReader(const SelfReaderOptions& options, nn::Rng& rng);

  // What the attention reads at each word, from their vectors without
  // positions:   x [B, T, width]   to [B, T, width]
  Tensor read(const Tensor& x, const Mask& mask = {}) const;
  // Scores of the answers, from those vectors:   [B, T, answers]
  Tensor answers(const Tensor& x, const Mask& mask = {}) const;
  // ids [B, T]   to [B, T, answers]
  Tensor operator()(const nn::Indices& ids, const Mask& mask = {}) const {
    return answers(embedding(ids), mask);
  }
  // Which word reads which, by heads:   ids [B, T]   to [B, heads, T, T]
  Tensor weights(const nn::Indices& ids, const Mask& mask = {}) const;

  nn::Parameters parameters() const;
};

}  // namespace attention
