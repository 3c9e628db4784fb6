// Checking gradients against differences of values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "autograd/tensor.h"

namespace autograd {

inline constexpr bool is_double = sizeof(Real) == sizeof(double);

struct GradientCheckOptions {
  // The step h of the difference, times max(1, |x|).
  Real epsilon = is_double ? Real(1e-5) : Real(1e-2);
  // |got - expected| <= tolerance max(1, |got|, |expected|)
  Real tolerance = is_double ? Real(1e-6) : Real(1e-2);
  std::uint64_t seed = 1;  // of the direction
  int every = 1;           // 7: of seven elements one is compared
};

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

// Projects y = function(inputs) on a random direction v and compares the
// gradient of <v, y> with (<v, y(x + h)> - <v, y(x - h)>) / 2h for every
// element of every leaf under an input that requires a gradient, or for a part
// of them where options.every says so. (A plain sum in place of v would not see
// a softmax whose backward gives zeros.) Inputs may be windows, and may share a
// leaf: each leaf is checked as a whole, so what lies outside every window must
// have gradient 0. Their gradients are overwritten.
//
// Throws std::runtime_error naming the op, the first input and index that
// differ, what was got and what was expected; std::invalid_argument where no
// input requires a gradient. The same call must give the same value twice.
void check_gradients(const std::string& name, const Function& function,
                     const std::vector<Tensor>& inputs,
                     const GradientCheckOptions& options = {});

}  // namespace autograd
