#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

namespace exercise {

using Row = std::vector<double>;
using Rows = std::vector<Row>;

// The matrix times x. Adds to `count` the multiplications that it took.
inline Row multiply(const Rows& matrix, const Row& x, std::int64_t& count) {
  Row result;
  for (const Row& row : matrix) {
    result.push_back(
        std::inner_product(row.begin(), row.end(), x.begin(), 0.0));
    count += static_cast<std::int64_t>(row.size());
  }
  return result;
}

struct Additive {
  Rows query;  // W [A, Q]
  Rows key;    // U [A, K]
  Row v;       // [A]
};

// For each query the softmax over the states of v . tanh(W query + U state): T
// rows of S weights. Adds the multiplications to `count`.
Rows all_weights(const Additive& additive, const Rows& queries,
                 const Rows& states, std::int64_t& count);

}  // namespace exercise
