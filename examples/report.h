// How the programs of the book print, so that the book can quote them:
// sections, and numbers by name.
#pragma once

#include <cstdio>
#include <iostream>
#include <string>

namespace report {

// "== name ==" on a line of its own.
inline void section(const std::string& name) {
  std::cout << "\n== " << name << " ==\n";
}

// With so many digits after the point.
inline std::string fixed(double value, int decimals) {
  char digits[64];
  std::snprintf(digits, sizeof digits, "%.*f", decimals, value);
  return digits;
}

// With so many significant digits.
inline std::string significant(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

// "name = value" on a line of its own.
template <class T>
void number(const std::string& name, const T& value) {
  std::cout << name << " = " << value << '\n';
}

}  // namespace report
