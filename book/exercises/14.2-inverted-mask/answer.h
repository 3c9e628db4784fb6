#pragma once

#include <vector>

namespace exercise {

// For each of T queries a number for each of T keys, to be added to scores: 0
// where the query may read the key, -infinity where not. Padded keys are read
// by nobody; with `causal`, query t reads keys 0 ... t only.
std::vector<std::vector<double>> additive_mask(const std::vector<bool>& padded,
                                               bool causal);

}  // namespace exercise
