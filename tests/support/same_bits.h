// Equality where the library promises the same bits.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "autograd/kernels/parallel.h"
#include "autograd/kernels/real.h"

namespace tests {

#ifdef ATTENTION_OPENBLAS
inline constexpr bool promised = false;
#else
inline constexpr bool promised = true;
#endif

// Equal bits (NaN is no number's equal, 0 and -0 are); with OpenBLAS, whose
// sums depend on the sizes, equal up to rounding.
inline void expect_same(const std::vector<autograd::Real>& got,
                        const std::vector<autograd::Real>& wanted,
                        const std::string& what = "") {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    if (promised)
      ASSERT_EQ(got[i], wanted[i]) << what << " at " << i;
    else
      ASSERT_NEAR(got[i], wanted[i], 1e-3) << what << " at " << i;
}

// What `run()` gives is the same with one thread and with three.
template <class F>
void expect_same_with_threads(const F& run) {
  const int before = autograd::threads();
  autograd::set_threads(1);
  const auto alone = run();
  autograd::set_threads(3);
  EXPECT_EQ(run(), alone);
  autograd::set_threads(before);
}

}  // namespace tests
