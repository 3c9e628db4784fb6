#include "attention/align.h"

#include "autograd/ops.h"

namespace attention {

Tensor Softmax::operator()(const Tensor& scores, const Mask& mask,
                           const Step&) const {
  return autograd::softmax(mask.hide(scores));
}

}  // namespace attention
