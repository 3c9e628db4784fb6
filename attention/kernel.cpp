#include "attention/kernel.h"

#include "autograd/check.h"
#include "autograd/ops.h"

namespace attention {

Tensor GaussianScore::operator()(const Tensor& query,
                                 const Tensor& keys) const {
  autograd::check(width > 0, "[GaussianScore] wanted a width above 0, got ",
                  width);
  autograd::check(query.size(-1) == keys.size(-1),
                  "[GaussianScore] wanted a query and keys of one width, got ",
                  query.shape(), " and ", keys.shape());
  const Tensor apart =  // [B, T, S, D]
      autograd::unsqueeze(query, -2) - autograd::unsqueeze(keys, -3);
  return autograd::sum(apart * apart, {-1}) / (-2 * width * width);
}

}  // namespace attention
