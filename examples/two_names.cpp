// One score under two names: "concat" and "additive" are the same numbers, and
// not the same work. And two things under one name: scores and weights.
#include "attention/score.h"
#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/stopwatch.h"

using namespace attention;
using autograd::Rng;
using nn::fixed;
using nn::number;
using nn::section;

namespace {

struct Settings {
  double seconds = 0;
  std::uint64_t seed = 1;
  bool replay = false;
};

// A sentence of 20 words, and 20 questions, one after the other.
constexpr int S = 20, T = 20, width = 256;

struct Example {
  Rng rng;
  ConcatScore concat{{.query = width, .key = width, .width = width}, rng};
  AdditiveScore additive{{.query = width, .key = width, .width = width}, rng};
  Tensor keys, queries;

  explicit Example(std::uint64_t seed) : rng(seed) {
    keys = Tensor::normal({1, S, width}, 0, 1, rng);
    queries = Tensor::normal({1, T, width}, 0, 1, rng);
    // W = [W_a, U_a]: the columns that meet the query, then those of the key.
    const Tensor& W = concat.joint.weight;
    additive.query.weight.copy_from(autograd::slice(W, 1, 0, width).values());
    additive.key.weight.copy_from(
        autograd::slice(W, 1, width, 2 * width).values());
    additive.key.bias.copy_from(concat.joint.bias.values());
    additive.v.weight.copy_from(concat.v.weight.values());
  }

  // A question is asked when the one before was answered.
  Tensor query(int t) const { return autograd::slice(queries, 1, t, t + 1); }
};

// ANCHOR: as_written
// Every pair of a query and a key side by side, then W, tanh and v.
Tensor as_written(const ConcatScore& score, const Tensor& query,
                  const Tensor& keys) {
  const int T = query.size(1), S = keys.size(1);
  const Tensor pairs = autograd::concat(
      {autograd::expand(autograd::unsqueeze(query, 2), {1, T, S, width}),
       autograd::expand(autograd::unsqueeze(keys, 1), {1, T, S, width})},
      3);
  const Tensor hidden = autograd::tanh(score.joint(pairs));  // [1, T, S, A]
  return autograd::squeeze(score.v(hidden), 3);
}
// ANCHOR_END: as_written

double largest_difference(const Tensor& a, const Tensor& b) {
  double largest = 0;
  const auto x = a.values(), y = b.values();
  for (std::size_t i = 0; i < x.size(); ++i)
    largest = std::max(largest, std::abs(double(x[i]) - double(y[i])));
  return largest;
}

// The three ways to score all words for all questions.
void written(const Example& e) {
  for (int t = 0; t < T; ++t) as_written(e.concat, e.query(t), e.keys);
}
void keys_again(const Example& e) {
  for (int t = 0; t < T; ++t)
    e.additive(e.query(t), e.additive.project(e.keys));
}
void keys_once(const Example& e) {
  const Tensor projected = e.additive.project(e.keys);
  for (int t = 0; t < T; ++t) e.additive(e.query(t), projected);
}

template <class F>
std::int64_t work(const F& run) {
  const autograd::Counter counter;
  run();
  return counter.total().multiply_adds;
}

void compare(const Example& e, double seconds) {
  section("the same numbers");
  const Tensor one = as_written(e.concat, e.queries, e.keys);
  const Tensor two = e.additive(e.queries, e.additive.project(e.keys));
  number("scores", one.shape());
  number("largest score", fixed(double(autograd::max(one).item()), 3));
  number("largest difference", largest_difference(one, two));
  nn::claim(largest_difference(one, two) < 1e-5, "concat is additive");
  section("not the same work");
  const std::pair<const char*, void (*)(const Example&)> ways[] = {
      {"as it is written", written},
      {"keys at each step", keys_again},
      {"keys once", keys_once}};
  for (const auto& [name, way] : ways) {
    const auto run = [&, way = way] { way(e); };
    number(std::string(name) + ", multiply-adds", work(run));
    if (seconds > 0)
      number(std::string(name) + ", ms",
             nn::significant(nn::milliseconds(seconds, run), 2));
  }
}

std::string listed(const Tensor& x) {
  std::string text;
  for (const Real value : x.values())
    text += (text.empty() ? "" : " ") + fixed(double(value), 2);
  return text;
}

// What a softmax of weights would do, if they were taken for scores.
void tell_apart() {
  section("score or weight");
  const Tensor e = Tensor::from({4}, {5.42, 0.99, -0.22, -0.03});
  const Tensor alpha = autograd::softmax(e);
  const Tensor again = autograd::softmax(alpha);
  number("e", listed(e));
  number("their sum", fixed(double(autograd::sum(e).item()), 2));
  number("alpha", listed(alpha));
  number("sum of alpha", fixed(double(autograd::sum(alpha).item()), 2));
  number("softmax of alpha", listed(again));
  number("the first, once", fixed(double(alpha.at({0})), 3));
  number("the first, twice", fixed(double(again.at({0})), 3));
}

void run(const Settings& s) {
  if (!(s.seconds >= 0 && s.seconds <= 60))
    throw nn::UsageError("--seconds wants 0 to 60");
  autograd::set_threads(1);
  const autograd::NoGrad no_grad;
  if (s.replay) {
    for (std::uint64_t i = 0; i < 10; ++i) {
      const Example e(s.seed + i);
      std::cout << nn::bits(as_written(e.concat, e.queries, e.keys)) << '\n'
                << nn::bits(e.additive(e.queries, e.additive.project(e.keys)))
                << '\n';
    }
    return;
  }
  const Example example(s.seed);
  compare(example, s.seconds);
  tell_apart();
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Holds concat against additive, and scores against weights.");
  flags.add("seconds", &s.seconds, "of timing each way; 0: count only");
  flags.add("seed", &s.seed, "of the numbers");
  flags.add("replay", &s.replay, "print the bits of the scores only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
