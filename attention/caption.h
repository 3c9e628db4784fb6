// Says what is on a picture, and where it looks at every word: Show, Attend and
// Tell (Xu et al. 2015).
//
// Letters: B pictures, S cells (places), T words, C channels, V words there
// are.
#pragma once

#include <vector>

#include "attention/hard.h"
#include "attention/reading_decoder.h"
#include "attention/reinforce.h"
#include "nn/batch.h"
#include "nn/conv.h"
#include "nn/norm.h"

namespace attention {

// Soft: the mean of all cells (their section 4.2). Hard: one cell, drawn while
// training, where one read in two is soft all the same ("set to its expected
// value", their section 4.1), and tells of no choice.
struct CaptionRead {
  bool hard = false;

  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const;
};

using CaptionAttention = Attention<AdditiveScore, Softmax, CaptionRead>;

// Convolutions: each is followed by max(x, 0) and by the largest of each two by
// two, so that n of them make a picture 2^n times smaller a side.
struct PictureEncoderOptions {
  std::vector<int> channels = {32, 64, 64};  // of each; C is the last
  std::vector<int> kernels = {5, 3, 1};      // odd
  int grid = 4;                              // cells a side; S = grid grid
};

struct PictureEncoder {
  PictureEncoderOptions options;
  std::vector<nn::Conv2d> layers;
  nn::Linear place;    // [C, 2]: what row and column, -1 to 1, add to a cell
  nn::LayerNorm norm;  // so that an empty cell weighs as much as others

  PictureEncoder(const PictureEncoderOptions& options, Rng& rng);

  // What is in each cell: pictures [B, 3, height, width] to [B, S, C].
  Tensor features(const Tensor& pictures) const;
  // The same with the place, normalised.
  Tensor operator()(const Tensor& pictures) const;
  Parameters parameters() const;
};

struct CaptionerOptions {
  PictureEncoderOptions encoder = {};
  int words = 0;  // V, of a vocabulary with nn::Vocab's special tokens
  int embedding = 32, hidden = 64, score = 64;
  Real dropout = 0;  // of what a word is chosen from
  // lambda of the doubly stochastic penalty (their equation 14), which wants
  // the weights of every cell to sum to one over the words:
  //   lambda mean_s (1 - sum_t alpha_ts)^2
  Real doubly = 0;
  // Of hard attention, which `decoder.attend.read.hard` turns on and off.
  ReinforceOptions reinforce = {.reward = 1, .entropy = 0.01};
};

struct Captioner {
  CaptionerOptions options;
  PictureEncoder encoder;
  nn::Linear start;  // from the mean of all cells to s_0
  ReadingDecoder<CaptionAttention> decoder;

  Captioner(const CaptionerOptions& options, Rng& rng);

  struct Source {
    Memory memory;
    Tensor state;  // s_0 [B, H]
  };
  Source encode(const Tensor& pictures) const;

  // What is to be minimised: the mean cross entropy of the captions' words, fed
  // the words before them, and the penalty. The batch's sources are not looked
  // at. Hard attention needs `training`, and learns where to look by REINFORCE:
  // a choice is credited with log p of its own word and of those after it, held
  // against a baseline for each step, which are then updated.
  Tensor loss(const Tensor& pictures, const nn::Batch& captions,
              Rng* training = nullptr,
              std::vector<Baseline>* baselines = nullptr) const;

  // For nn::greedy and nn::beam_search; hard looks at the likeliest cell.
  nn::Decoder describe(const Tensor& pictures) const;

  Parameters parameters() const;
};

}  // namespace attention
