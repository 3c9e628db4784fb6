// The graph behind a tensor as a drawing.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autograd/tensor.h"

namespace autograd {

using Names = std::vector<std::pair<std::string, Tensor>>;

// The graph that made y: y is value 0, and an edge goes from each operand to
// its result. `names` gives leaves a name.
struct Drawing {
  struct Value {
    std::string name;  // its own, else that of its op
    Shape shape;
    bool leaf, trained;  // trained: a leaf that requires a gradient
  };
  std::vector<Value> values;
  std::vector<std::pair<int, int>> edges;
};
Drawing graph_drawing(const Tensor& y, const Names& names = {});

// The same in Graphviz's DOT language, operands above results:
// boxes are leaves, bold ones require a gradient. Turn it into a picture by
// `dot -Tsvg`.
std::string graph_dot(const Tensor& y, const Names& names = {});

}  // namespace autograd
