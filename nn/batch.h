// Sentences side by side: batches of similar length, filled up with padding.
#pragma once

#include <vector>

#include "autograd/indices.h"
#include "autograd/random.h"
#include "nn/vocab.h"

namespace nn {

// A sentence pair as token ids: the source as the encoder reads it, the target
// without <s> and </s>.
struct EncodedPair {
  std::vector<int> source, target;
};

// Rows of different length in one block.
struct Padded {
  autograd::Indices ids;     // [B, T], T the longest row
  std::vector<int> lengths;  // [B], before padding
};

// Fills the rows up to the longest. Throws if there is no row or no token.
Padded pad(const std::vector<std::vector<int>>& rows, int pad_id = Vocab::pad);

// B pairs for teacher forcing: the decoder reads `target_in` and is to say
// `target_out` at every step, where <pad> is to be ignored.
struct Batch {
  Padded source;                 // [B, S]
  Padded target_in;              // [B, T]   <s> y_1 .. y_n
  autograd::Indices target_out;  // [B, T]   y_1 .. y_n </s>
  std::vector<int> items;        // [B], which pairs these are
  int tokens = 0;                // of target_out, without padding
};

// The pairs with these indices as a batch. Throws for an index out of range.
Batch make_batch(const std::vector<EncodedPair>& pairs,
                 const std::vector<int>& items);

// One pass over the pairs in batches of `batch_size`, each pair once; a batch
// holds pairs of similar length, the last one cut may be smaller. The pairs
// must outlive it.
class Batches {
 public:
  // For an epoch of training: the pairs are shuffled, sorted by length within
  // pools of `pool_batches` batches, cut, and the batches shuffled. It is a
  // function of the random state before the call: with that state and a batch
  // number an interrupted epoch goes on where it stopped.
  Batches(const std::vector<EncodedPair>& pairs, int batch_size,
          autograd::Rng& rng);

  // For evaluation: sorted by length, nothing random.
  Batches(const std::vector<EncodedPair>& pairs, int batch_size);

  static constexpr int pool_batches = 32;

  int size() const { return static_cast<int>(cuts_.size()); }
  Batch operator[](int i) const;

 private:
  void cut(const std::vector<int>& order, int batch_size);

  const std::vector<EncodedPair>* pairs_;
  std::vector<std::vector<int>> cuts_;  // the items of each batch
};

}  // namespace nn
