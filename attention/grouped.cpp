#include "attention/grouped.h"

#include "autograd/ops.h"

namespace attention {

using autograd::matmul;
using autograd::Tensor;

Tensor grouped_matmul(const Tensor& a, const Tensor& b) {
  if (a.rank() != 4 || a.size(1) == b.size(1)) return matmul(a, b);
  const int B = a.size(0), H = a.size(1), T = a.size(2), G = b.size(1);
  const Tensor by_group =
      autograd::reshape(a, {B, G, H / G, T, a.size(3)});  // a window
  const Tensor y = matmul(by_group, autograd::unsqueeze(b, 2));
  return autograd::reshape(y, {B, H, T, b.size(3)});
}

}  // namespace attention
