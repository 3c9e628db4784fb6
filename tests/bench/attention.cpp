// Attention of one sentence, 8 heads of 64.
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

constexpr int heads = 8, width = 64;

autograd::AttentionOptions scaled() {
  autograd::AttentionOptions options;
  options.scale = Real(0.125);  // 1 / sqrt(64)
  return options;
}

Run both_ways(int length, bool causal) {
  const Shape shape{1, heads, length, width};
  autograd::Visible visible;
  if (causal) visible.after = 0;
  return [=, query = random_leaf(shape, 1), keys = random_leaf(shape, 2),
          values = random_leaf(shape, 3), dy = random(shape, 4)]() mutable {
    for (Tensor* leaf : {&query, &keys, &values}) leaf->zero_grad();
    autograd::attention(query, keys, values, visible, scaled()).backward(dy);
  };
}

// One query, and the keys so far.
Run decode(int length) {
  return [query = random({1, heads, 1, width}, 1),
          keys = random({1, heads, length, width}, 2),
          values = random({1, heads, length, width}, 3)] {
    const autograd::NoGrad no_grad;
    keep(autograd::attention(query, keys, values, {}, scaled()));
  };
}

}  // namespace

Cases attention_cases() {
  Cases cases;
  for (bool causal : {false, true})
    for (int length : {512, 1024, 2048, 4096}) {
      // Six products, as if nothing were computed twice or hidden.
      const double products = 6.0 * heads * length * length * width;
      Goal goal;
      if (length >= 1024) goal = causal ? Goal{2.2, 2.7} : Goal{1.15, 1.4};
      cases.push_back({.name = std::string("attention_") +
                               (causal ? "causal_" : "full_") +
                               std::to_string(length),
                       .setup = [=] { return both_ways(length, causal); },
                       .goal = goal,
                       .flops = 2 * products});
    }
  for (int length : {64, 1024, 4096})
    cases.push_back({.name = "attention_decode_" + std::to_string(length),
                     .setup = [=] { return decode(length); },
                     .bytes = 2.0 * heads * length * width * sizeof(Real)});
  return cases;
}

}  // namespace bench
