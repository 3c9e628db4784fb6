#include "attention/any.h"

#include <concepts>
#include <string>
#include <utility>

#include "attention/names.h"
#include "autograd/check.h"

namespace attention {
namespace {

using autograd::check;

void wants(const ScoreOptions& o, const char* what, int size) {
  check(size > 0, "[AnyScore] a ", name_of(o.kind), " score wanted a ", what,
        " above 0, got ", size);
}

decltype(AnyScore::score) score_of(const ScoreOptions& o, nn::Rng& rng) {
  const auto widths = [&] {
    wants(o, "query", o.query);
    wants(o, "key", o.key);
  };
  const auto hidden = [&] {
    widths();
    wants(o, "width", o.width);
  };
  AdditiveScoreOptions additive;
  additive.query = o.query;
  additive.key = o.key;
  additive.width = o.width;
  additive.coverage = o.coverage;
  switch (o.kind) {
    case ScoreKind::dot:
      return DotScore();
    case ScoreKind::scaled_dot:
      return ScaledDotScore();
    case ScoreKind::general:
      widths();
      return GeneralScore({.query = o.query, .key = o.key}, rng);
    case ScoreKind::additive:
      hidden();
      return AdditiveScore(additive, rng);
    case ScoreKind::concat:
      hidden();
      return ConcatScore(additive, rng);
    case ScoreKind::cosine:
      return CosineScore({.temperature = o.temperature, .learnt = true});
    case ScoreKind::location:
      wants(o, "query", o.query);
      wants(o, "longest", o.longest);
      return LocationScore({.query = o.query, .longest = o.longest}, rng);
    case ScoreKind::location_aware:
      break;
  }
  hidden();
  LocationAwareScoreOptions aware;
  aware.query = o.query;
  aware.key = o.key;
  aware.width = o.width;
  aware.filters = o.filters;
  aware.kernel = o.kernel;
  return LocationAwareScore(aware, rng);
}

decltype(AnyAlign::align) align_of(const AlignOptions& o, nn::Rng& rng) {
  switch (o.kind) {
    case AlignKind::softmax:
      return Softmax();
    case AlignKind::local_m:
      return LocalMonotonic{.window = o.window};
    case AlignKind::local_p:
      break;
    case AlignKind::sigmoid:
      return SigmoidGate();
    case AlignKind::sparsemax:
      return Sparsemax();
  }
  check(o.query > 0, "[AnyAlign] local_p wanted a query above 0, got ",
        o.query);
  LocalPredictiveOptions local;
  local.query = o.query;
  local.width = o.width > 0 ? o.width : o.query;
  local.window = o.window;
  local.renormalise = o.renormalise;
  return LocalPredictive(local, rng);
}

}  // namespace

AnyScore::AnyScore(const ScoreOptions& options, nn::Rng& rng)
    : options(options), score(score_of(options, rng)) {}

Tensor AnyScore::project(const Tensor& keys) const {
  return std::visit([&](const auto& s) { return s.project(keys); }, score);
}

Tensor AnyScore::operator()(const Tensor& query, const Tensor& projected,
                            const Step& step) const {
  return std::visit(
      [&](const auto& s) {
        if constexpr (std::invocable<decltype(s), const Tensor&, const Tensor&,
                                     const Step&>)
          return s(query, projected, step);
        else
          return s(query, projected);
      },
      score);
}

nn::Parameters AnyScore::parameters() const {
  return std::visit([](const auto& s) { return nn::parameters_of(s); }, score);
}

AnyAlign::AnyAlign(const AlignOptions& options, nn::Rng& rng)
    : options(options), align(align_of(options, rng)) {
  check(options.temperature > 0,
        "[AnyAlign] wanted a temperature above 0, got ", options.temperature);
}

Tensor AnyAlign::operator()(const Tensor& scores, const Mask& mask,
                            const Step& step) const {
  const Tensor e =
      options.temperature == 1 ? scores : scores * (1 / options.temperature);
  return std::visit([&](const auto& a) { return a(e, mask, step); }, align);
}

nn::Parameters AnyAlign::parameters() const {
  return std::visit([](const auto& a) { return nn::parameters_of(a); }, align);
}

}  // namespace attention
