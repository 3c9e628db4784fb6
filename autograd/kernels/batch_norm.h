// Batch norm: each channel of a batch along all that it holds.
#pragma once

#include <cstdint>

#include "autograd/kernels/real.h"

namespace autograd::kernels {

//   x [batch, channels, size], dense
struct Channels {
  std::int64_t batch, channels, size;

  std::int64_t count() const { return batch * size; }  // of one channel
};

// The mean and the biased variance of each channel; sums run over sixteen lanes
// and the pictures in turn, then in a tree.
void moments(const Channels& shape, const Real* x, Real* mean, Real* variance);

// y = (x - mean) rstd weight + bias    (Ioffe & Szegedy 2015)
void batch_norm(const Channels& shape, const Real* x, const Real* mean,
                const Real* rstd, const Real* weight, const Real* bias,
                Real* y);

// With h = (x - mean) rstd:
//   dweight = sum of dy h    dbias = sum of dy
//   dx = weight rstd dy, stored, or added where `accumulate`; less weight rstd
//   (dbias + h dweight) / count where the moments are those of x
// dx may be null.
struct BatchNormGradients {
  Real *dx, *dweight, *dbias;
  bool accumulate, of_x;
};
void batch_norm_gradient(const Channels& shape, const Real* x, const Real* mean,
                         const Real* rstd, const Real* weight, const Real* dy,
                         const BatchNormGradients& to);

}  // namespace autograd::kernels
