// A memory that is read several times over: what is read changes what is asked
// next.
#pragma once

#include <vector>

#include "attention/attention.h"

namespace attention {

struct HopsOptions {
  int width = 0;  // of the query, the keys and the values
  int hops = 1;
};

//   o_k = sum_i softmax_i(u_k . m_i) c_i      u_{k+1} = H u_k + o_k
// Sukhbaatar et al. 2015, equations 1 and 2 and section 2.2, with the same
// memory at every hop ("layer-wise"): m are its keys and c its values. H begins
// as 1, so that at first the question is kept.
struct Hops {
  HopsOptions options;
  Attention<DotScore> attend;
  nn::Linear update;  // H [width, width], no bias

  Hops(const HopsOptions& options, nn::Rng& rng);

  struct Outcome {
    Tensor state;               // u after the last hop, shaped as the query
    std::vector<Result> reads;  // o and the weights of each hop
  };
  // query u_1 [B, width] or [B, T, width]
  Outcome operator()(const Tensor& query, const Memory& memory) const;
  nn::Parameters parameters() const;
};

}  // namespace attention
