#pragma once

#include <span>
#include <vector>

namespace exercise {

using Rows = std::vector<std::vector<double>>;

struct Attention {
  std::vector<double> weights;  // one for each key
  std::vector<double> context;  // as wide as a value
};

// Dot scores over `temperature`, their softmax, and the weighted sum of the
// values. keys and values have a row a word. std::invalid_argument unless
// temperature > 0.
Attention attend(std::span<const double> query, const Rows& keys,
                 const Rows& values, double temperature);

}  // namespace exercise
