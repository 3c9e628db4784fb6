#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace exercise {

// A place 0 ... weights.size() - 1, drawn in proportion to the weights, which
// are from 0 on and need not sum to one. A place of weight 0 is never drawn;
// where all are 0, or there are none, the answer is weights.size(). Each call
// of `uniform` gives another number from 0 (included) to 1 (excluded); it is
// called exactly once, whatever the weights are, so that no list moves the
// draws of the next.
std::size_t look(const std::vector<double>& weights,
                 const std::function<double()>& uniform);

}  // namespace exercise
