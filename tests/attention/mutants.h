// Attentions with one planted bug each: the laws must find every one of them.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include "attention/attention.h"
#include "autograd/ops.h"
#include "tests/attention/mutants_of_heads.h"
#include "tests/attention/mutants_of_reads.h"
#include "tests/attention/mutants_of_zoo.h"
#include "tests/laws.h"

namespace laws {

using attention::Expectation;

// ---- Scores

struct QueryIgnored : ScaledDotScore {
  Tensor operator()(const Tensor& query, const Tensor& keys) const {
    return ScaledDotScore::operator()(Tensor::ones(query.shape()), keys);
  }
};

struct KeysIgnored : ScaledDotScore {
  Tensor operator()(const Tensor& query, const Tensor& keys) const {
    return ScaledDotScore::operator()(query, Tensor::ones(keys.shape()));
  }
};

struct QueriesPooled : ScaledDotScore {
  Tensor operator()(const Tensor& query, const Tensor& keys) const {
    const Tensor pooled = autograd::mean(query, {1}, true);
    return ScaledDotScore::operator()(query + pooled, keys);
  }
};

struct ScaledByLength : DotScore {
  Tensor operator()(const Tensor& query, const Tensor& keys) const {
    return DotScore::operator()(query, keys) /
           std::sqrt(static_cast<Real>(keys.size(1)));
  }
};

struct NearKeysFavoured : ScaledDotScore {
  Tensor operator()(const Tensor& query, const Tensor& keys) const {
    return ScaledDotScore::operator()(query, keys) -
           Tensor::arange(keys.size(1)) * Real(0.1);
  }
};

struct BatchStatistics : ScaledDotScore {
  Tensor operator()(const Tensor& query, const Tensor& keys) const {
    const Tensor e = ScaledDotScore::operator()(query, keys);
    return e / (autograd::mean(e * e, {0, 1}, true) + Real(1));
  }
};

// ---- Alignments

struct MaskedAfterSoftmax {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    return autograd::softmax(e) * visible(mask, e);
  }
};

struct Renormalised {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    const Tensor kept = autograd::softmax(e) * visible(mask, e);
    return kept / autograd::sum(kept, {-1}, true);
  }
};

struct MinusThirty {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    return autograd::softmax(autograd::where(visible(mask, e), e, Real(-30)));
  }
};

struct MinusBillion {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    return autograd::softmax(autograd::where(visible(mask, e), e, Real(-1e9)));
  }
};

struct MaximumOverHidden {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    const Tensor shifted = e - autograd::max(e, {-1}, true).detach();
    const Tensor up =
        autograd::where(visible(mask, e), autograd::exp(shifted), Real(0));
    const Tensor total = autograd::sum(up, {-1}, true);
    return up / autograd::where(total, total, Real(1));
  }
};

struct NoMaximum {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    const Tensor up =
        autograd::where(visible(mask, e), autograd::exp(e), Real(0));
    const Tensor total = autograd::sum(up, {-1}, true);
    return up / autograd::where(total, total, Real(1));
  }
};

struct BlindRowIsNan {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    const Tensor hidden = mask.hide(e);
    const Tensor up =
        autograd::exp(hidden - autograd::max(hidden, {-1}, true).detach());
    return up / autograd::sum(up, {-1}, true);
  }
};

struct OverQueries {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    return autograd::softmax(mask.hide(e), -2);
  }
};

struct OneHot {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    return autograd::softmax(mask.hide(e) * Real(1e6)).detach();
  }
};

// Query t is given the mask of query t + 1.
struct LeaksByOne {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step& step) const {
    if (!mask.by_query()) return Softmax()(e, mask, step);
    const Tensor rows = mask.visible();
    const int T = rows.size(1);
    return Softmax()(e,
                     Mask(autograd::concat({autograd::slice(rows, 1, 1, T),
                                            autograd::slice(rows, 1, T - 1, T)},
                                           1)),
                     step);
  }
};

