// What is hidden, to come, padding or another sentence's changes nothing.
#include <limits>
#include <utility>

#include "tests/support/law_input.h"

namespace laws {

std::string hidden_weighs_nothing(const Kind& kind) {
  for (const Mask& mask :
       {padded(), Mask::window(T, S, 1, 1), padded() & Mask::causal(T, S)}) {
    const Input in = random_input(kind, mask);
    const Tensor weights = run_without_graph(kind, in).weights;
    const std::string found = first_of([&](int b, int t, int s) {
      const Real w = weights.at({b, t, s});
      return mask(b, t, s) || w == 0 ? "" : text("weight ", w);
    });
    if (!found.empty()) return found;
  }
  return "";
}

// Puts other numbers where padding hides keys and values.
Input with_hidden(const Input& in, Real key, Real value) {
  Input other = in;
  for (int b = 0; b < B; ++b)
    for (int s = lengths[b]; s < S; ++s) {
      other.keys = with_row(other.keys, b, s, key);
      other.values = with_row(other.values, b, s, value);
    }
  return other;
}

std::string hidden_changes_nothing(const Kind& kind) {
  const Input in = random_input(kind, padded());
  const Result before = run_without_graph(kind, in);
  for (const Real size : {Real(0), Real(2), Real(1e6)}) {
    const Result after = run_without_graph(kind, with_hidden(in, size, size));
    if (!same_bits(before.weights, after.weights))
      return text("weights change with hidden numbers of size ", size);
    if (!same_bits(before.context, after.context))
      return text("the context changes with hidden numbers of size ", size);
  }
  return "";
}

std::string hidden_nan_stays_out(const Kind& kind) {
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  const Real infinity = std::numeric_limits<Real>::infinity();
  Input clean = random_input(kind, padded());
  const Result before = run_both_ways(kind, clean);
  for (const auto& [key, value] : {std::pair(nan, Real(1)),
                                   {Real(1), nan},
                                   {infinity, Real(1)},
                                   {Real(1), infinity}}) {
    Input in = with_hidden(random_input(kind, padded()), key, value);
    const Result after = run_both_ways(kind, in);
    const std::string what = text("hidden key ", key, ", value ", value, ": ");
    if (!same_bits(before.weights, after.weights) ||
        !same_bits(before.context, after.context))
      return what + "the result changes";
    if (!same_bits(grad_of(clean.query), grad_of(in.query)) ||
        !same_bits(grad_of(clean.keys), grad_of(in.keys)) ||
        !same_bits(grad_of(clean.values), grad_of(in.values)))
      return what + "a gradient changes";
  }
  return "";
}

std::string hidden_learns_nothing(const Kind& kind) {
  Input in = random_input(kind, padded());
  run_both_ways(kind, in);
  return first_of([&](int b, int t, int s) -> std::string {
    if (t > 0 || in.mask(b, 0, s)) return "";
    if (!zero(row(grad_of(in.keys), b, s))) return "the key has a gradient";
    if (!zero(row(grad_of(in.values), b, s))) return "the value has a gradient";
    return "";
  });
}

std::string all_hidden_is_zero(const Kind& kind) {
  Input in = random_input(kind, partly_blind());
  const Result result = run_both_ways(kind, in);
  return first_of([&](int b, int t, int s) -> std::string {
    for (int other = 0; other < S; ++other)
      if (in.mask(b, t, other)) return "";
    if (!zero(row(result.weights, b, t))) return "a weight";
    if (!zero(row(result.context, b, t))) return "a context";
    if (!zero(row(grad_of(in.query), b, t))) return "the query's gradient";
    if (b == 1 && (!zero(row(grad_of(in.keys), b, s)) ||
                   !zero(row(grad_of(in.values), b, s))))
      return "the memory's gradient";
    return "";
  });
}

std::string future_changes_nothing(const Kind& kind) {
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  const Input in = random_input(kind, Mask::causal(T), T);
  const Result before = run_without_graph(kind, in);
  for (const Real size : {Real(0.5), Real(1e6), nan})
    for (int now = 0; now + 1 < T; ++now) {
      Input other = in;
      for (int b = 0; b < B; ++b)
        for (int s = now + 1; s < T; ++s) {
          other.query = with_row(other.query, b, s, size);
          other.keys = with_row(other.keys, b, s, size);
          other.values = with_row(other.values, b, s, size);
        }
      const Result after = run_without_graph(kind, other);
      auto past = [&](const Tensor& x) {
        return autograd::slice(x, 1, 0, now + 1);
      };
      if (!same_bits(past(before.weights), past(after.weights)) ||
          !same_bits(past(before.context), past(after.context)))
        return text("queries up to ", now, " see what follows (", size, ")");
    }
  return "";
}

std::string padding_changes_nothing(const Kind& kind) {
  Input in = random_input(kind, {});
  const Result before = run_both_ways(kind, in);
  Input longer = random_input(kind, Mask::padding({S, S, S}, S + 3));
  Rng rng(13);
  for (auto [x, y] : {std::pair(&in.keys, &longer.keys),
                      std::pair(&in.values, &longer.values)}) {
    const Tensor more = Tensor::uniform({B, 3, x->size(2)}, -1, 1, rng);
    *y = autograd::concat({x->detach(), more}, 1);
  }
  const Result after = run_both_ways(kind, longer);
  auto front = [&](const Tensor& x, int axis) {
    return autograd::slice(x, axis, 0, S);
  };
  if (!same_bits(before.weights, front(after.weights, 2)))
    return "the weights change";
  if (!same_bits(before.context, after.context)) return "the context changes";
  if (!same_bits(grad_of(in.query), grad_of(longer.query)) ||
      !same_bits(grad_of(in.keys), front(grad_of(longer.keys), 1)) ||
      !same_bits(grad_of(in.values), front(grad_of(longer.values), 1)))
    return "a gradient changes";
  return "";
}

std::string batch_mates_change_nothing(const Kind& kind) {
  Input in = random_input(kind, padded());
  const Result all = run_both_ways(kind, in);
  for (int b = 0; b < B; ++b) {
    auto only = [&](const Tensor& x) {
      return autograd::slice(x, 0, b, b + 1);
    };
    Input one{in.query, in.keys, in.values, Mask::padding({lengths[b]}, S)};
    for (Tensor* x : {&one.query, &one.keys, &one.values})
      *x = only(*x).clone();
    for (Tensor* x : {&one.query, &one.keys, &one.values})
      x->requires_grad(true);
    const Result alone = run(kind, one);
    Rng rng(11);
    const Tensor down = Tensor::uniform(all.context.shape(), -1, 1, rng);
    autograd::sum(alone.context * only(down)).backward();
    if (!same_bits(only(all.weights), alone.weights) ||
        !same_bits(only(all.context), alone.context))
      return text("sentence ", b, " alone gives another result");
    if (!same_bits(only(grad_of(in.query)), grad_of(one.query)) ||
        !same_bits(only(grad_of(in.keys)), grad_of(one.keys)))
      return text("sentence ", b, " alone gives another gradient");
  }
  return "";
}

}  // namespace laws
