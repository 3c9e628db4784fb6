#pragma once

#include <span>
#include <vector>

namespace exercise {

using Rows = std::vector<std::vector<double>>;

struct Additive {
  Rows query;             // W [A, width of s]
  Rows key;               // U [A, width of h]
  std::vector<double> v;  // [A]
};

struct Attention {
  std::vector<double> weights;  // one for each state, 0 for padding
  std::vector<double> context;  // as wide as a state
};

// Attends from s to the first `length` >= 1 of the states.
Attention attend(const Additive& additive, std::span<const double> s,
                 const Rows& states, int length);

}  // namespace exercise
