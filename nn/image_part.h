// What the readers of pictures share.
#pragma once

#include <stdexcept>
#include <string>

#include "autograd/check.h"
#include "nn/file.h"

namespace nn::detail {

// Throws std::runtime_error where the condition does not hold.
template <class... Parts>
void need(bool condition, const char* what, const Parts&... parts) {
  if (!condition)
    throw std::runtime_error(autograd::text("[", what, "] ", parts...));
}

// Runs `parse` on a file; what it throws names the path.
template <class F>
auto parsed(const std::string& path, const F& parse) {
  const std::string bytes = read_file(path);
  try {
    return parse(bytes);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

}  // namespace nn::detail
