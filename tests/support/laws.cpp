#include "tests/laws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "autograd/gradcheck.h"
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "autograd/random.h"

namespace laws {
namespace {

using autograd::Real;
using autograd::Rng;
using autograd::text;

constexpr int B = 3, T = 4, S = 7;
constexpr Real tolerance = Real(1e-5);

struct Input {
  Tensor query, keys, values;
  Mask mask;
};

Input random_input(const Kind& kind, const Mask& mask, int keys = S,
                   Real size = 1) {
  Rng rng(7);
  Input in;
  in.query = Tensor::uniform({B, T, kind.query}, -size, size, rng);
  in.keys = Tensor::uniform({B, keys, kind.key}, -size, size, rng);
  in.values = Tensor::uniform({B, keys, kind.value}, -1, 1, rng);
  in.mask = mask;
  return in;
}

const std::vector<int> lengths = {S, 4, 2};

Mask padded() { return Mask::padding(lengths, S); }

// A few with everything hidden, in all ways.
Mask partly_blind() {
  return Mask::padding({S, 0, 2}, S) & Mask::window(T, S, 0, 2);
}

Result run(const Kind& kind, const Input& in) {
  return kind.attend(in.query, in.keys, in.values, in.mask);
}

Result run_without_graph(const Kind& kind, const Input& in) {
  const autograd::NoGrad no_grad;
  return run(kind, in);
}

// Runs it and sends random gradients back; the inputs keep theirs.
Result run_both_ways(const Kind& kind, Input& in) {
  for (Tensor* x : {&in.query, &in.keys, &in.values}) x->requires_grad(true);
  const Result result = run(kind, in);
  Rng rng(11);
  const Tensor down = Tensor::uniform(result.context.shape(), -1, 1, rng);
  autograd::sum(result.context * down).backward();
  return result;
}

Tensor grad_of(const Tensor& x) {
  return x.has_grad() ? x.grad() : Tensor::zeros(x.shape());
}

// One row [.., b, i, :] written over.
Tensor with_row(const Tensor& x, int b, int i, Real value) {
  Tensor changed = x.clone();
  for (int d = 0; d < x.size(2); ++d)
    changed.set({b, i, d}, (d % 2 ? -value : value));
  return changed;
}

Tensor row(const Tensor& x, int b, int i) {
  return autograd::select(autograd::select(x, 0, b), 0, i);
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.values() == b.values();  // false for NaN
}

bool zero(const Tensor& x) {
  const std::vector<Real> values = x.values();
  return std::all_of(values.begin(), values.end(),
                     [](Real v) { return v == 0; });
}

bool close(const Tensor& a, const Tensor& b) {
  const std::vector<Real> x = a.values(), y = b.values();
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(std::abs(x[i] - y[i]) <= tolerance)) return false;
  return true;
}

// Calls f(b, t, s) until it answers with a violation.
template <class F>
std::string first_of(const F& f) {
  for (int b = 0; b < B; ++b)
    for (int t = 0; t < T; ++t)
      for (int s = 0; s < S; ++s)
        if (std::string found = f(b, t, s); !found.empty())
          return text(found, " at sentence ", b, ", query ", t, ", key ", s);
  return "";
}

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

std::string gradients_are_right(const Kind& kind) {
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

struct Entry {
  Law law;
  const char* name;
  std::string (*violation)(const Kind&);
};

#define LAW(name) \
  { Law::name, #name, name }
const Entry entries[] = {
    LAW(query_matters),           LAW(keys_matter),
    LAW(queries_stand_alone),     LAW(rows_sum_to_one),
    LAW(hidden_weighs_nothing),   LAW(hidden_changes_nothing),
    LAW(hidden_nan_stays_out),    LAW(hidden_learns_nothing),
    LAW(all_hidden_is_zero),      LAW(future_changes_nothing),
    LAW(padding_changes_nothing), LAW(batch_mates_change_nothing),
    LAW(order_means_nothing),     LAW(equal_keys_share),
    LAW(reads_within_hull),       LAW(gradients_are_right),
};
#undef LAW

const Entry& entry(Law law) { return entries[static_cast<int>(law)]; }

}  // namespace

const std::vector<Law>& all_laws() {
  static const std::vector<Law> laws = [] {
    std::vector<Law> result;
    for (const Entry& entry : entries) result.push_back(entry.law);
    return result;
  }();
  return laws;
}

const char* name_of(Law law) { return entry(law).name; }

std::string violation(Law law, const Kind& kind) {
  try {
    return entry(law).violation(kind);
  } catch (const std::exception& error) {
    return error.what();
  }
}

void expect_laws(const Kind& kind) {
  for (Law law : all_laws()) {
    const bool declared =
        std::count(kind.breaks.begin(), kind.breaks.end(), law) > 0;
    const std::string found = violation(law, kind);
    if (declared)
      EXPECT_NE(found, "") << kind.name << " keeps " << name_of(law)
                           << ", which it declares as broken";
    else
      EXPECT_EQ(found, "") << kind.name << " breaks " << name_of(law);
  }
}

}  // namespace laws
