#include "attention/align.h"

#include "autograd/check.h"

namespace attention {

using autograd::check;

Tensor Softmax::operator()(const Tensor& scores, const Mask& mask,
                           const Step&) const {
  check(temperature > 0, "[Softmax] wanted a temperature above 0, got ",
        temperature);
  return autograd::softmax(
      mask.hide(temperature == 1 ? scores : scores * (1 / temperature)));
}

bool Softmax::stream(const Step&, autograd::AttentionOptions& options) const {
  check(temperature > 0, "[Softmax] wanted a temperature above 0, got ",
        temperature);
  options.scale *= 1 / temperature;
  for (Real& slope : options.slopes) slope *= 1 / temperature;
  return true;
}

Tensor SigmoidGate::operator()(const Tensor& scores, const Mask& mask,
                               const Step&) const {
  return autograd::sigmoid(mask.hide(scores));
}

Tensor Sparsemax::operator()(const Tensor& scores, const Mask& mask,
                             const Step&) const {
  return autograd::sparsemax(mask.hide(scores));
}

}  // namespace attention
