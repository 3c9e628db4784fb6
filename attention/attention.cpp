#include "attention/attention.h"

#include <algorithm>

#include "autograd/walk.h"

namespace attention::detail {

using autograd::check;
using autograd::Real;
using autograd::Shape;

bool all_finite(const Tensor& x) {
  const Tensor dense = x.dense() ? x.detach() : x.clone();
  // x - x is 0 for a finite x, else NaN.
  return autograd::sum_row(
             dense.size(), [](autograd::kernels::Vec x) { return x - x; },
             autograd::Lane<const Real>{dense.data(), 1}) == 0;
}

Tensor without_hidden(const Tensor& x, const Mask& mask) {
  Tensor visible = autograd::unsqueeze(mask.visible(), 3);  // [B, T, S, 1]
  if (x.rank() == 4) visible = autograd::unsqueeze(visible, 2);
  // [B or 1, T or 1, (1,) S, 1] chooses from [B, 1, (G,) S, D]
  const Tensor clean =
      autograd::where(visible, autograd::unsqueeze(x, 1), Real(0));
  return autograd::reshape(clean,
                           x.shape().with(0, x.size(0) * mask.shape()[1]));
}

Step one_query(Step step) {
  for (Tensor* x : {&step.previous, &step.coverage})
    if (x->defined() && x->rank() == 2) *x = autograd::unsqueeze(*x, 1);
  return step;
}

Mask each_query(const Mask& mask, int B) {
  const Shape all = mask.shape().with(0, B);
  return Mask(each_query(autograd::expand(mask.visible(), all)));
}

Tensor each_query(const Tensor& x) {
  if (!x.defined()) return x;
  const int B = x.size(0), T = x.size(-2), D = x.size(-1);
  if (x.rank() == 3) return autograd::reshape(x, {B * T, 1, D});
  return autograd::reshape(autograd::transpose(x, 1, 2),
                           {B * T, x.size(1), 1, D});
}

Step each_query(Step step) {
  if (!step.same_place) step.cycle = step.query.size(-2);
  step.query = each_query(step.query);
  step.previous = each_query(step.previous);
  step.coverage = each_query(step.coverage);
  return step;
}

Tensor together(const Tensor& x, const Tensor& query) {
  const int B = query.size(0), T = query.size(-2), D = x.size(-1);
  if (x.rank() == 3) return autograd::reshape(x, {B, T, D});
  return autograd::transpose(autograd::reshape(x, {B, T, x.size(1), D}), 1, 2);
}

void check_memory(const Tensor& keys, const Tensor& values, const Mask& mask) {
  const int rank = keys.rank();
  check((rank == 3 || rank == 4) && values.rank() == rank &&
            keys.shape().with(rank - 1, 0) == values.shape().with(rank - 1, 0),
        "[Attention] wanted keys [B, S, *] and values [B, S, D], or both by ",
        "heads, [B, G, S, *], got ", keys.shape(), " and ", values.shape());
  if (mask.empty()) return;
  mask.check_fits(keys.size(0), mask.shape()[1], keys.size(-2));
}

void check_query(const Tensor& query, const Memory& memory) {
  const int rank = memory.keys.rank();
  check(query.rank() == rank, "[Attention] wanted queries ",
        rank == 3 ? "[B, T, *] or [B, *]" : "[B, H, T, *]", ", got ",
        query.shape());
  const int B = query.size(0), T = query.size(-2), S = memory.keys.size(-2);
  const int memories = memory.by_query ? B * T : B;
  check(memory.keys.size(0) == memories, "[Attention] wanted queries of the ",
        memory.keys.size(0), memory.by_query ? " (times T)" : "",
        " sentences prepared, got ", query.shape());
  check(rank == 3 || query.size(1) % std::max(1, memory.keys.size(1)) == 0,
        "[Attention] wanted heads that share the ", memory.keys.size(1),
        " prepared evenly, got ", query.shape());
  memory.mask.check_fits(memories, memory.by_query ? 1 : T, S);
}

bool shared(const Tensor& query, const Memory& memory) {
  return query.rank() == 4 && query.size(1) != memory.keys.size(1);
}

Memory by_group(Memory memory) {
  memory.keys = autograd::unsqueeze(memory.keys, 2);
  memory.values = autograd::unsqueeze(memory.values, 2);
  return memory;
}

Step by_group(Step step, int groups) {
  for (Tensor* x : {&step.query, &step.previous, &step.coverage})
    if (x->defined())
      *x = autograd::reshape(*x, {x->size(0), groups, x->size(1) / groups,
                                  x->size(2), x->size(3)});
  return step;
}

Tensor by_head(const Tensor& x) {
  return autograd::reshape(
      x, {x.size(0), x.size(1) * x.size(2), x.size(3), x.size(4)});
}

Tensor streamed(const Tensor& query, const Memory& memory,
                const autograd::AttentionOptions& options) {
  check_query(query, memory);
  const auto& [keys, values, mask, by_query] = memory;
  autograd::Visible visible = mask.visible_keys();
  if (visible.lengths.size() == 1)  // for all sentences
    visible.lengths.resize(static_cast<std::size_t>(query.size(0)),
                           visible.lengths[0]);
  if (query.rank() == 4)
    return autograd::attention(query, keys, values, visible, options);
  const Tensor y = autograd::attention(
      autograd::unsqueeze(query, 1), autograd::unsqueeze(keys, 1),
      autograd::unsqueeze(values, 1), visible, options);
  return autograd::squeeze(y, 1);
}

}  // namespace attention::detail
