// Planted bugs of the alignments that are not a plain softmax.
#pragma once

#include <algorithm>
#include <vector>

#include "attention/attention.h"
#include "attention/local.h"
#include "autograd/ops.h"
#include "tests/attention/mutants_of_heads.h"
#include "tests/laws.h"

namespace laws {

using attention::LocalMonotonic;
using attention::LocalPredictive;
using attention::Softmax;
using attention::Step;

// ---- local-p: where it looks, and how much

// -(s - p)^2 / (2 sigma^2) around the places p [B, T, 1].
inline Tensor log_bell(const Tensor& p, int S, int window) {
  const Tensor d = Tensor::arange(S) - p;
  return d * d * Real(-2.0 / (window * window));
}

// The bell added to the weights, as some introductions have it.
struct BellAdded : LocalPredictive {
  using LocalPredictive::LocalPredictive;
  Tensor operator()(const Tensor& e, const Mask& mask, const Step& step) const {
    const int S = e.size(-1);
    const Tensor p = place(step.query, mask, S);
    return autograd::softmax(mask.hide(e)) +
           autograd::exp(log_bell(p, S, options.window));
  }
};

// Renormalised over what is hidden, too.
struct BellOverHidden : LocalPredictive {
  using LocalPredictive::LocalPredictive;
  Tensor operator()(const Tensor& e, const Mask& mask, const Step& step) const {
    const int S = e.size(-1);
    const Tensor p = place(step.query, mask, S);
    return autograd::softmax(e + log_bell(p, S, options.window)) *
           visible(mask, e);
  }
};

// S is that of the batch, not the sentence's own.
struct PaddedLength : LocalPredictive {
  using LocalPredictive::LocalPredictive;
  Tensor operator()(const Tensor& e, const Mask& mask, const Step& step) const {
    const int S = e.size(-1);
    const Tensor p = place(step.query, {}, S);
    return autograd::softmax(mask.hide(e) + log_bell(p, S, options.window));
  }
};

struct PlaceDetached : LocalPredictive {
  using LocalPredictive::LocalPredictive;
  Tensor operator()(const Tensor& e, const Mask& mask, const Step& step) const {
    const int S = e.size(-1);
    const Tensor p = place(step.query, mask, S).detach();
    return autograd::softmax(mask.hide(e) + log_bell(p, S, options.window));
  }
};

// ---- local-m

// What is beyond the sentence's end is an empty window.
struct PastTheEnd : LocalMonotonic {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step& step) const {
    const Mask band = Mask::window(e.size(-2), e.size(-1), window, window);
    return Softmax()(e, mask & band, step);
  }
};

// From p - D + 1 to p + D + 1.
struct WindowOffByOne : LocalMonotonic {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step& step) const {
    const int B = e.size(0), T = e.size(-2), S = e.size(-1);
    const Tensor ends = mask.ends(S);
    Tensor near = Tensor::zeros({B, T, S});
    for (int b = 0; b < B; ++b)
      for (int t = 0; t < T; ++t) {
        const Real end = ends.at({b % ends.size(0), t % ends.size(1)});
        const int p = std::min(t, static_cast<int>(end) - 1);
        for (int s = 0; s < S; ++s)
          near.set({b, t, s}, s > p - window && s <= p + window + 1);
      }
    return Softmax()(e, mask & Mask(near), step);
  }
};

// ---- Temperature and sparsemax

// Divides in the way without weights, multiplies here.
struct TemperatureMultiplied : Softmax {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step& step) const {
    return Softmax()(e * temperature, mask, step);
  }
  using Streams = TemperatureMultiplied;
};

// The threshold that all visible keys would share, in the support or not.
struct ThresholdOfAll {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    const Tensor seen = visible(mask, e);
    const Tensor count =
        autograd::maximum(autograd::sum(seen, {-1}, true), Tensor(1));
    const Tensor tau =
        (autograd::sum(autograd::where(seen, e, Real(0)), {-1}, true) - 1) /
        count;
    return autograd::where(seen, autograd::relu(e - tau), Real(0));
  }
};

// What the threshold gives back is forgotten.
struct SupportOnly {
  Tensor operator()(const Tensor& e, const Mask& mask, const Step&) const {
    const Tensor y = autograd::sparsemax(mask.hide(e)).detach();
    const Tensor kept = autograd::where(y, e, Real(0));
    return y + (kept - kept.detach());
  }
};

// ---- All of them

template <class Align>
Kind mutant_of_zoo(const char* name, Align align, std::vector<Law> breaks) {
  return framed(name, Attention<ScaledDotScore, Align>({}, std::move(align)),
                std::move(breaks));
}

inline std::vector<Kind> mutants_of_zoo() {
  using enum Law;
  autograd::Rng rng(8);
  attention::LocalPredictiveOptions options;
  options.query = options.width = 5;
  options.window = 1;
  const std::vector<Law> local = {keys_matter, order_means_nothing,
                                  equal_keys_share};
  std::vector<Law> bell = local, monotonic = local;
  bell.insert(bell.end(), {rows_sum_to_one, reads_within_hull});
  monotonic.push_back(queries_stand_alone);
  TemperatureMultiplied hot;
  hot.temperature = Real(0.5);
  std::vector<Kind> all;
  all.push_back(mutant_of_zoo("bell added", BellAdded(options, rng), bell));
  all.push_back(mutant_of_zoo("bell normalised over hidden",
                              BellOverHidden(options, rng), local));
  all.push_back(mutant_of_zoo("place in the padded length",
                              PaddedLength(options, rng), local));
  all.push_back(mutant_of_zoo("no gradient through the place",
                              PlaceDetached(options, rng), local));
  all.push_back(
      mutant_of_zoo("window past the end", PastTheEnd{{1}}, monotonic));
  all.push_back(
      mutant_of_zoo("window off by one", WindowOffByOne{{1}}, monotonic));
  all.push_back(mutant_of_zoo("temperature multiplied", hot, {}));
  all.push_back(mutant_of_zoo("sparsemax with the threshold of all",
                              ThresholdOfAll(), {keys_matter}));
  all.push_back(mutant_of_zoo("sparsemax without its threshold's gradient",
                              SupportOnly(), {keys_matter}));
  return all;
}

}  // namespace laws
