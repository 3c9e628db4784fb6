#pragma once

#include <vector>

namespace exercise {

// The weights of scaled dot-product attention: the softmax, over all keys, of
// q . k / sqrt(D), where D is how many numbers a query has. No score is so large
// that a weight becomes NaN. No keys, no weights.
std::vector<double> weights(const std::vector<double>& query,
                            const std::vector<std::vector<double>>& keys);

}  // namespace exercise
