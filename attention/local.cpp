#include "attention/local.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "autograd/check.h"
#include "autograd/ops.h"

namespace attention {

using autograd::check;
using autograd::sigmoid;
using autograd::softmax;
using autograd::unsqueeze;

Tensor LocalMonotonic::operator()(const Tensor& scores, const Mask& mask,
                                  const Step& step) const {
  check(window >= 0, "[LocalMonotonic] wanted a window of 0 or more, got ",
        window);
  const int B = scores.size(0), T = scores.size(-2), S = scores.size(-1);
  const Tensor ends = mask.ends(S);  // [B or 1, T or 1]
  Tensor near = Tensor::zeros({B, T, S});
  Real* row = near.write();
  for (int b = 0; b < B; ++b)
    for (int t = 0; t < T; ++t, row += S) {
      const int asked =
          step.position + b % step.cycle + (step.same_place ? 0 : t);
      const Real end = ends.at({b % ends.size(0), t % ends.size(1)});
      const int p = std::min(asked, static_cast<int>(end) - 1);
      std::fill(row + std::clamp(p - window, 0, S),
                row + std::clamp(p + window + 1, 0, S), Real(1));
    }
  return softmax((mask & Mask(near)).hide(scores));
}

LocalPredictive::LocalPredictive(const LocalPredictiveOptions& o, nn::Rng& rng)
    : options(o),
      predict({.in = o.query, .out = o.width, .bias = false}, rng),
      centre({.in = o.width, .out = 1, .bias = false}, rng) {
  check(o.window >= 1, "[LocalPredictive] wanted a window of 1 or more, got ",
        o.window);
}

Tensor LocalPredictive::place(const Tensor& query, const Mask& mask,
                              int S) const {
  Tensor ends = unsqueeze(mask.ends(S), -1);  // [B or 1, T or 1, 1]
  while (ends.rank() < query.rank()) ends = unsqueeze(ends, 1);
  return ends * sigmoid(centre(autograd::tanh(predict(query))));
}

namespace {

// 1 where a distance is at most `window`, else 0.
Tensor within(const Tensor& distance, int window) {
  std::vector<Real> near = distance.values();
  for (Real& d : near) d = d >= -window && d <= window ? 1 : 0;
  return Tensor::from(distance.shape(), near);
}

}  // namespace

Tensor LocalPredictive::operator()(const Tensor& scores, const Mask& mask,
                                   const Step& step) const {
  check(step.query.defined(), "[LocalPredictive] wanted a step with its query");
  const int S = scores.size(-1);
  const Tensor distance =
      Tensor::arange(S) - place(step.query, mask, S);  // [B, T, S]
  const Tensor e =
      autograd::where(within(distance, options.window), mask.hide(scores),
                      -std::numeric_limits<Real>::infinity());
  const Real sigma = Real(options.window) / 2;
  const Tensor log_bell = distance * distance * (-1 / (2 * sigma * sigma));
  if (options.renormalise) return softmax(e + log_bell);
  return softmax(e) * autograd::exp(log_bell);
}

nn::Parameters LocalPredictive::parameters() const {
  return nn::nested(
      {{"predict", predict.parameters()}, {"centre", centre.parameters()}});
}

}  // namespace attention
