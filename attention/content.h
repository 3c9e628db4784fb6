// Content addressing: a reader that says what it looks for, and how exactly.
#pragma once

#include "attention/score.h"

namespace attention {

// e = beta cos(q, k), where each query brings its own beta, as its last number
// b: beta = log(1 + exp(b)), above 0 ("softplus").   query [B, T, D + 1]
// Graves et al. 2014, section 3.3.1, equations 5 and 6: q and beta, the "key
// strength", come from the controller. Softmax then gives w^c.
struct ContentScore {
  CosineScore cosine;

  Tensor project(const Tensor& keys) const { return cosine.project(keys); }
  Tensor operator()(const Tensor& query, const Tensor& projected) const;
};

}  // namespace attention
