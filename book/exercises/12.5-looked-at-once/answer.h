#pragma once

#include <vector>

namespace exercise {

using Rows = std::vector<std::vector<double>>;

// With weights alpha_ts of T steps on S cells, S at least 1:
//   mean_s (1 - sum_t alpha_ts)^2
// over the steps that say a word; and its derivative by every weight, [T, S].
struct Penalty {
  double value = 0;
  Rows gradient;
};
Penalty looked_at_once(const Rows& weights, const std::vector<bool>& said);

}  // namespace exercise
