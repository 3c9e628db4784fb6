#pragma once

#include <vector>

namespace exercise {

inline constexpr int padding = 0;  // the target where a sentence has ended

struct Loss {
  double value = 0;
  std::vector<std::vector<double>> gradient;  // of each score
};

// The mean of -log softmax(scores)[target] over all places with a target other
// than padding. scores: a row a place, a column a word.
Loss cross_entropy(const std::vector<std::vector<double>>& scores,
                   const std::vector<int>& targets);

}  // namespace exercise
