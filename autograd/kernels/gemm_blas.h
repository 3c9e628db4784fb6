// The product by BLAS, where the library is built with -DATTENTION_OPENBLAS.
#pragma once

#include "autograd/kernels/gemm.h"

#ifdef ATTENTION_OPENBLAS
#include <cblas.h>
#endif

namespace autograd::kernels {

#ifdef ATTENTION_OPENBLAS

// True where both strides fit what BLAS calls a matrix [rows, columns].
inline bool blas_form(std::ptrdiff_t row, std::ptrdiff_t column, int rows,
                      int columns, CBLAS_TRANSPOSE& transpose, int& stride) {
  const bool plain = column == 1 && row >= columns;
  transpose = plain ? CblasNoTrans : CblasTrans;
  stride = static_cast<int>(plain ? row : column);
  return plain || (row == 1 && column >= rows);
}

// False where the strides are nothing that BLAS knows.
inline bool blas_gemm(int m, int n, int k, Matrix<const Real> a,
                      Matrix<const Real> b, Matrix<Real> c, bool accumulate) {
  CBLAS_TRANSPOSE form_a, form_b, form_c;
  int stride_a, stride_b, stride_c;
  if (!blas_form(a.row, a.column, m, k, form_a, stride_a) ||
      !blas_form(b.row, b.column, k, n, form_b, stride_b) ||
      !blas_form(c.row, c.column, m, n, form_c, stride_c) ||
      form_c != CblasNoTrans)
    return false;
  const Real beta = accumulate ? 1 : 0;
#ifdef ATTENTION_REAL_DOUBLE
  cblas_dgemm(CblasRowMajor, form_a, form_b, m, n, k, 1, a.data, stride_a,
              b.data, stride_b, beta, c.data, stride_c);
#else
  cblas_sgemm(CblasRowMajor, form_a, form_b, m, n, k, 1, a.data, stride_a,
              b.data, stride_b, beta, c.data, stride_c);
#endif
  return true;
}

#else

inline bool blas_gemm(int, int, int, Matrix<const Real>, Matrix<const Real>,
                      Matrix<Real>, bool) {
  return false;
}

#endif

}  // namespace autograd::kernels
