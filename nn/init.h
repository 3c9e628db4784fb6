// Initialisers: each fills a tensor in place. A weight is [out, in, ...]; what
// follows the first two axes is a receptive field and multiplies both fans.
#pragma once

#include "nn/module.h"

namespace nn::init {

void constant(Tensor x, Real value);
void zeros(Tensor x);
void uniform(Tensor x, Real low, Real high, Rng& rng);
void normal(Tensor x, Real mean, Real deviation, Rng& rng);

// Deviation gain sqrt(2 / (fan_in + fan_out)): Glorot & Bengio 2010.
void xavier_uniform(Tensor weight, Rng& rng, Real gain = 1);
void xavier_normal(Tensor weight, Rng& rng, Real gain = 1);

// Deviation gain / sqrt(fan_in), by default for relu: He et al. 2015.
inline constexpr Real relu_gain = Real(1.4142135623730951);
void kaiming_uniform(Tensor weight, Rng& rng, Real gain = relu_gain);
void kaiming_normal(Tensor weight, Rng& rng, Real gain = relu_gain);

// A weight seen as a matrix [out, rest] whose shorter side's vectors are
// orthogonal and of length `gain`: Saxe et al. 2014.
void orthogonal(Tensor weight, Rng& rng, Real gain = 1);

}  // namespace nn::init
