// Who may attend to what. True means "may attend".
#pragma once

#include <ostream>
#include <vector>

#include "autograd/tensor.h"

namespace attention {

using autograd::Tensor;

// Visibility for queries T and keys S of sentences B: 1 where a query may
// attend to a key, 0 where the key is hidden, as [B or 1, T or 1, S]. A size of
// 1 holds for all sentences, or all queries.
class Mask {
 public:
  // Every query may attend to every key.
  Mask() = default;
  // Any pattern: where the tensor [B or 1, T or 1, S] is not 0, a query may
  // attend.
  explicit Mask(const Tensor& visible);

  // Sentence b has lengths[b] keys, 0 <= lengths[b] <= S; the rest is padding.
  static Mask padding(const std::vector<int>& lengths, int S);
  // Query t sees keys 0 ... t.
  static Mask causal(int T);
  // The last T of S positions ask: query t sees keys 0 ... t + S - T.
  static Mask causal(int T, int S);
  // Query t sees keys t - before ... t + after.
  static Mask window(int T, int S, int before, int after);

  // What both allow.
  friend Mask operator&(const Mask& a, const Mask& b);

  // True where everything is visible by construction.
  bool empty() const { return !visible_.defined(); }
  // True where it differs (or may differ) from query to query.
  bool by_query() const { return !empty() && visible_.size(1) > 1; }
  bool operator()(int b, int t, int s) const;
  // What query t sees, as a mask for it alone.
  Mask of_query(int t) const;
  // The 0s and 1s for `where`; only where the mask is not empty.
  const Tensor& visible() const { return visible_; }

  // Throws std::invalid_argument unless it fits B sentences, T queries, S keys.
  void check_fits(int B, int T, int S) const;

  // Scores [B, T, S] with -inf at what is hidden, whatever stood there; no
  // gradient goes there.
  Tensor hide(const Tensor& scores) const;

 private:
  Tensor visible_;
};

// A picture for each sentence, a line for each query: # visible, . hidden.
std::ostream& operator<<(std::ostream& out, const Mask& mask);

}  // namespace attention
