// Who may attend to what. True means "may attend".
#pragma once

#include <ostream>
#include <vector>

#include "autograd/tensor.h"
#include "autograd/visible.h"

namespace attention {

using autograd::Tensor;

// Visibility for queries T and keys S of sentences B, as [B or 1, T or 1, S]: a
// size of 1 holds for all sentences, or all queries. It is kept as what it was
// made from (lengths, a band, a pattern), so a causal mask of a million words
// is as small as one of three.
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
  bool empty() const { return shape_.rank() == 0; }
  // True where it differs (or may differ) from query to query.
  bool by_query() const { return !empty() && shape_[1] > 1; }
  bool operator()(int b, int t, int s) const;
  // What query t sees, as a mask for it alone.
  Mask of_query(int t) const;
  // [B or 1, T or 1, S]; rank 0 where the mask is empty.
  const autograd::Shape& shape() const { return shape_; }
  // The same without a [T, S] block: what the ops of streaming attention take.
  const autograd::Visible& visible_keys() const { return keys_; }
  // One past the last of S keys that each query sees, 0 where it sees none:
  // [B or 1, T or 1].
  Tensor ends(int S) const;
  // 0s and 1s of the mask's shape, written anew; none where the mask is empty.
  Tensor visible() const;

  // Throws std::invalid_argument unless it fits B sentences, T queries, S keys.
  void check_fits(int B, int T, int S) const;

  // Scores [B, T, S], or [B, H, T, S], with -inf at what is hidden, whatever
  // stood there; no gradient goes there.
  Tensor hide(const Tensor& scores) const;

 private:
  autograd::Shape shape_;
  autograd::Visible keys_;
};

// A picture for each sentence, a line for each query: # visible, . hidden.
std::ostream& operator<<(std::ostream& out, const Mask& mask);

}  // namespace attention
