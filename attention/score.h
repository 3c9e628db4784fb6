// First step: how well does a query fit a key? Each score is a struct with
//
//   project(keys [B, S, *])                what depends on the keys alone,
//                                          computed once a sentence
//   operator()(query [B, T, *], projected) scores [B, T, S]
//
// or the same of heads, with more axes after B, which broadcast; and, where
// something is trained, options and parameters(). A score that looks at more
// than the query (the weights of the step before, say) takes a Step
// (attention/align.h) as third argument.
#pragma once

#include "attention/align.h"
#include "nn/linear.h"
#include "nn/module.h"

namespace attention {

// e = q . k                      Luong et al. 2015, section 3.1, "dot"
struct DotScore {
  Tensor project(const Tensor& keys) const { return keys; }
  Tensor operator()(const Tensor& query, const Tensor& keys) const;

  using Streams = DotScore;
  bool stream(const Step&, autograd::AttentionOptions& options) const;
};

// e = q . k / sqrt(D)            Vaswani et al. 2017, equation 1
struct ScaledDotScore {
  Tensor project(const Tensor& keys) const { return keys; }
  Tensor operator()(const Tensor& query, const Tensor& keys) const;

  using Streams = ScaledDotScore;
  bool stream(const Step& step, autograd::AttentionOptions& options) const;
};

struct GeneralScoreOptions {
  int query = 0, key = 0;  // widths of a query and of a key
};

// e = q . W k                    Luong et al. 2015, section 3.1, "general"
struct GeneralScore {
  nn::Linear key;  // W [query, key], no bias

  GeneralScore(const GeneralScoreOptions& options, nn::Rng& rng);
  Tensor project(const Tensor& keys) const { return key(keys); }
  Tensor operator()(const Tensor& query, const Tensor& projected) const;
  nn::Parameters parameters() const;
};

struct AdditiveScoreOptions {
  int query = 0, key = 0;  // widths of a query and of a key
  int width = 0;           // A, of the hidden layer
};

// e = v . tanh(W q + U k + b)    Bahdanau et al. 2015, appendix A.1.2
struct AdditiveScore {
  nn::Linear query;  // W [A, query], no bias
  nn::Linear key;    // U [A, key], and b
  nn::Linear v;      // [1, A], no bias

  AdditiveScore(const AdditiveScoreOptions& options, nn::Rng& rng);
  Tensor project(const Tensor& keys) const { return key(keys); }
  Tensor operator()(const Tensor& query, const Tensor& projected) const;
  nn::Parameters parameters() const;
};

}  // namespace attention
