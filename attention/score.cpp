#include "attention/score.h"

#include <cmath>

#include "autograd/ops.h"

namespace attention {

using autograd::matmul;
using autograd::Real;
using autograd::transpose;

Tensor DotScore::operator()(const Tensor& query, const Tensor& keys) const {
  return matmul(query, transpose(keys));
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
  return matmul(query * scale_of(query), transpose(keys));
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
  return matmul(query, transpose(projected));
}

nn::Parameters GeneralScore::parameters() const {
  return nn::nested({{"key", key.parameters()}});
}

AdditiveScore::AdditiveScore(const AdditiveScoreOptions& o, nn::Rng& rng)
    : query({.in = o.query, .out = o.width, .bias = false}, rng),
      key({.in = o.key, .out = o.width}, rng),
      v({.in = o.width, .out = 1, .bias = false}, rng) {}

Tensor AdditiveScore::operator()(const Tensor& q,
                                 const Tensor& projected) const {
  return autograd::additive_score(query(q), projected,
                                  autograd::select(v.weight, 0, 0));
}

nn::Parameters AdditiveScore::parameters() const {
  return nn::nested({{"query", query.parameters()},
                     {"key", key.parameters()},
                     {"v", v.parameters()}});
}

}  // namespace attention
