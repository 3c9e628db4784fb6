// Tensors in files: the safetensors format, which Python's package of that
// name reads and writes too
// (https://huggingface.co/docs/safetensors/index#format): a header's length
// (u64, little-endian), the header in JSON
//   {"__metadata__": {"key": "text"},
//    "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
// and the numbers, little-endian and row-major, without gaps.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nn/module.h"

namespace nn {

using Metadata = std::map<std::string, std::string>;

// What a file holds.
struct SafeTensors {
  Parameters tensors;  // in the order of the header
  Metadata metadata;

  // The tensor of that name; null if there is none.
  const Tensor* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  // The same; throws std::invalid_argument if there is none.
  const Tensor& at(std::string_view name) const;
  // Those named `prefix.rest`, as `rest`, and no metadata.
  SafeTensors under(std::string_view prefix) const;
};

// Reads a file; every type of number (BOOL, U8 ... I64, F16, BF16, F32, F64) is
// converted to Real, exactly where it fits and else rounded to nearest. Throws
// std::runtime_error that names the path and what is wrong with it, before
// anything larger than the file is allocated.
SafeTensors load_safetensors(const std::string& path);

// The same from bytes in memory.
SafeTensors parse_safetensors(std::string_view bytes);

// Writes tensors (as F32, or F64 where Real is double) in the order given,
// whole or not at all. Throws std::invalid_argument for names that repeat, are
// "__metadata__" or are not UTF-8, std::runtime_error if the file cannot be
// written.
void save_safetensors(const std::string& path, const Parameters& tensors,
                      const Metadata& metadata = {});

// The bytes that `save_safetensors` writes.
std::string safetensors_bytes(const Parameters& tensors,
                              const Metadata& metadata = {});

// Copies a file's tensors into those of the same names. Names and shapes must
// agree, none missing and none left over; else throws std::invalid_argument
// that lists every difference, and nothing is changed.
void load_into(const SafeTensors& file, const Parameters& parameters);

}  // namespace nn
