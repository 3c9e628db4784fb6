#include "attention/position.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"
#include "autograd/ops.h"
#include "nn/init.h"

namespace attention {

using autograd::check;
using autograd::Indices;

// ---- With the embeddings

// Turning the pair (1, 0) by an angle gives its cosine and its sine.
Tensor sinusoids(int count, int width, int first, Real base) {
  check(count >= 0 && width >= 2 && width % 2 == 0,
        "[sinusoids] wanted an even width, got ", count, " of width ", width);
  Tensor pairs = Tensor::zeros({count, width});
  autograd::slice(pairs, 1, 0, width / 2).fill(1);
  const Tensor turned = autograd::rotary(pairs, first, base);
  const Tensor parts = autograd::reshape(turned, {count, 2, width / 2});
  // sine before cosine, and side by side
  const Tensor sines_first = autograd::concat(
      {autograd::slice(parts, 1, 1, 2), autograd::slice(parts, 1, 0, 1)}, 1);
  return autograd::reshape(autograd::transpose(sines_first), {count, width});
}

PositionEmbedding::PositionEmbedding(const PositionOptions& o, nn::Rng& rng)
    : options(o) {
  if (o.kind != PositionKind::sinusoidal && o.kind != PositionKind::learned)
    return;
  check(o.width >= 1, "[PositionEmbedding] wanted a width of at least 1, got ",
        o.width);
  if (o.kind != PositionKind::learned) return;
  check(o.longest >= 1, "[PositionEmbedding] wanted at least one position, ",
        "got ", o.longest);
  weight = nn::Parameter(Tensor::empty({o.longest, o.width}));
  nn::init::normal(weight, 0, Real(0.02), rng);
}

Tensor PositionEmbedding::operator()(const Tensor& x, int first) const {
  const auto& [kind, width, heads, head, longest, clip, base] = options;
  if (kind != PositionKind::sinusoidal && kind != PositionKind::learned)
    return x;
  check(x.rank() >= 2 && x.size(-1) == width && first >= 0,
        "[PositionEmbedding] wanted [..., T, ", width, "], got ", x.shape(),
        " from position ", first);
  const int T = x.size(-2);
  if (kind == PositionKind::sinusoidal)
    return x + sinusoids(T, width, first, base);
  check(T <= longest - first, "[PositionEmbedding] wanted at most ", longest,
        " positions, got ", T, " from position ", first);
  return x + autograd::slice(weight, 0, first, first + T);
}

nn::Parameters PositionEmbedding::parameters() const {
  if (!weight.defined()) return {};
  return {{"weight", weight}};
}

// ---- With the heads

HeadPosition::HeadPosition(const PositionOptions& o, nn::Rng& rng)
    : options(o) {
  check(o.kind != PositionKind::alibi || o.heads >= 1,
        "[HeadPosition] wanted at least one head, got ", o.heads);
  check(o.kind != PositionKind::rotary || (o.head >= 2 && o.head % 2 == 0),
        "[HeadPosition] wanted heads of an even width to turn, got ", o.head);
  if (o.kind != PositionKind::relative) return;
  check(o.head >= 1 && o.clip >= 1, "[HeadPosition] wanted a width and a ",
        "clipping distance of at least 1, got ", o.head, " and ", o.clip);
  for (nn::Parameter* table : {&keys, &values}) {
    *table = nn::Parameter(Tensor::empty({2 * o.clip + 1, o.head}));
    nn::init::xavier_uniform(*table, rng);
  }
}

Tensor HeadPosition::turned(const Tensor& x, int first) const {
  if (options.kind != PositionKind::rotary) return x;
  return autograd::rotary(x, first, options.base);
}

namespace {

// 2^(-8i/n), i = 1 ... n, for a power of two n: 2^(-8/n) is the root of 2^-8,
// taken as often as n halves.
std::vector<Real> geometric(int n) {
  double ratio = 1.0 / 256, slope = 1;
  for (int halves = n; halves > 1; halves /= 2) ratio = std::sqrt(ratio);
  std::vector<Real> slopes;
  for (int i = 0; i < n; ++i) slopes.push_back(Real(slope *= ratio));
  return slopes;
}

// s minus the place of query t, for each sentence of the step's cycle.
template <class F>
void each_distance(int sentences, int T, int S, const Step& step, const F& f) {
  for (int b = 0; b < sentences; ++b)
    for (int t = 0; t < T; ++t)
      for (int s = 0; s < S; ++s) f(s - (step.position + b % step.cycle + t));
}

int sentences_of(const Tensor& x, const Step& step) {
  return step.cycle > 1 ? x.size(0) : 1;
}

// -slope |s - t|: [B or 1, H, T, S]
Tensor falling(const std::vector<Real>& slopes, int sentences, int T, int S,
               const Step& step) {
  Tensor distances = Tensor::empty({sentences, 1, T, S});
  Real* next = distances.write();
  each_distance(sentences, T, S, step,
                [&](int d) { *next++ = Real(-std::abs(d)); });
  return distances *
         Tensor::from({static_cast<int>(slopes.size()), 1, 1}, slopes);
}

// The table's row for every distance: [B or 1, T, S, D]
Tensor by_distance(const Tensor& table, int clip, int sentences, int T, int S,
                   const Step& step) {
  std::vector<int> rows;
  each_distance(sentences, T, S, step, [&](int d) {
    rows.push_back(std::clamp(d, -clip, clip) + clip);
  });
  return autograd::embedding(table, Indices({sentences, T, S}, rows));
}

}  // namespace

std::vector<Real> HeadPosition::slopes() const {
  if (options.kind != PositionKind::alibi) return {};
  const auto H = static_cast<std::size_t>(options.heads);
  int power = 1;
  while (2 * power <= options.heads) power *= 2;
  std::vector<Real> slopes = geometric(power), finer = geometric(2 * power);
  for (std::size_t i = 0; slopes.size() < H; i += 2) slopes.push_back(finer[i]);
  return slopes;
}

//   q_t . a_{s-t} for all b, h is, for each t, a product [H, D] x [D, S]
Tensor HeadPosition::scores(const Tensor& query, int S,
                            const Step& step) const {
  const int T = query.size(-2), sentences = sentences_of(query, step);
  if (options.kind == PositionKind::alibi)
    return falling(slopes(), sentences, T, S, step);
  if (options.kind != PositionKind::relative) return {};
  const Real scale = 1 / std::sqrt(static_cast<Real>(options.head));
  const Tensor a = by_distance(keys, options.clip, sentences, T, S, step);
  const Tensor gained = autograd::matmul(
      autograd::transpose(query * scale, 1, 2), autograd::transpose(a));
  return autograd::transpose(gained, 1, 2);  // [B, T, H, S] to [B, H, T, S]
}

Tensor HeadPosition::contexts(const Tensor& weights, const Step& step) const {
  if (options.kind != PositionKind::relative) return {};
  const int T = weights.size(-2), S = weights.size(-1);
  const Tensor a = by_distance(values, options.clip,
                               sentences_of(weights, step), T, S, step);
  return autograd::transpose(
      autograd::matmul(autograd::transpose(weights, 1, 2), a), 1, 2);
}

nn::Parameters HeadPosition::parameters() const {
  if (!keys.defined()) return {};
  return {{"keys", keys}, {"values", values}};
}

}  // namespace attention
