// From a model that scores the next token to whole sentences.
#pragma once

#include <functional>
#include <vector>

#include "nn/module.h"
#include "nn/sampling.h"

namespace nn {

// What a model says of the next token, for B sentences with N hypotheses each.
struct Prediction {
  Tensor log_probabilities;  // [B, N, V]
  Tensor weights;            // [B, N, S], undefined without attention
};

// A model in the middle of decoding; the closures hold its state.
struct Decoder {
  // Feeds one token to each hypothesis (ids [B, N]) and predicts the next.
  std::function<Prediction(const Indices& tokens)> step;
  // Hypothesis i goes on from the state of hypothesis from[i] (B = 1).
  std::function<void(const Indices& from)> reorder;
};

// A token that might come next.
struct Guess {
  int token;
  Real log_probability;
};

// A decoded sentence.
struct Hypothesis {
  std::vector<int> tokens;  // the end mark not among them
  // What each token, then the end mark, attended to: a row of S weights each;
  // empty without attention.
  std::vector<std::vector<Real>> weights;
  // What each token, then the end mark, was chosen from: the likeliest first,
  // and last the token itself where it was not among them. Empty for none.
  std::vector<std::vector<Guess>> guesses;
  Real log_probability = 0;
  bool ended = false;  // by the end mark, not by the limit
};

struct DecodeOptions {
  int start = 2, end = 3;   // tokens; end -1 where there is none
  int beam = 1;             // hypotheses kept
  Real length_penalty = 0;  // alpha of Wu et al. 2016, equation 14
  int guesses = 0;          // kept for each token
};

// The likeliest token at each step (ties: the lowest id), for a batch of
// sentences with a limit of tokens each.
std::vector<Hypothesis> greedy(const Decoder& decoder,
                               const std::vector<int>& limits,
                               const DecodeOptions& options = {});

// Tokens drawn by what the model says (nn/sampling.h), for a batch of sentences
// with a limit of tokens each. Sentence i draws from the i-th split of `rng`,
// so its batch mates change nothing.
std::vector<Hypothesis> sample(const Decoder& decoder,
                               const std::vector<int>& limits,
                               const SampleOptions& how, Rng& rng,
                               const DecodeOptions& options = {});

// What the model makes of given sentences: their tokens are fed whatever it
// would say, and their weights and log probability returned.
std::vector<Hypothesis> forced(const Decoder& decoder,
                               const std::vector<std::vector<int>>& sentences,
                               const DecodeOptions& options = {});

// Beam search for one sentence; the hypotheses found, best first, by
//   log p / ((5 + length) / 6)^alpha
// Stops when no open hypothesis can become better than the best ended one.
std::vector<Hypothesis> beam_search(const Decoder& decoder, int limit,
                                    const DecodeOptions& options);

}  // namespace nn
