#include "autograd/random.h"

#include <cmath>

#include "autograd/kernels/simd.h"
#include "autograd/kernels/simd_math.h"

namespace autograd {

//   (u, v) uniform in the unit disc, s = u^2 + v^2:  u sqrt(-2 log(s) / s)
Real Rng::normal() {
  for (;;) {
    const Real u = uniform(-1, 1);
    const Real v = uniform(-1, 1);
    const Real s = u * u + v * v;
    if (s == 0 || s >= 1) continue;
    const Real log_s = max(kernels::log(kernels::Vec(s)));
    return u * std::sqrt(-2 * log_s / s);
  }
}

}  // namespace autograd
