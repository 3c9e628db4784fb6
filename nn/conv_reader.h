// Reads a sentence by convolutions and answers from the state of its last word.
#pragma once

#include <vector>

#include "nn/reader.h"

namespace nn {

// The row of each sentence's last word, of the last of all where no lengths
// are given:   x [B, T, W]   to [B, W]
Tensor at_last(const Tensor& x, const std::vector<int>& lengths);

// Five layers, each of which sees three words:
//   y_t = tanh(W [x_{t-2d}; x_{t-d}; x_t] + b)
// with zeros before the first word. d is 1; dilated, it is 1, 2, 4, 8, 16 from
// layer to layer (van den Oord et al. 2016). So the last word sees 10 words
// back, or 62.
struct ConvReader {
  Embedding embedding;
  std::vector<Linear> layers;
  Linear answer;
  bool dilated;

  ConvReader(const ReaderOptions& options, bool dilated, Rng& rng);

  // x [B, T, width]   to [B, hidden]
  Tensor last_state(Tensor x, const std::vector<int>& lengths = {}) const;
  // ids [B, T]   to scores of the answers [B, answers]
  Tensor operator()(const Indices& ids,
                    const std::vector<int>& lengths = {}) const {
    return answer(last_state(embedding(ids), lengths));
  }
  Parameters parameters() const;
};

}  // namespace nn
