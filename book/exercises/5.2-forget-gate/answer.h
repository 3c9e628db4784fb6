#pragma once

#include <span>
#include <vector>

namespace exercise {

// z = input * x + recurrent * h + bias
struct Gate {
  double input = 0, recurrent = 0, bias = 0;
};

// One unit.
struct Lstm {
  Gate in, forget, content, out;
};

struct Trace {
  std::vector<double> hidden, cell;  // after each input
};

// Runs over the inputs, from a hidden state of 0 and the given cell.
Trace run(const Lstm& lstm, std::span<const double> inputs, double cell);

}  // namespace exercise
