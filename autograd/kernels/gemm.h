// Matrix product on raw pointers and strides.
#pragma once

#include <cstddef>

#include "autograd/kernels/real.h"

namespace autograd::kernels {

// A matrix in memory: element (i, j) lies at data[i * row + j * column].
template <class T>
struct Matrix {
  T* data;
  std::ptrdiff_t row, column;

  Matrix transposed() const { return {data, column, row}; }
};

// C = A B, or C += A B where `accumulate`.   A [m, k]   B [k, n]   C [m, n]
//
// Any strides, negative ones excepted; a stride of 0 in C sums over that axis
// in ascending order. C overlaps neither A nor B.
//
// The order of summation: with s_b the chain s = fma(a, b, s) from s = 0 over
// ascending k in [512 b, 512 (b + 1)), first C = s_0 (C + s_0 where it
// accumulates), then C += s_1, C += s_2, ... So an element does not depend on
// m, n, the strides, the tiles, the threads or the machine.
void gemm(int m, int n, int k, Matrix<const Real> a, Matrix<const Real> b,
          Matrix<Real> c, bool accumulate);

}  // namespace autograd::kernels
