// Local attention: a place first, then a window around it (Luong et al. 2015,
// section 3.2). Alignments of the frame, as those in attention/align.h.
#pragma once

#include "attention/align.h"
#include "nn/linear.h"
#include "nn/module.h"

namespace attention {

// "local-m": target t reads at p_t = t and `window` keys to either side. What
// of the window lies outside the sentence is left out; beyond the sentence's
// end, p_t stays on its last key.
//   alpha = softmax(e) over p_t - D <= s <= p_t + D
struct LocalMonotonic {
  int window = 0;  // D, 0 or more

  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const Step& step) const;
};

struct LocalPredictiveOptions {
  int query = 0;   // width of a query
  int width = 0;   // A, of the hidden layer that predicts
  int window = 0;  // D, 1 or more
  bool renormalise = false;
};

// "local-p": each query says where it wants to read.
//   p_t   = S sigmoid(v_p . tanh(W_p q_t))                        equation 9
//   alpha = softmax(e) over p_t - D <= s <= p_t + D,
//           times exp(-(s - p_t)^2 / (2 sigma^2)), sigma = D / 2   equation 10
// S is the sentence's own length: where the keys that the query may see end.
// The weights sum to less than 1; renormalised, to 1, which is the softmax of
// e_s - (s - p_t)^2 / (2 sigma^2).
struct LocalPredictive {
  LocalPredictiveOptions options;
  nn::Linear predict;  // W_p [A, query], no bias
  nn::Linear centre;   // v_p [1, A], no bias

  LocalPredictive(const LocalPredictiveOptions& options, nn::Rng& rng);
  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const Step& step) const;
  // p_t of queries [B, T, *] among S keys: [B, T, 1]; or all of heads.
  Tensor place(const Tensor& query, const Mask& mask, int S) const;
  nn::Parameters parameters() const;
};

}  // namespace attention
