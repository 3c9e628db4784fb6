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
  bool coverage = false;   // look at what was read before
};

// e = v . tanh(W q + U k + b)    Bahdanau et al. 2015, appendix A.1.2
// With coverage, the sum c of all weights a key had before (Step::coverage, 0
// where there is none):
//   e = v . tanh(W q + U k + w c + b)       See et al. 2017, equation 11
struct AdditiveScore {
  nn::Linear query;        // W [A, query], no bias
  nn::Linear key;          // U [A, key], and b
  nn::Linear v;            // [1, A], no bias
  nn::Parameter coverage;  // w [A], or an empty handle

  AdditiveScore(const AdditiveScoreOptions& options, nn::Rng& rng);
  Tensor project(const Tensor& keys) const { return key(keys); }
  Tensor operator()(const Tensor& query, const Tensor& projected) const;
  Tensor operator()(const Tensor& query, const Tensor& projected,
                    const Step& step) const;
  nn::Parameters parameters() const;
};

// e = v . tanh(W [q; k] + b)     Luong et al. 2015, section 3.1, "concat"
// W [q; k] = W_q q + W_k k, the two halves of W's columns: an AdditiveScore
// that keeps W and U in one matrix, and computed as one, since the sums of T
// queries and S keys cost T + S products and the T S pairs would cost T S.
struct ConcatScore {
  int query;         // width of a query: W's first columns
  nn::Linear joint;  // W [A, query + key], and b
  nn::Linear v;      // [1, A], no bias

  ConcatScore(const AdditiveScoreOptions& options, nn::Rng& rng);
  Tensor project(const Tensor& keys) const;
  Tensor operator()(const Tensor& query, const Tensor& projected) const;
  nn::Parameters parameters() const;
};

struct CosineScoreOptions {
  Real temperature = 1;
  bool learnt = false;  // the temperature is only where training begins
};

// e = q . k / (|q| |k|) / temperature     Graves et al. 2014, equation 6, whose
// key strength is 1 / temperature. A vector of zeros fits nothing: e = 0.
struct CosineScore {
  Real temperature;
  nn::Parameter log_sharpness;  // [1], log(1 / temperature) where it is learnt,
                                // else an empty handle

  explicit CosineScore(const CosineScoreOptions& options = {});
  Tensor project(const Tensor& keys) const;
  Tensor operator()(const Tensor& query, const Tensor& projected) const;
  nn::Parameters parameters() const;
};

struct LocationScoreOptions {
  int query = 0;    // width of a query
  int longest = 0;  // sentence, in keys
};

// e_s = w_s . q                  Luong et al. 2015, section 3.1, "location"
// Each place has a vector of its own; what stands there does not matter.
struct LocationScore {
  nn::Linear place;  // w [longest, query], no bias

  LocationScore(const LocationScoreOptions& options, nn::Rng& rng);
  Tensor project(const Tensor& keys) const { return keys; }
  Tensor operator()(const Tensor& query, const Tensor& keys) const;
  nn::Parameters parameters() const;
};

struct LocationAwareScoreOptions {
  int query = 0, key = 0;  // widths of a query and of a key
  int width = 0;           // A, of the hidden layer
  int filters = 0;         // how many look at the weights before,
  int kernel = 0;          // and how many keys each sees at once; odd
};

// e = v . tanh(W q + U k + L f + b), f = F * alpha_before
//                                Chorowski et al. 2015, equations 8 and 9
// Reads Step::previous, the weights of the step before; where there are none,
// f is 0.
struct LocationAwareScore {
  AdditiveScore content;  // W, U, b, v
  nn::Parameter filters;  // F [filters, 1, kernel]
  nn::Linear location;    // L [A, filters], no bias

  LocationAwareScore(const LocationAwareScoreOptions& options, nn::Rng& rng);
  Tensor project(const Tensor& keys) const { return content.project(keys); }
  Tensor operator()(const Tensor& query, const Tensor& projected,
                    const Step& step) const;
  nn::Parameters parameters() const;
};

}  // namespace attention
