// How the programs of the book print, so that the book can quote them:
// sections, and numbers by name.
#pragma once

#include <bit>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/tensor.h"
#include "nn/file.h"
#include "nn/text.h"

namespace nn {

// "== name ==" on a line of its own.
inline void section(const std::string& name) {
  std::cout << "\n== " << name << " ==\n";
}

// With so many significant digits.
inline std::string significant(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

// The bits of a number, in 8 hexadecimal digits: no two floats print alike.
inline std::string bits(float value) {
  char text[16];
  std::snprintf(text, sizeof text, "%08x",
                static_cast<unsigned>(std::bit_cast<std::uint32_t>(value)));
  return text;
}

// Of all of a tensor's numbers, in 16: another name for every other content.
inline std::string bits(const autograd::Tensor& x) {
  const std::vector<autograd::Real> values = x.values();
  return digest({reinterpret_cast<const char*>(values.data()),
                 values.size() * sizeof(autograd::Real)});
}

// "name = value" on a line of its own.
template <class T>
void number(const std::string& name, const T& value) {
  std::cout << name << " = " << value << '\n';
}

// Says what was found to hold. Where it does not, the program must fail: what
// the book tells of its results would be wrong.
inline void claim(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("this does not hold: " + what);
  std::cout << "holds: " << what << '\n';
}

// Writes a picture into a folder, which is made where it is not there.
inline void figure(const std::string& folder, const std::string& name,
                   const std::string& svg) {
  std::filesystem::create_directories(folder);
  write_file(folder + '/' + name, svg);
  std::cout << "wrote " << folder << '/' << name << '\n';
}

}  // namespace nn
