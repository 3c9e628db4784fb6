#include "attention/content.h"

#include "autograd/check.h"
#include "autograd/ops.h"

namespace attention {
namespace {

// log(exp(x) + exp(0)), which no size of x makes infinite.   x [..., 1]
Tensor softplus(const Tensor& x) {
  const Tensor both = autograd::concat({x, Tensor::zeros(x.shape())}, -1);
  return autograd::unsqueeze(autograd::logsumexp(both), -1);
}

}  // namespace

Tensor ContentScore::operator()(const Tensor& query,
                                const Tensor& projected) const {
  const int D = query.size(-1) - 1;
  autograd::check(D == projected.size(-1), "[ContentScore] wanted queries of ",
                  projected.size(-1), " numbers and a sharpness, got ",
                  query.shape());
  return cosine(autograd::slice(query, -1, 0, D), projected) *
         softplus(autograd::slice(query, -1, D, D + 1));
}

}  // namespace attention
