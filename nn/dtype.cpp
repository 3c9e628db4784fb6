#include "nn/dtype.h"

#include <bit>
#include <cstdint>

namespace nn {
namespace {

// IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits.
float from_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000u) << 16;
  const std::uint32_t exponent = half >> 10 & 31u, fraction = half & 1023u;
  if (exponent == 0) {  // zero and subnormals: fraction 2^-24, exact
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -value : value;
  }
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + (127 - 15);
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

template <class Bits, class Number>
Real read_as(const char* bytes) {
  return static_cast<Real>(std::bit_cast<Number>(load_bits<Bits>(bytes)));
}

const Dtype kDtypes[] = {
    {"F32", 4, read_as<std::uint32_t, float>},
    {"F64", 8, read_as<std::uint64_t, double>},
    {"F16", 2,
     [](const char* p) -> Real {
       return from_half(load_bits<std::uint16_t>(p));
     }},
    {"BF16", 2,  // the upper half of a float
     [](const char* p) -> Real {
       return std::bit_cast<float>(std::uint32_t{load_bits<std::uint16_t>(p)}
                                   << 16);
     }},
    {"I64", 8, read_as<std::uint64_t, std::int64_t>},
    {"I32", 4, read_as<std::uint32_t, std::int32_t>},
    {"I16", 2, read_as<std::uint16_t, std::int16_t>},
    {"I8", 1, read_as<std::uint8_t, std::int8_t>},
    {"U64", 8, read_as<std::uint64_t, std::uint64_t>},
    {"U32", 4, read_as<std::uint32_t, std::uint32_t>},
    {"U16", 2, read_as<std::uint16_t, std::uint16_t>},
    {"U8", 1, read_as<std::uint8_t, std::uint8_t>},
    {"BOOL", 1, [](const char* p) -> Real { return *p != 0; }},
};

}  // namespace

const Dtype* find_dtype(std::string_view name) {
  for (const Dtype& dtype : kDtypes)
    if (dtype.name == name) return &dtype;
  return nullptr;
}

}  // namespace nn
