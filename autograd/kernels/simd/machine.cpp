#include "autograd/kernels/simd/machine.h"

#include <cstdio>
#include <cstdlib>

namespace autograd::kernels {

// Nothing here may itself need more than the oldest processor has.
[[gnu::constructor(101)]] void check_machine() {
#ifdef __x86_64__
  const char* missing = nullptr;
#ifdef __AVX2__
  if (!__builtin_cpu_supports("avx2")) missing = "AVX2";
#endif
#ifdef __FMA__
  if (!__builtin_cpu_supports("fma")) missing = "FMA";
#endif
#ifdef __AVX512F__
  if (!__builtin_cpu_supports("avx512f")) missing = "AVX-512F";
#endif
#ifdef __AVX512VL__
  if (!__builtin_cpu_supports("avx512vl")) missing = "AVX-512VL";
#endif
  if (missing == nullptr) return;
  std::fprintf(stderr,
               "This program was built for a processor with %s, and this one "
               "has none. Build it\nhere (make), or anywhere with "
               "SIMD=scalar.\n",
               missing);
  std::exit(1);
#endif
}

}  // namespace autograd::kernels
