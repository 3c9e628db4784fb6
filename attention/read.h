// Third step: from weights and values to a context. A read is a struct with
//
//   operator()(weights [B, T, S], values [B, S, D], step)  context [B, T, D]
//
// or, of heads, the same with more axes after B.
#pragma once

#include "attention/align.h"

namespace attention {

// c = sum_s alpha_s v_s, the expected value: "soft". Its weights may be 0
// where a value is finite only: the frame's memory sees to that.
struct Expectation {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const;

  using Streams = Expectation;
  bool stream(const Step&, autograd::AttentionOptions&) const { return true; }
};

}  // namespace attention
