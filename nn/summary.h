// What a model is made of, read from the names of its parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nn/module.h"

namespace nn {

// A tensor, or a module with its parts in the order of the parameters.
struct Part {
  std::string name;            // "linear1", "layers.0-5", "weight"
  std::optional<Shape> shape;  // of a tensor
  std::string same_as;         // of a tied tensor: its first name, in full
  int times = 1;               // equal siblings in a row, folded into one
  std::int64_t count = 0;      // numbers trained, of all `times` together; a
                               // tied tensor counts where it comes first
  std::vector<Part> parts;     // of one of them
};

// The tree of "layers.0.linear1.weight" and its like. A module with one module
// in it is one part, "encoder.layers". Throws where a name comes twice or is
// that of a tensor and of a module.
Part parts_of(const Parameters& parameters, const std::string& name);

// The tree as text: a line for each module that holds tensors only, with their
// shapes, and for each other part.
//   gpt                                         834,048
//   ├─ embedding    weight [65, 128]              8,320
//   └─ layers.0-3   4 x 198,272                 793,088
//      ├─ norm1     weight [128], bias [128]        256
std::string summary(const Parameters& parameters, const std::string& name);

// The same as boxes within boxes, equal siblings as a pile.
std::string svg_summary(const Parameters& parameters, const std::string& name);

// What a line says of a part: the shapes of its tensors, or how often it is
// there; empty for a module with others in it.
std::string description(const Part& part);
// Whether a part is one line: a tensor, or a module of nothing else.
bool is_line(const Part& part);

}  // namespace nn
