#include <limits>

#include "answer.h"

namespace exercise {

// TODO(14.2): upside down.
std::vector<std::vector<double>> additive_mask(const std::vector<bool>& padded,
                                               bool causal) {
  const double hidden = -std::numeric_limits<double>::infinity();
  const std::size_t T = padded.size();
  std::vector<std::vector<double>> mask(T, std::vector<double>(T, 0.0));
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t s = 0; s < T; ++s)
      if (!padded[s] && !(causal && s > t)) mask[t][s] = hidden;
  return mask;
}

}  // namespace exercise
