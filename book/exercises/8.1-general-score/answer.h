#pragma once

#include <vector>

namespace exercise {

using Numbers = std::vector<double>;
using Rows = std::vector<Numbers>;

// W k for each key. W has a row for each number of a query and a column for
// each number of a key.
Rows project(const Rows& W, const Rows& keys);

// e_s = q . W k_s for each key, from what `project` gave.
Numbers scores(const Numbers& query, const Rows& projected);

// The W with q . W k = (W_Q q) . (W_K k) for all q and k. W_Q and W_K have
// equally many rows, one at least; W_Q has a column for each number of a query,
// W_K one for each number of a key.
Rows joined(const Rows& W_Q, const Rows& W_K);

}  // namespace exercise
