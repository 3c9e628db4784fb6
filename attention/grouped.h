// Heads that share: H heads of queries read G heads of keys and values, H / G
// of them the same one (Ainslie et al. 2023); with G = H each has its own, with
// G = 1 all share one (Shazeer 2019).
#pragma once

#include "autograd/tensor.h"

namespace attention {

// a b, head h of a with head h / (H / G) of b; nothing is copied to share.
//   a [B, H, T, K]   b [B, G, K, N]   [B, H, T, N]
// Without heads, a [B, T, K] and b [B, K, N], the plain product.
autograd::Tensor grouped_matmul(const autograd::Tensor& a,
                                const autograd::Tensor& b);

}  // namespace attention
