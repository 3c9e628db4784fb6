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

// One head: its three maps, [D, W] each.
struct Head {
  Rows query, key, value;
};

// What the head has read so far.
struct Cache {
  Rows keys, values;  // a row of D numbers for each word
};

// What the newest word x reads: of itself and of all words before it, weighted
// by the softmax of query . key / sqrt(D). Takes the word into the cache. Adds
// to `count` the multiplications of the three maps; no word is mapped twice.
Row read_next(const Head& head, Cache& cache, const Row& x,
              std::int64_t& count);

}  // namespace exercise
