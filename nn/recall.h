// A task for memories: a sentence begins with a name, filler words follow, and
// then it is asked which name it was.
#pragma once

#include <vector>

#include "nn/influence.h"
#include "nn/metrics.h"
#include "nn/reader.h"

namespace nn {

inline constexpr int recall_names = 8, recall_fillers = 8;

// Sentences of a name and so many fillers each, padded to the longest.
struct Recall {
  Indices ids;               // [B, T]: names from 0 on, then the fillers
  std::vector<int> lengths;  // [B]
  Indices names;             // [B], what is asked for
};

// A sentence for each number of fillers.
Recall draw_recall(const std::vector<int>& delays, Rng& rng);

// A reader for it, of a state of 32 numbers.
inline constexpr ReaderOptions recall_reader = {
    .words = recall_names + recall_fillers,
    .answers = recall_names,
    .width = 16,
    .hidden = 32};

// The mean cross entropy of sentences with `least` to `most` fillers. A reader
// is a Reader, or whatever can be called like one.
template <class Model>
Tensor recall_loss(const Model& reader, int sentences, int least, int most,
                   Rng& rng) {
  std::vector<int> delays;
  for (int b = 0; b < sentences; ++b)
    delays.push_back(least + rng.below(most - least + 1));
  const Recall recall = draw_recall(delays, rng);
  return cross_entropy(reader(recall.ids, recall.lengths), recall.names);
}

// The share of names that are told right, of 256 sentences that are the same
// at every call.
template <class Model>
double recall_accuracy(const Model& reader, int delay) {
  Rng rng(7);
  const Recall recall = draw_recall(std::vector<int>(256, delay), rng);
  const std::vector<int> best = argmax(reader(recall.ids, recall.lengths));
  int right = 0;
  for (int b = 0; b < 256; ++b)
    right += best[static_cast<std::size_t>(b)] == recall.names[b];
  return right / 256.0;
}

// The size of d h_k / d x_0, what the state k words later still feels of the
// name, as a share of that at distance 0; for distances that begin with 0.
template <class Model>
std::vector<double> fading(const Model& reader,
                           const std::vector<int>& distances) {
  Rng rng(99);
  std::vector<double> shares;
  for (const int k : distances) {
    const Recall recall = draw_recall(std::vector<int>(8, k), rng);
    Tensor x = reader.embedding(recall.ids).detach().clone();
    x.requires_grad(true);
    shares.push_back(influence(reader.last_state(x), x)[0]);
  }
  for (std::size_t i = shares.size(); i-- > 0;) shares[i] /= shares[0];
  return shares;
}

// The distance up to which at least a hundredth is left.
inline int reach(const std::vector<int>& distances,
                 const std::vector<double>& shares) {
  std::size_t i = 0;
  while (i + 1 < shares.size() && shares[i + 1] >= 0.01) ++i;
  return distances[i];
}

}  // namespace nn
