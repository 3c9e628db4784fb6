// The graph behind a tensor as a drawing.
#pragma once

#include <string>

#include "autograd/tensor.h"

namespace autograd {

// The graph that made y in Graphviz's DOT language, operands above results:
// boxes are values with their shapes, leaves that require a gradient are bold.
// `names` gives leaves a name. Turn it into a picture by `dot -Tsvg`.
std::string graph_dot(
    const Tensor& y,
    const std::vector<std::pair<std::string, Tensor>>& names = {});

}  // namespace autograd
