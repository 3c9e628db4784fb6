// What the weights depend on, what they sum to, and what they read.
#include <limits>

#include "autograd/gradcheck.h"
#include "tests/support/law_input.h"

namespace laws {

std::string query_matters(const Kind& kind) {
  const Input in = random_input(kind, padded());
  const Tensor before = run_without_graph(kind, in).weights;
  return first_of([&](int b, int t, int s) -> std::string {
    if (s > 0) return "";
    Input other = in;
    other.query = with_row(in.query, b, t, Real(0.5));
    const Tensor after = run_without_graph(kind, other).weights;
    return same_bits(row(before, b, t), row(after, b, t))
               ? "another query, the same weights"
               : "";
  });
}

std::string keys_matter(const Kind& kind) {
  const Input in = random_input(kind, padded());
  const Tensor before = run_without_graph(kind, in).weights;
  return first_of([&](int b, int t, int s) -> std::string {
    if (t > 0 || !in.mask(b, 0, s)) return "";
    Input other = in;
    other.keys = with_row(in.keys, b, s, Real(0.5));
    const Tensor after = run_without_graph(kind, other).weights;
    return same_bits(before, after) ? "another key, the same weights" : "";
  });
}

std::string queries_stand_alone(const Kind& kind) {
  const Input in = random_input(kind, padded());
  const Result all = run_without_graph(kind, in);
  for (int t = 0; t < T; ++t) {
    Input one = in;
    one.query = autograd::slice(in.query, 1, t, t + 1).clone();
    const Result alone = run_without_graph(kind, one);
    if (!same_bits(autograd::slice(all.weights, 1, t, t + 1), alone.weights) ||
        !same_bits(autograd::slice(all.context, 1, t, t + 1), alone.context))
      return text("query ", t, " alone gives another result");
  }
  return "";
}

std::string rows_sum_to_one(const Kind& kind) {
  for (const Real size : {Real(1), Real(100)}) {
    const Input in = random_input(kind, padded(), S, size);
    const Tensor weights = run_without_graph(kind, in).weights;
    if (!close(autograd::sum(weights, {-1}), Tensor::ones({B, T})))
      return text("with inputs up to ", size, " the sums are ",
                  autograd::sum(weights, {-1}));
  }
  return "";
}

std::string order_means_nothing(const Kind& kind) {
  const Input in = random_input(kind, {});
  const Result before = run_without_graph(kind, in);
  auto rotated = [](const Tensor& x, int axis) {
    return autograd::concat(
        {autograd::slice(x, axis, 3, S), autograd::slice(x, axis, 0, 3)}, axis);
  };
  Input other = in;
  other.keys = rotated(in.keys, 1);
  other.values = rotated(in.values, 1);
  const Result after = run_without_graph(kind, other);
  if (!close(rotated(before.weights, 2), after.weights))
    return "the weights do not move with their keys";
  if (!close(before.context, after.context)) return "the context changes";
  return "";
}

std::string equal_keys_share(const Kind& kind) {
  Input in = random_input(kind, padded());
  in.keys = autograd::expand(autograd::slice(in.keys, 1, 0, 1), in.keys.shape())
                .clone();
  const Tensor weights = run_without_graph(kind, in).weights;
  return first_of([&](int b, int t, int s) {
    const Real wanted = in.mask(b, t, s) ? Real(1) / Real(lengths[b]) : 0;
    const Real got = weights.at({b, t, s});
    return std::abs(got - wanted) <= tolerance
               ? std::string()
               : text("weight ", got, " instead of ", wanted);
  });
}

// A point is in the hull where no direction finds it outside.
std::string reads_within_hull(const Kind& kind) {
  const Input in = random_input(kind, padded());
  const Tensor context = run_without_graph(kind, in).context;
  Rng rng(17);
  for (int i = 0; i < 40; ++i) {
    const Tensor direction = Tensor::uniform({kind.value}, -1, 1, rng);
    const Tensor reached = autograd::matmul(context, direction);   // [B, T]
    const Tensor values = autograd::matmul(in.values, direction);  // [B, S]
    for (int b = 0; b < B; ++b)
      for (int t = 0; t < T; ++t) {
        Real highest = -std::numeric_limits<Real>::infinity();
        for (int s = 0; s < lengths[b]; ++s)
          highest = std::max(highest, values.at({b, s}));
        if (!(reached.at({b, t}) <= highest + tolerance))
          return text("sentence ", b, ", query ", t, " reads ",
                      reached.at({b, t}), " where the values end at ", highest);
      }
  }
  return "";
}

std::string streamed_is_materialised(const Kind& kind) {
  if (!kind.context) return "";
  Kind other = kind;
  other.attend = [&](const Tensor& query, const Tensor& keys,
                     const Tensor& values, const Mask& mask) {
    return Result{kind.context(query, keys, values, mask), {}};
  };
  for (const Mask& mask :
       {Mask(), padded(), padded() & Mask::window(T, S, 1, 2),
        partly_blind()}) {
    Input one = random_input(kind, mask), two = random_input(kind, mask);
    const Tensor materialised = run_both_ways(kind, one).context;
    if (!close(materialised, run_both_ways(other, two).context))
      return text("another context with the mask\n", mask);
    if (!close(grad_of(one.query), grad_of(two.query)) ||
        !close(grad_of(one.keys), grad_of(two.keys)) ||
        !close(grad_of(one.values), grad_of(two.values)))
      return text("another gradient with the mask\n", mask);
  }
  return "";
}

std::string gradients_are_right(const Kind& kind) {
  if (kind.kinks && !autograd::is_double) return "";
  for (const Mask& mask : {Mask(), padded() & Mask::window(T, S, 1, 2)}) {
    Input in = random_input(kind, mask);
    std::vector<Tensor> inputs = {in.query, in.keys, in.values};
    for (Tensor& x : inputs) x.requires_grad(true);
    inputs.insert(inputs.end(), kind.parameters.begin(), kind.parameters.end());
    autograd::check_gradients(
        kind.name,
        [&](const std::vector<Tensor>& x) {
          const Result result = kind.attend(x[0], x[1], x[2], mask);
          return autograd::concat({result.context, result.weights}, -1);
        },
        inputs);
  }
  return "";
}

}  // namespace laws
