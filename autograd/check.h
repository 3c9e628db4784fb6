// One way to refuse bad input: say what was wanted and show what came.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace autograd {

// Joins its arguments into one text, each as `operator<<` prints it.
template <class... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

// Throws std::invalid_argument with the joined parts. Kept out of line so that
// a check costs one compare where it holds.
template <class... Parts>
[[noreturn, gnu::noinline, gnu::cold]] void fail(const Parts&... parts) {
  throw std::invalid_argument(text(parts...));
}

// check(condition, "[matmul] inner sizes differ: ", a.shape(), ...)
template <class... Parts>
inline void check(bool condition, const Parts&... parts) {
  if (!condition) [[unlikely]]
    fail(parts...);
}

}  // namespace autograd
