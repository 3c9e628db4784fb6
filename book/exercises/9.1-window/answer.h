#pragma once

#include <span>
#include <vector>

namespace exercise {

// The weights of target word t >= 0 in a sentence of `length` >= 1 words, for
// all scores.size() >= length places: the softmax of the scores from p - window
// to p + window, as far as they are words of the sentence, and 0 elsewhere. p
// is t, or the sentence's last word where t is beyond it. No score outside the
// window changes anything.
std::vector<double> local_weights(std::span<const double> scores, int length,
                                  int t, int window);

}  // namespace exercise
