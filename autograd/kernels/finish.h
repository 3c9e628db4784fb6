// What an element goes through on its way from a product to its place:
//   y = residual + drop(relu(x)), each of the three where it is wanted.
#pragma once

#include <cstdint>

#include "autograd/kernels/real.h"

namespace autograd::kernels {

struct Finish {
  bool relu = false;
  // Element i becomes 0 where the i-th number of the seed is below `dropout`,
  // else it is divided by 1 - dropout.
  Real dropout = 0;
  std::uint64_t seed = 0;
  const Real* residual = nullptr;
};

// y, stored, or added where `accumulate`; x may be y.
void finish(std::int64_t size, const Finish& finish, const Real* x, Real* y,
            bool accumulate);

// dx = dy dy/dx, stored or added; dy may be dx. Where relu acted the result y
// tells, so there is no residual in it; else y is not read.
void finish_backward(std::int64_t size, const Finish& finish, const Real* y,
                     const Real* dy, Real* dx, bool accumulate);

}  // namespace autograd::kernels
