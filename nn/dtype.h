// The types of number a file of tensors may hold, as little-endian bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "autograd/kernels/real.h"

namespace nn {

using autograd::Real;

struct Dtype {
  const char* name;
  int bytes;
  Real (*read)(const char* bytes);  // rounded to nearest where it must be
};

// By the name safetensors gives it: BOOL, U8 ... I64, F16, BF16, F32 or F64;
// null for any other.
const Dtype* find_dtype(std::string_view name);

// An unsigned number from its bytes.
template <class Bits>
Bits load_bits(const char* bytes) {
  Bits bits = 0;
  for (std::size_t i = 0; i < sizeof(Bits); ++i)
    bits |= static_cast<Bits>(
        static_cast<Bits>(static_cast<unsigned char>(bytes[i])) << (8 * i));
  return bits;
}

// The other way, at the end of `out`.
template <class Bits>
void append_bits(std::string& out, Bits bits) {
  for (std::size_t i = 0; i < sizeof(Bits); ++i)
    out += static_cast<char>(bits >> (8 * i) & 0xff);
}

}  // namespace nn
