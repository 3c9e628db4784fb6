#include "nn/norm.h"

namespace nn {

LayerNorm::LayerNorm(const LayerNormOptions& options) : options(options) {
  autograd::check(options.width >= 1,
                  "[LayerNorm] wanted a width of at least 1, got ",
                  options.width);
  weight = Parameter(Tensor::ones({options.width}));
  bias = Parameter(Tensor::zeros({options.width}));
}

}  // namespace nn
