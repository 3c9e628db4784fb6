//   y = softmax(scale q k' - slope |first + t - s|) v
#include "autograd/ops.h"

namespace autograd {
namespace {

void check_operands(const Tensor& query, const Tensor& keys,
                    const Tensor& values, const Visible& visible,
                    const AttentionOptions& options) {
  check(query.rank() == 4 && keys.rank() == 4 && values.rank() == 4 &&
            query.size(0) == keys.size(0) && query.size(3) == keys.size(3) &&
            keys.size(1) >= 1 && query.size(1) % keys.size(1) == 0 &&
            keys.shape().with(3, values.size(3)) == values.shape(),
        "[attention] wanted query [B, H, T, D], keys [B, G, S, D] and values ",
        "[B, G, S, E] where G divides H, got ", query.shape(), ", ",
        keys.shape(), " and ", values.shape());
  check(options.slopes.empty() ||
            static_cast<int>(options.slopes.size()) == query.size(1),
        "[attention] wanted a slope for each of ", query.size(1),
        " heads, got ", options.slopes.size());
  check(options.dropout >= 0 && options.dropout < 1,
        "[attention] wanted dropout in [0, 1), got ", options.dropout);
  visible.check_fits("attention", query.size(0), query.size(2), keys.size(2));
}

// 1 where a query may read a key, [B, 1, T, S].
Tensor dense_mask(const Visible& visible, int B, int T, int S) {
  Tensor mask = Tensor::zeros({B, 1, T, S});
  Real* to = mask.write();
  for (int b = 0; b < B; ++b)
    for (int t = 0; t < T; ++t)
      for (int s = 0; s < S; ++s, ++to) {
        const Tensor& p = visible.pattern;
        const std::int64_t distance = std::int64_t(s) - t;
        *to = (visible.lengths.empty() || s < visible.lengths[b]) &&
              (visible.before == Visible::unbounded ||
               -distance <= visible.before) &&
              (visible.after == Visible::unbounded ||
               distance <= visible.after) &&
              (!p.defined() ||
               p.at({p.size(0) > 1 ? b : 0, p.size(1) > 1 ? t : 0, s}) != 0);
      }
  return mask;
}

// slope |first + t - s|, [H, T, S]
Tensor biases(const AttentionOptions& options, int T, int S) {
  Tensor bias = Tensor::empty({static_cast<int>(options.slopes.size()), T, S});
  Real* to = bias.write();
  for (Real slope : options.slopes)
    for (int t = 0; t < T; ++t)
      for (int s = 0; s < S; ++s)
        *to++ = slope * static_cast<Real>(std::abs(options.first + t - s));
  return bias;
}

}  // namespace

Tensor attention(const Tensor& query, const Tensor& keys, const Tensor& values,
                 const Visible& visible, const AttentionOptions& options) {
  check_operands(query, keys, values, visible, options);
  const int B = query.size(0), H = query.size(1), T = query.size(2),
            G = keys.size(1), S = keys.size(2), E = values.size(3);
  const auto by_group = [&](const Tensor& x) {
    return expand(unsqueeze(x, 2), {B, G, H / G, S, x.size(3)});
  };
  Tensor scores =
      matmul(reshape(query * options.scale, {B, G, H / G, T, query.size(3)}),
             transpose(by_group(keys)));
  scores = reshape(scores, {B, H, T, S});
  if (!options.slopes.empty()) scores = scores - biases(options, T, S);
  if (!visible.all())
    scores = where(dense_mask(visible, B, T, S), scores,
                   -std::numeric_limits<Real>::infinity());
  Tensor weights = softmax(scores);
  if (options.rng && options.dropout > 0)
    weights = dropout(weights, options.dropout, *options.rng);
  const Tensor y =
      matmul(reshape(weights, {B, G, H / G, T, S}), by_group(values));
  return transpose(contiguous(transpose(reshape(y, {B, H, T, E}), 1, 2)), 1, 2);
}

}  // namespace autograd
