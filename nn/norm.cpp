#include "nn/norm.h"

namespace nn {
namespace {

Parameter filled(const char* what, int width, Real value) {
  autograd::check(width >= 1, "[", what, "] wanted a width of at least 1, got ",
                  width);
  return Parameter(Tensor::full({width}, value));
}

}  // namespace

LayerNorm::LayerNorm(const LayerNormOptions& options)
    : options(options),
      weight(filled("LayerNorm", options.width, 1)),
      bias(filled("LayerNorm", options.width, 0)) {}

RmsNorm::RmsNorm(const LayerNormOptions& options)
    : options(options), weight(filled("RmsNorm", options.width, 1)) {}

}  // namespace nn
