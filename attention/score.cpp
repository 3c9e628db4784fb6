#include "attention/score.h"

#include <cmath>

#include "autograd/check.h"
#include "autograd/ops.h"
#include "nn/init.h"

namespace attention {

using autograd::additive_score;
using autograd::check;
using autograd::linear;
using autograd::matmul;
using autograd::reshape;
using autograd::select;
using autograd::Shape;
using autograd::slice;
using autograd::squeeze;
using autograd::transpose;
using autograd::unsqueeze;

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

// ---- Additive, and what adds to it

AdditiveScore::AdditiveScore(const AdditiveScoreOptions& o, nn::Rng& rng)
    : query({.in = o.query, .out = o.width, .bias = false}, rng),
      key({.in = o.key, .out = o.width}, rng),
      v({.in = o.width, .out = 1, .bias = false}, rng) {
  if (!o.coverage) return;
  coverage = nn::Parameter(Tensor::empty({o.width}));
  nn::init::uniform(coverage, -1, 1, rng);
}

Tensor AdditiveScore::operator()(const Tensor& q,
                                 const Tensor& projected) const {
  return additive_score(query(q), projected, select(v.weight, 0, 0));
}

namespace {

// e_ts = v . tanh(q_t + k_s + l_ts): each query has keys of its own.
//   q [B, T, A]   k [B, S, A]   l [B, T, S, A]   e [B, T, S]
Tensor placed_score(const Tensor& q, const Tensor& k, const Tensor& l,
                    const Tensor& v) {
  check(k.size(-2) == l.size(-2), "[AdditiveScore] wanted weights of ",
        k.size(-2), " keys from the step before, got ", l.size(-2));
  return squeeze(additive_score(unsqueeze(q, -2), unsqueeze(k, -3) + l, v), -2);
}

}  // namespace

Tensor AdditiveScore::operator()(const Tensor& q, const Tensor& projected,
                                 const Step& step) const {
  if (!coverage.defined() || !step.coverage.defined())
    return (*this)(q, projected);
  return placed_score(query(q), projected,
                      unsqueeze(step.coverage, -1) * coverage,
                      select(v.weight, 0, 0));
}

nn::Parameters AdditiveScore::parameters() const {
  nn::Parameters all = nn::nested({{"query", query.parameters()},
                                   {"key", key.parameters()},
                                   {"v", v.parameters()}});
  if (coverage.defined()) all.push_back({"coverage", coverage});
  return all;
}

LocationAwareScore::LocationAwareScore(const LocationAwareScoreOptions& o,
                                       nn::Rng& rng)
    : content({.query = o.query, .key = o.key, .width = o.width}, rng),
      location({.in = o.filters, .out = o.width, .bias = false}, rng) {
  check(o.filters > 0 && o.kernel % 2 == 1,
        "[LocationAwareScore] wanted filters, and a kernel of odd size, got ",
        o.filters, " of ", o.kernel);
  filters = nn::Parameter(Tensor::empty({o.filters, 1, o.kernel}));
  nn::init::kaiming_uniform(filters, rng, 1);
}

Tensor LocationAwareScore::operator()(const Tensor& q, const Tensor& projected,
                                      const Step& step) const {
  const Tensor& before = step.previous;  // [B, T, S]
  if (!before.defined() || before.size() == 0) return content(q, projected);
  const int S = before.size(-1), K = filters.size(2);
  const Tensor f = autograd::conv1d(reshape(before, {-1, 1, S}), filters, {},
                                    {.padding = K / 2});  // [B T, F, S]
  const Tensor l = location(transpose(f));                // [B T, S, A]
  Shape shape = before.shape();
  shape.push_back(l.size(-1));
  return placed_score(content.query(q), projected, reshape(l, shape),
                      select(content.v.weight, 0, 0));
}

nn::Parameters LocationAwareScore::parameters() const {
  return nn::nested({{"", content.parameters()},
                     {"", {{"filters", filters}}},
                     {"location", location.parameters()}});
}

// ---- Concat

ConcatScore::ConcatScore(const AdditiveScoreOptions& o, nn::Rng& rng)
    : query(o.query),
      joint({.in = o.query + o.key, .out = o.width}, rng),
      v({.in = o.width, .out = 1, .bias = false}, rng) {
  check(!o.coverage, "[ConcatScore] has no coverage; AdditiveScore does");
}

Tensor ConcatScore::project(const Tensor& keys) const {
  const Tensor& W = joint.weight;
  return linear(keys, slice(W, 1, query, W.size(1)), joint.bias);
}

Tensor ConcatScore::operator()(const Tensor& q, const Tensor& projected) const {
  return additive_score(linear(q, slice(joint.weight, 1, 0, query)), projected,
                        select(v.weight, 0, 0));
}

nn::Parameters ConcatScore::parameters() const {
  return nn::nested({{"joint", joint.parameters()}, {"v", v.parameters()}});
}

// ---- Cosine

CosineScore::CosineScore(const CosineScoreOptions& o)
    : temperature(o.temperature) {
  check(temperature > 0, "[CosineScore] wanted a temperature above 0, got ",
        temperature);
  if (o.learnt)
    log_sharpness =
        nn::Parameter(-autograd::log(Tensor::full({1}, temperature)));
}

namespace {

// x / |x|; 0 for 0.
Tensor unit(const Tensor& x) {
  return x / autograd::sqrt(autograd::sum(x * x, {-1}, true) + Real(1e-12));
}

}  // namespace

Tensor CosineScore::project(const Tensor& keys) const { return unit(keys); }

Tensor CosineScore::operator()(const Tensor& query,
                               const Tensor& projected) const {
  const Tensor sharpness = log_sharpness.defined()
                               ? autograd::exp(log_sharpness)
                               : Tensor(1 / temperature);
  return matmul(unit(query) * sharpness, transpose(projected));
}

nn::Parameters CosineScore::parameters() const {
  if (!log_sharpness.defined()) return {};
  return {{"log_sharpness", log_sharpness}};
}

// ---- Location

LocationScore::LocationScore(const LocationScoreOptions& o, nn::Rng& rng)
    : place({.in = o.query, .out = o.longest, .bias = false}, rng) {}

Tensor LocationScore::operator()(const Tensor& query,
                                 const Tensor& keys) const {
  const int S = keys.size(-2), longest = place.weight.size(0);
  check(S <= longest, "[LocationScore] wanted at most ", longest, " keys, got ",
        S);
  return linear(query, slice(place.weight, 0, 0, S));
}

nn::Parameters LocationScore::parameters() const {
  return nn::nested({{"place", place.parameters()}});
}

}  // namespace attention
