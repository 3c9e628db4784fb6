// The attentions that the laws are tried on.
#pragma once

#include <vector>

#include "attention/attention.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/laws.h"

namespace laws {

// Every score of the library.
inline std::vector<Kind> kinds() {
  using namespace attention;
  autograd::Rng rng(3);
  std::vector<Kind> all = {
      framed("dot", Attention<DotScore>()),
      framed("scaled dot", Attention<ScaledDotScore>()),
  };
  GeneralScore general({.query = 4, .key = 6}, rng);
  AdditiveScore additive({.query = 4, .key = 6, .width = 9}, rng);
  all.push_back(framed("general", Attention(general)));
  all.push_back(framed("additive", BahdanauAttention(additive)));
  for (Kind* kind : {&all[2], &all[3]}) {
    kind->query = 4;
    kind->key = 6;
    kind->value = 3;
  }
  return all;
}

// Scores by place alone, as Luong et al. 2015 call "location": what stands at
// a place does not matter.
struct ByPlace {
  Tensor project(const Tensor& keys) const { return keys; }
  Tensor operator()(const Tensor& query, const Tensor& keys) const {
    autograd::Rng rng(5);
    const Tensor w = Tensor::uniform({query.size(2), 12}, -1, 1, rng);
    return autograd::slice(autograd::matmul(query, w), 2, 0, keys.size(1));
  }
};

// Lets each key in or not, whatever the others do.
struct Gate {
  Tensor operator()(const Tensor& scores, const Mask& mask,
                    const attention::Step&) const {
    return autograd::sigmoid(mask.hide(scores));
  }
};

// Kinds that break laws on purpose.
inline std::vector<Kind> lawbreakers() {
  using namespace attention;
  return {
      framed(
          "by place", Attention<ByPlace>(),
          {Law::keys_matter, Law::order_means_nothing, Law::equal_keys_share}),
      framed("gate", Attention<ScaledDotScore, Gate>(),
             {Law::rows_sum_to_one, Law::equal_keys_share,
              Law::reads_within_hull}),
  };
}

}  // namespace laws
