#include "attention/attention.h"

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
  const int B = x.size(0), S = x.size(1), D = x.size(2);
  // [B or 1, T or 1, S, 1] chooses from [B, 1, S, D]
  const Tensor clean = autograd::where(autograd::unsqueeze(mask.visible(), 3),
                                       autograd::unsqueeze(x, 1), Real(0));
  return autograd::reshape(clean, {B * mask.visible().size(1), S, D});
}

Mask each_query(const Mask& mask, int B) {
  const int T = mask.visible().size(1), S = mask.visible().size(2);
  return Mask(each_query(autograd::expand(mask.visible(), {B, T, S})));
}

Tensor each_query(const Tensor& x) {
  if (!x.defined()) return x;
  return autograd::reshape(x, {x.size(0) * x.size(1), 1, x.size(2)});
}

Step each_query(Step step) {
  step.query = each_query(step.query);
  step.previous = each_query(step.previous);
  step.coverage = each_query(step.coverage);
  return step;
}

Tensor together(const Tensor& x, const Tensor& query) {
  return autograd::reshape(x, {query.size(0), query.size(1), x.size(2)});
}

void check_memory(const Tensor& keys, const Tensor& values, const Mask& mask) {
  check(keys.rank() == 3 && values.rank() == 3 &&
            keys.size(0) == values.size(0) && keys.size(1) == values.size(1),
        "[Attention] wanted keys [B, S, *] and values [B, S, D], got ",
        keys.shape(), " and ", values.shape());
  if (mask.empty()) return;
  mask.check_fits(keys.size(0), mask.visible().size(1), keys.size(1));
}

void check_query(const Tensor& query, const Memory& memory) {
  check(query.rank() == 3, "[Attention] wanted queries [B, T, *] or [B, *], ",
        "got ", query.shape());
  const int B = query.size(0), T = query.size(1), S = memory.keys.size(1);
  const int memories = memory.by_query ? B * T : B;
  check(memory.keys.size(0) == memories, "[Attention] wanted queries of the ",
        memory.keys.size(0), memory.by_query ? " (times T)" : "",
        " sentences prepared, got ", query.shape());
  memory.mask.check_fits(memories, memory.by_query ? 1 : T, S);
}

}  // namespace attention::detail
