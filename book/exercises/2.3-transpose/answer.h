#pragma once

#include <span>
#include <vector>

namespace exercise {

// Numbers of a larger store: the first stands at `offset`, and neighbours on an
// axis are the axis' stride apart.
struct View {
  std::vector<int> shape, strides;
  int offset = 0;
};

// The same numbers with two axes exchanged. An axis below 0 counts from the
// end: -1 is the last. std::invalid_argument for an axis that is not there.
View transpose(const View& view, int axis, int other);

// What the view shows of the store, row after row.
std::vector<double> numbers(const View& view, std::span<const double> store);

}  // namespace exercise
