#pragma once

#include <functional>
#include <vector>

namespace exercise {

using Row = std::vector<double>;
using Rows = std::vector<Row>;  // a row for each word

// What a decoder layer is made of. Each gives a row for each row.
struct Parts {
  std::function<Rows(const Rows&)> read_target;   // masked self-attention
  std::function<Rows(const Rows&)> read_source;   // asks the encoder's words
  std::function<Rows(const Rows&)> feed_forward;  // each word by itself
};

// Each row with its mean taken off and divided by the root of its mean square
// then, plus 1e-5 under the root (Ba et al. 2016, without weight and bias).
Rows norm(const Rows& x);

// The three sub-layers in the paper's order, each with its sum and a norm:
//   post-norm   x = norm(x + f(x))        Vaswani et al. 2017, section 3.1
//   pre-norm    x = x + f(norm(x))        Xiong et al. 2020
Rows decoder_layer(const Parts& parts, const Rows& x, bool norm_first);

}  // namespace exercise
