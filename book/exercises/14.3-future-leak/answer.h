#pragma once

#include <vector>

namespace exercise {

using Rows = std::vector<std::vector<double>>;

// Weights from scores of T queries, the last T of S words, for all S words:
// each row a softmax over the query's own word and those before it, 0 behind.
// No score behind changes a weight, not in the last bit.
Rows causal_weights(const Rows& scores);

}  // namespace exercise
