// Windows of a long text, side by side, for a language model.
#pragma once

#include <vector>

#include "autograd/indices.h"
#include "autograd/random.h"

namespace nn {

// At each step of each window: a token, and the one that comes after it.
struct WindowBatch {
  autograd::Indices inputs, targets;  // [B, T]
};

// Batches of windows on a stream of tokens, which must outlive it.
class Windows {
 public:
  // For an epoch of training: so many windows of T = `context` tokens as the
  // stream has side by side, and as fill up the last batch; each begins
  // anywhere. It is a function of the random state before the call: with that
  // state and a batch number an interrupted epoch goes on where it stopped.
  // Throws where the stream is not longer than the context.
  Windows(const std::vector<int>& stream, int batch_size, int context,
          autograd::Rng& rng);

  // For evaluation: side by side and in order, so that each token but the
  // first is a target once. What is left, shorter than the others, is a batch
  // of its own. Throws where the stream has fewer than two tokens.
  Windows(const std::vector<int>& stream, int batch_size, int context);

  int size() const { return static_cast<int>(batches_.size()); }
  WindowBatch operator[](int i) const;

 private:
  struct Batch {
    int length;               // T
    std::vector<int> starts;  // [B], where each window begins
  };
  const std::vector<int>* stream_;
  std::vector<Batch> batches_;
};

}  // namespace nn
