// A row of the table of ops: an op with its shapes as a function of one awkward
// size, and what its operands are filled with.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"

namespace autograd {

// What an operand is filled with. `spread` keeps away from kinks: no two
// elements and no zero closer than 0.02. A mask wants no gradient.
enum class Fill { normal, positive, spread, mask };
constexpr Fill normal = Fill::normal, positive = Fill::positive,
               spread = Fill::spread, mask = Fill::mask;

struct Row {
  std::string op;  // as ops.h declares it
  std::function<std::vector<Shape>(int n)> shapes;
  Function function;
  std::vector<Fill> fill = {};  // normal where nothing is said
  int least = 0;                // the smallest size that is legal
};

inline Indices some_indices(const Shape& shape, int size, int ignored = 0) {
  Rng rng(7);
  std::vector<int> values;
  for (std::int64_t i = 0; i < element_count(shape); ++i)
    values.push_back(ignored && i % 3 == 2 ? ignored : rng.below(size));
  return Indices(shape, values);
}

using Shapes = std::vector<Shape>;

// The shapes of two operands that meet element by element.
using Pair = Shapes (*)(int);
constexpr Pair pairs[] = {
    [](int n) {
      return Shapes{{3, n}, {3, n}};
    },
    [](int n) {
      return Shapes{{2, 3, n}, {n}};
    },
    [](int n) {
      return Shapes{{n, 1}, {2, 1, 3}};
    },
    [](int n) {
      return Shapes{{}, {n, 2}};
    },
};

inline Shapes one(int n) { return {{3, n}}; }
inline Shapes three_axes(int n) { return {{2, 3, n}}; }

}  // namespace autograd
