#include "attention/align.h"

namespace attention {

Tensor Softmax::operator()(const Tensor& scores, const Mask& mask,
                           const Step&) const {
  return autograd::softmax(mask.hide(scores));
}

}  // namespace attention
