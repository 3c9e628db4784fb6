#pragma once

#include <vector>

namespace exercise {

using Numbers = std::vector<double>;

// S >= 1 slots. Keys are as wide as a query; values may have another width.
struct Memory {
  std::vector<Numbers> keys, values;  // [S][D], [S][E]
};

struct Read {
  Numbers weights;  // [S], a softmax of the dot products, of any size
  Numbers context;  // [E]
};

Read read(const Numbers& query, const Memory& memory);

// u after so many hops, 0 or more; here E is D.
Numbers state_after(int hops, Numbers query, const Memory& memory);

}  // namespace exercise
