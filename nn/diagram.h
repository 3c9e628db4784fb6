// Pictures of tensors and graphs as SVG files.
#pragma once

#include <string>

#include "autograd/dot.h"
#include "autograd/tensor.h"

namespace nn {

// A window on memory, of one or two axes: the tensor as a grid, and beneath it
// the memory, each cell with its value and, in the colour of its row, the index
// by which the window reads it ("0,1", and "+1" where one more index does).
// Cells that the window does not read are pale. Throws std::invalid_argument
// for other ranks, and for more than 16 x 16 elements or 256 memory cells.
std::string svg_window(const autograd::Tensor& x, const std::string& title);

// The graph that made y, operands above results: rounded boxes are ops, square
// ones leaves, and those with a broad rim require a gradient. Throws
// std::invalid_argument above 200 values.
std::string svg_graph(const autograd::Tensor& y, const autograd::Names& names,
                      const std::string& title);

}  // namespace nn
