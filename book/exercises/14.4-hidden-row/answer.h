#pragma once

#include <vector>

namespace exercise {

using Numbers = std::vector<double>;

// One query that reads S >= 1 keys. visible[s] says whether it may read key s.
struct Row {
  Numbers scores;               // [S], less than +infinity where visible
  std::vector<bool> visible;    // [S]
  std::vector<Numbers> values;  // [S][E], finite where visible
};

// The context [E]; zeros where nothing is visible.
Numbers forward(const Row& row);

struct Gradients {
  Numbers scores;               // [S], 0 where hidden
  std::vector<Numbers> values;  // [S][E], 0 where hidden
};

// What the gradient [E] of the context sends back.
Gradients backward(const Row& row, const Numbers& d_context);

}  // namespace exercise
