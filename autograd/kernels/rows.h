// Kernels that work along rows: softmax and its kin, norms. Each row is
// contiguous; rows lie `stride` apart. Sums run over sixteen lanes and then in
// a fixed tree, so a row's result depends on that row alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "autograd/kernels/real.h"

namespace autograd::kernels {

template <class T>
struct Rows {
  T* data;
  std::ptrdiff_t stride;

  T* operator[](std::int64_t row) const { return data + row * stride; }
};

// y = exp(x - max x) / sum. A row of -inf only gives zeros; a row whose
// maximum is NaN or +inf gives NaN.
void softmax(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
             Rows<Real> y);

// dx = y (dy - <dy, y>), stored, or added where `accumulate`. Where y is 0 the
// gradient is 0 whatever dy is (a masked NaN or Inf stays out).
void softmax_backward(std::int64_t rows, std::int64_t columns,
                      Rows<const Real> y, Rows<const Real> dy, Rows<Real> dx,
                      bool accumulate);

// y = max(x - tau, 0) with the tau for which y sums to 1 (Martins & Astudillo
// 2016, algorithm 1). A row of -inf only gives zeros; one with NaN or +inf NaN.
void sparsemax(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
               Rows<Real> y);

// dx = dy - mean(dy) over the support of y, 0 elsewhere whatever dy is; stored,
// or added where `accumulate`.
void sparsemax_backward(std::int64_t rows, std::int64_t columns,
                        Rows<const Real> y, Rows<const Real> dy, Rows<Real> dx,
                        bool accumulate);

// y = log sum exp x, one a row; -inf for a row of -inf only.
void logsumexp(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
               Real* y);

// y = x - logsumexp(x); a row of -inf only stays so.
void log_softmax(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                 Rows<Real> y);

// dx = dy - exp(y) sum(dy), with y = log_softmax(x). Where y is -inf the
// gradient is 0 and dy does not count in the sum.
void log_softmax_backward(std::int64_t rows, std::int64_t columns,
                          Rows<const Real> y, Rows<const Real> dy,
                          Rows<Real> dx, bool accumulate);

// Cross entropy of each row against its target t, with label smoothing s:
//   loss = lse - (1 - s) x_t - s mean(x)
//   dx   = scale (exp(x - lse) - (1 - s) [j == t] - s / columns)
// with lse = logsumexp(x); both 0 where t == ignored. No dx where its data is
// null.
void cross_entropy(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                   const int* targets, int ignored, Real smoothing, Real* loss,
                   Real scale, Rows<Real> dx);

// y = (x - mean) rstd weight + bias, rstd = 1 / sqrt(variance + epsilon), with
// the biased variance (Ba et al. 2016). Keeps mean and rstd, one a row.
void layer_norm(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                const Real* weight, const Real* bias, Real epsilon,
                Rows<Real> y, Real* mean, Real* rstd);

// With h = (x - mean) rstd and g = dy weight:
//   dx = rstd (g - mean(g) - h mean(g h)), stored, or added where `accumulate`
//   sums[0] = sum over rows of dy h, sums[1] = sum over rows of dy; [2,
//   columns]
// The sums are of blocks of rows, their height a matter of the columns, and
// then of the blocks, both in ascending order. dx.data or sums may be null.
void layer_norm_backward(std::int64_t rows, std::int64_t columns,
                         Rows<const Real> x, const Real* weight,
                         const Real* mean, const Real* rstd,
                         Rows<const Real> dy, Rows<Real> dx, bool accumulate,
                         Real* sums);

// y = x rstd weight, rstd = 1 / sqrt(mean(x^2) + epsilon) (Zhang & Sennrich
// 2019). Keeps rstd, one a row.
void rms_norm(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
              const Real* weight, Real epsilon, Rows<Real> y, Real* rstd);

// With h = x rstd and g = dy weight:
//   dx = rstd (g - h mean(g h))    sums = sum over rows of dy h, [columns]
// else as layer_norm_backward.
void rms_norm_backward(std::int64_t rows, std::int64_t columns,
                       Rows<const Real> x, const Real* weight, const Real* rstd,
                       Rows<const Real> dy, Rows<Real> dx, bool accumulate,
                       Real* sums);

}  // namespace autograd::kernels
