#pragma once

#include <span>
#include <vector>

namespace exercise {

// The weights of local-p at a place p in a sentence of `length` >= 1 words, for
// all scores.size() >= length places. Over the words of the sentence with
// |s - p| <= window, window >= 1 (there is at least one):
//   alpha_s = softmax(scores)_s exp(-(s - p)^2 / (2 sigma^2)), sigma = window /
//   2
// and 0 elsewhere, whatever the score there is. With `sum_to_one`, divided by
// their sum.
std::vector<double> local_weights(std::span<const double> scores, int length,
                                  double p, int window, bool sum_to_one);

}  // namespace exercise