// The last key is never seen.
struct OneKeyTooFew {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step& step) const {
    const int S = e.size(2);
    return Softmax()(e, mask & Mask::padding({S - 1}, S), step);
  }
};

// ---- Reads

struct Overshoots {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step&) const {
    return autograd::matmul(weights, values) * Real(1.5);
  }
};

struct WeightsDetached {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step&) const {
    return autograd::matmul(weights.detach(), values);
  }
};

// Adds nothing but a gradient.
struct StraightThrough {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step&) const {
    const Tensor mean = autograd::mean(values, {1}, true);
    return autograd::matmul(weights, values) + (mean - mean.detach());
  }
};

// ---- All of them

template <class Score = ScaledDotScore, class Align = Softmax,
          class Read = Expectation>
Kind mutant(const char* name) {
  return framed(name, Attention<Score, Align, Read>());
}

inline std::vector<Kind> mutants() {
  const Attention<ScaledDotScore> right;
  std::vector<Kind> all = {
      mutant<QueryIgnored>("query ignored"),
      mutant<KeysIgnored>("keys ignored"),
      mutant<QueriesPooled>("queries pooled"),
      mutant<ScaledByLength>("scores scaled by length"),
      mutant<NearKeysFavoured>("scores fall with position"),
      mutant<BatchStatistics>("scores normalised by the batch"),
      mutant<ScaledDotScore, MaskedAfterSoftmax>("mask after softmax"),
      mutant<ScaledDotScore, Renormalised>("mask after softmax, renormalised"),
      mutant<ScaledDotScore, MinusThirty>("-30 for -inf"),
      mutant<ScaledDotScore, MinusBillion>("-1e9 for -inf"),
      mutant<ScaledDotScore, MaximumOverHidden>("maximum over hidden scores"),
      mutant<ScaledDotScore, NoMaximum>("no maximum subtracted"),
      mutant<ScaledDotScore, BlindRowIsNan>("hidden row is NaN"),
      mutant<ScaledDotScore, OverQueries>("softmax over queries"),
      mutant<ScaledDotScore, OneHot>("argmax for softmax"),
      mutant<ScaledDotScore, LeaksByOne>("mask leaks by one"),
      mutant<ScaledDotScore, OneKeyTooFew>("last key never seen"),
      mutant<ScaledDotScore, Softmax, Overshoots>("context scaled"),
      mutant<ScaledDotScore, Softmax, WeightsDetached>("weights detached"),
      mutant<ScaledDotScore, Softmax, StraightThrough>("gradient to hidden"),
  };
  Kind kind = framed("keys read for values", right);
  kind.context = nullptr;
  kind.attend = [right](const Tensor& query, const Tensor& keys, const Tensor&,
                        const Mask& mask) {
    return right(query, right.prepare(keys, keys, mask));
  };
  all.push_back(kind);
  kind.name = "values read before normalisation";
  kind.attend = [right](const Tensor& query, const Tensor& keys,
                        const Tensor& values, const Mask& mask) {
    const Memory memory = right.prepare(keys, values, mask);
    const Tensor e = right.score(query, memory.keys);
    return Result{autograd::matmul(e * visible(mask, e), memory.values),
                  autograd::softmax(mask.hide(e))};
  };
  all.push_back(kind);
  kind.name = "hidden NaN times zero";
  kind.attend = [right](const Tensor& query, const Tensor& keys,
                        const Tensor& values, const Mask& mask) {
    return right(query, Memory{keys, values, mask});
  };
  all.push_back(kind);
  for (Kind& mutant : mutants_of_zoo()) all.push_back(std::move(mutant));
  for (Kind& mutant : mutants_of_heads()) all.push_back(std::move(mutant));
  for (Kind& mutant : mutants_of_reads()) all.push_back(std::move(mutant));
  return all;
}

}  // namespace laws
