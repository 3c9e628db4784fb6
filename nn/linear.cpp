#include "nn/linear.h"

#include <cmath>

#include "nn/init.h"

namespace nn {

Linear::Linear(const LinearOptions& options, Rng& rng) {
  autograd::check(options.in >= 1 && options.out >= 1,
                  "[Linear] wanted sizes of at least 1, got in ", options.in,
                  " and out ", options.out);
  const Real bound = 1 / std::sqrt(static_cast<Real>(options.in));
  weight = Parameter(Tensor::empty({options.out, options.in}));
  init::uniform(weight, -bound, bound, rng);
  if (!options.bias) return;
  bias = Parameter(Tensor::empty({options.out}));
  init::uniform(bias, -bound, bound, rng);
}

Parameters Linear::parameters() const {
  if (!bias.defined()) return {{"weight", weight}};
  return {{"weight", weight}, {"bias", bias}};
}

}  // namespace nn
