// Reads a sentence word by word and answers from its last state alone: what an
// encoder without attention hands on.
#pragma once

#include <vector>

#include "nn/embedding.h"
#include "nn/linear.h"
#include "nn/rnn.h"

namespace nn {

struct ReaderOptions {
  int words = 0, answers = 0;  // how many of each there are
  int width = 16, hidden = 32;
};

// Of a recurrent layer: Rnn, Gru or Lstm.
template <class Layer>
struct Reader {
  Embedding embedding;
  Layer layer;
  Linear answer;

  Reader(const ReaderOptions& options, Rng& rng)
      : embedding(options.words, options.width, rng),
        layer({.input = options.width, .hidden = options.hidden}, rng),
        answer(options.hidden, options.answers, rng) {}

  // The state h after the last word:   x [B, T, width]   to [B, hidden]
  Tensor last_state(const Tensor& x,
                    const std::vector<int>& lengths = {}) const {
    const Tensor state = layer(x, lengths).state;  // [1, B, H] or [2, 1, B, H]
    return select(layer.cells[0].hidden(state), 0, 0);
  }
  // ids [B, T]   to scores of the answers [B, answers]
  Tensor operator()(const Indices& ids,
                    const std::vector<int>& lengths = {}) const {
    return answer(last_state(embedding(ids), lengths));
  }

  Parameters parameters() const {
    return nested({{"embedding", embedding.parameters()},
                   {"layer", layer.parameters()},
                   {"answer", answer.parameters()}});
  }
};

}  // namespace nn
