// Streaming attention: softmax(scale q k') v in tiles, with nothing of size
// [queries, keys] in memory (Dao et al. 2022; Milakov & Gimelshein 2018).
#pragma once

#include <algorithm>
#include <cstdint>

#include "autograd/kernels/rows.h"

namespace autograd::kernels {

// Rows of several heads, each contiguous: row t of head h.
template <class T>
struct HeadRows {
  T* data;
  std::ptrdiff_t head, row;

  T* operator()(int h, int t) const { return data + h * head + t * row; }
};

// The queries of one sentence that read the same head of keys and values:
//   e_hts = scale q_ht . k_s - slope_h |first + t - s|
//   alpha = softmax(e) over the keys that query t sees
//   y_ht  = sum_s dropped(alpha)_hts v_s
struct Attention {
  int heads, queries, keys, width, value_width;
  HeadRows<const Real> query;   // [heads, queries, width]
  Rows<const Real> key, value;  // [keys, width] and [keys, value_width]
  HeadRows<Real> y;             // [heads, queries, value_width]
  HeadRows<Real> logsumexp;     // of e, [heads, queries, 1]
  Real scale;

  // Query t sees keys t - before ... t + after, where row t of the pattern, if
  // there is one, is not 0.
  std::int64_t before, after;
  Rows<const Real> pattern;

  const Real* slopes;  // [heads], or null
  int first;

  // Weight (h, t, s) is dropped where number index + (h queries + t) row + s
  // of the seed is below the probability.
  Real dropout;
  std::uint64_t seed, index, row;

  struct Interval {
    int begin, end;
  };
  // What query t sees but for the pattern; both ends grow with t.
  Interval seen(int t) const {
    const auto within = [&](std::int64_t s) {
      return static_cast<int>(std::clamp<std::int64_t>(s, 0, keys));
    };
    return {within(t - before), within(t + after + 1)};
  }
  bool sees(int t, int s) const {
    const Interval interval = seen(t);
    return interval.begin <= s && s < interval.end &&
           (!pattern.data || pattern[t][s] != 0);
  }
};

// Makes y and logsumexp of queries [begin, end). A query that sees nothing gets
// 0 and -inf. A row's bits depend on its query and on what it sees and where
// that lies, on nothing else.
void attention(const Attention& x, int begin, int end);

// Adds to the gradients of those whose data is not null.
struct AttentionGradients {
  HeadRows<const Real> y;
  HeadRows<Real> query;
  Rows<Real> key, value;
};
void attention_backward(const Attention& x, const AttentionGradients& d);

}  // namespace autograd::kernels
