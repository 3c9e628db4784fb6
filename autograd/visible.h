// Which keys a query may read, said without a block of [T, S].
#pragma once

#include <limits>
#include <vector>

#include "autograd/tensor.h"

namespace autograd {

// Of B sentences, T queries, S keys: key s of sentence b is visible to query t
// where all that is set here allows it.
struct Visible {
  static constexpr int unbounded = std::numeric_limits<int>::max();

  std::vector<int> lengths;  // keys of each sentence, [B]; empty: all S
  // Query t reads keys t - before ... t + after. Either may be negative.
  int before = unbounded, after = unbounded;
  Tensor pattern;  // [B or 1, T or 1, S], 0 hides; or none

  // True where everything is visible by construction.
  bool all() const;
  // Throws std::invalid_argument, in the name of `op`, unless it fits.
  void check_fits(const char* op, int B, int T, int S) const;
};

}  // namespace autograd
