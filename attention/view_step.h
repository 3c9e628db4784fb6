// One step of a decoder that attends, as a picture.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autograd/tensor.h"

namespace attention {

// What the five steps of Bahdanau et al. 2015 compute for one word.
struct StepPicture {
  std::vector<std::string> source;   // S words
  autograd::Tensor states;           // h [S, C]
  autograd::Tensor before;           // s_{t-1} [H]
  autograd::Tensor scores, weights;  // e, alpha [S]
  autograd::Tensor context;          // c [C]
  autograd::Tensor after;            // s_t [H]
  // The words that may come next with their chances, the likeliest first.
  std::vector<std::pair<std::string, double>> words;
};

// The whole SVG file, for some twenty numbers a state and less. A number is a
// bar, upwards where it is positive, one bar high from 1 on; a weight is a
// shade, and a line to the context that is as thick. Throws
// std::invalid_argument where sizes do not fit, or there is no word.
std::string svg_step(const StepPicture& step);

}  // namespace attention
