#pragma once

#include <vector>

namespace exercise {

using Numbers = std::vector<double>;

struct Read {
  Numbers weights;  // [S]
  Numbers context;  // [E]
};

// Weights that are a softmax of S >= 1 scores of any size, and the mean of the
// values [S][E] in these shares.
Read read(const Numbers& scores, const std::vector<Numbers>& values);

}  // namespace exercise
