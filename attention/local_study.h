// What a trained translator's attention does with its weights, and where its
// words look.
#pragma once

#include <array>
#include <vector>

#include "attention/translator.h"

namespace attention {

// Of the weights of all target words.
struct WeightSums {
  double mean = 0, least = 0, most = 0;  // the sum for a target word
  // The share of target words by their sum: below 0.1, below 0.2, ... and from
  // 0.9 on.
  std::array<double, 10> tenths{};
  double read = 0;   // weights that are not 0, a target word
  double words = 0;  // of its source sentence
};
// Throws std::invalid_argument where there are no weights.
WeightSums weight_sums(const std::vector<Translation>& translations);
// Of several runs: means, but the least and the most of all.
WeightSums together(const std::vector<WeightSums>& runs);

// Where each target word of the pair looks, p_t in source words from 0, while
// the target is fed. Throws std::invalid_argument unless the translator is
// recurrent, makes its states before it looks, and aligns by local-p.
std::vector<float> places_of(const Translator& translator,
                             const nn::Pair& pair);

// The mean of |p_t - s| over the gold links (s, t).
double distance_from_gold(const Translator& translator,
                          const std::vector<nn::Pair>& pairs);

}  // namespace attention
