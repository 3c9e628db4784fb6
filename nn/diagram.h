// Pictures of tensors and graphs as SVG files.
#pragma once

#include <string>
#include <vector>

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

// A sentence on its way through an encoder, one vector, and a decoder: what was
// read, the numbers of the vector (-1 to 1), and at each step of the decoder
// which word it was fed and which it said. Throws std::invalid_argument where
// fed and said differ in number, a number is out of range, or there is too much
// to draw: 16 words in all, 256 numbers.
struct EncoderDecoder {
  std::string title;
  std::vector<std::string> read;
  std::vector<double> vector;
  std::vector<std::string> fed, said;
};
std::string svg_encoder_decoder(const EncoderDecoder& run);

}  // namespace nn
