#pragma once

#include <span>
#include <vector>

namespace exercise {

// exp(score) over the sum of all exp(score), for any finite scores. No scores,
// no weights.
std::vector<double> softmax(std::span<const double> scores);

}  // namespace exercise
