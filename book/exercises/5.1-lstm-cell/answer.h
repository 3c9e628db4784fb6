#pragma once

#include <span>
#include <vector>

namespace exercise {

using Rows = std::vector<std::vector<double>>;

// Rows in the order input gate, forget gate, new content, output gate.
struct Lstm {
  Rows input;                // W [4 H, width of x]
  Rows recurrent;            // U [4 H, H]
  std::vector<double> bias;  // b [4 H]
};

struct State {
  std::vector<double> hidden, cell;  // H numbers each
};

// The state after the input x.
State step(const Lstm& lstm, const State& before, std::span<const double> x);

}  // namespace exercise
