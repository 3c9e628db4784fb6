#include "attention/score.h"

#include <cmath>

#include "attention/grouped.h"

namespace attention {

using autograd::expand;
using autograd::Real;
using autograd::reshape;
using autograd::transpose;

Tensor DotScore::operator()(const Tensor& query, const Tensor& keys) const {
  return grouped_matmul(query, transpose(keys));
}

bool DotScore::stream(const Step&, autograd::AttentionOptions& options) const {
  options.scale = 1;
  return true;
}

namespace {

Real scale_of(const Tensor& query) {
  return 1 / std::sqrt(static_cast<Real>(query.size(-1)));
}

}  // namespace

// The query is scaled, not the scores: T D multiplications instead of T S.
Tensor ScaledDotScore::operator()(const Tensor& query,
                                  const Tensor& keys) const {
  return grouped_matmul(query * scale_of(query), transpose(keys));
}

bool ScaledDotScore::stream(const Step& step,
                            autograd::AttentionOptions& options) const {
  options.scale = scale_of(step.query);
  return true;
}

GeneralScore::GeneralScore(const GeneralScoreOptions& o, nn::Rng& rng)
    : key({.in = o.key, .out = o.query, .bias = false}, rng) {}

Tensor GeneralScore::operator()(const Tensor& query,
                                const Tensor& projected) const {
  return grouped_matmul(query, transpose(projected));
}

nn::Parameters GeneralScore::parameters() const {
  return nn::nested({{"key", key.parameters()}});
}

AdditiveScore::AdditiveScore(const AdditiveScoreOptions& o, nn::Rng& rng)
    : query({.in = o.query, .out = o.width, .bias = false}, rng),
      key({.in = o.key, .out = o.width}, rng),
      v({.in = o.width, .out = 1, .bias = false}, rng) {}

// Heads are sentences of their own; what they share is copied.
Tensor AdditiveScore::operator()(const Tensor& q,
                                 const Tensor& projected) const {
  const Tensor w = autograd::select(v.weight, 0, 0);
  if (q.rank() == 3) return autograd::additive_score(query(q), projected, w);
  const int B = q.size(0), H = q.size(1), T = q.size(2);
  const int G = projected.size(1), S = projected.size(2), A = projected.size(3);
  const Tensor keys =
      expand(autograd::unsqueeze(projected, 2), {B, G, H / G, S, A});
  const Tensor scores = autograd::additive_score(
      reshape(query(q), {B * H, T, A}), reshape(keys, {B * H, S, A}), w);
  return reshape(scores, {B, H, T, S});
}

nn::Parameters AdditiveScore::parameters() const {
  return nn::nested({{"query", query.parameters()},
                     {"key", key.parameters()},
                     {"v", v.parameters()}});
}

}  // namespace attention
