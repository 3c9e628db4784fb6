// Matrix products with one B for many A: B is packed once.
#pragma once

#include <cstddef>

#include "autograd/kernels/gemm.h"

namespace autograd::kernels {

// B [k, n] in the order in which the tiles of gemm read it. It does not own
// its memory: packed_size elements, which `pack` fills.
struct PackedMatrix {
  int k, n;
  const Real* data;
};
std::size_t packed_size(int k, int n);
PackedMatrix pack(int k, int n, Matrix<const Real> b, Real* memory);

// C += A B: the bits of gemm. Threads share the columns where rows are few;
// more rows are the caller's to share.
//   A [m, k], C [m, n]: unit columns
void gemm(int m, Matrix<const Real> a, const PackedMatrix& b, Matrix<Real> c);

}  // namespace autograd::kernels
