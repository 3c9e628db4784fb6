// Local attention by hand: a window, a place, a bell; what is added to what;
// and what a window saves.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "attention/local.h"
#include "attention/seq2seq.h"
#include "autograd/counter.h"
#include "autograd/graph.h"
#include "nn/batch.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/vocab.h"

using namespace attention;
using autograd::Shape;
using nn::section;

namespace {

// A row of numbers under a name.
void row(const char* name, const std::vector<Real>& values) {
  std::printf("%-12s", name);
  for (const Real value : values) std::printf(" %6.3f", double(value));
  std::printf("\n");
}

double total(const Tensor& x) { return double(autograd::sum(x).item()); }

// ---- local-m

// Which keys each of six target words may read, in a sentence of four words.
void print_windows() {
  section("local-m");
  LocalMonotonic local;
  local.window = 1;
  const Tensor weights =
      local(Tensor::zeros({1, 6, 5}), Mask::padding({4}, 5), {});
  for (int t = 0; t < 6; ++t)
    row(autograd::text("target ", t).c_str(),
        autograd::select(weights, 1, t).values());
}

// ---- local-p

// ANCHOR: predict
// One number says what, W_p is 1 and v_p is v: p = 6 sigmoid(v tanh(1)).
LocalPredictive predictor(Real v, bool renormalise) {
  LocalPredictiveOptions options;
  options.query = options.width = 1;
  options.window = 2;
  options.renormalise = renormalise;
  Rng rng(1);
  LocalPredictive local(options, rng);
  local.predict.weight.fill(1);
  local.centre.weight.fill(v);
  return local;
}
// ANCHOR_END: predict

const Tensor scores = Tensor::from({1, 1, 6}, {1, 0, 2, 1, 0, 1});

Step asking() {
  Step step;
  step.query = Tensor::ones({1, 1, 1});
  return step;
}

void print_bell() {
  section("local-p");
  const LocalPredictive local = predictor(Real(-0.5), false);
  const Real p = local.place(asking().query, {}, 6).item();
  std::vector<Real> bell;
  for (int s = 0; s < 6; ++s)
    bell.push_back(std::abs(Real(s) - p) <= 2
                       ? std::exp(-(Real(s) - p) * (Real(s) - p) / 2)
                       : 0);
  const Tensor weights = local(scores, {}, asking());
  const Tensor shares = predictor(Real(-0.5), true)(scores, {}, asking());
  nn::number("p", nn::fixed(double(p), 3));
  row("scores", scores.values());
  row("bell", bell);
  row("weights", weights.values());
  row("to sum 1", shares.values());
  nn::number("sum of the weights", nn::fixed(total(weights), 3));
}

// ANCHOR: added
// The bell added to the weights instead of multiplied.
Tensor bell_added(const Tensor& e, const Mask& mask, Real p, Real sigma) {
  const Tensor d = Tensor::arange(e.size(-1)) - p;
  return autograd::softmax(mask.hide(e)) +
         autograd::exp(d * d * (-1 / (2 * sigma * sigma)));
}
// ANCHOR_END: added

// With the last two of six keys hidden.
void print_added() {
  section("added");
  const Mask mask = Mask::padding({4}, 6);
  const LocalPredictive local = predictor(Real(-0.5), false);
  const Real p = local.place(asking().query, mask, 6).item();
  const Tensor right = local(scores, mask, asking());
  const Tensor wrong = bell_added(scores, mask, p, 1);
  row("multiplied", right.values());
  row("added", wrong.values());
  nn::number("multiplied, sum", nn::fixed(total(right), 3));
  nn::number("added, sum", nn::fixed(total(wrong), 3));
  nn::claim(right.values()[4] == 0 && wrong.values()[4] > 0,
            "added, the bell gives weight to what is hidden");
}

// How much the weight of key 3 grows with v_p, by the graph, by the formula
//   alpha_3 (3 - p) / sigma^2 dp/dv   with   dp/dv = p (1 - p / S) tanh(1),
// and by a small step.
void print_gradient() {
  section("gradient");
  const LocalPredictive local = predictor(Real(-0.5), false);
  const Tensor weights = local(scores, {}, asking());
  const double p = double(local.place(asking().query, {}, 6).item());
  autograd::select(autograd::select(autograd::select(weights, 0, 0), 0, 0), 0,
                   3)
      .backward();
  const double alpha = double(weights.at({0, 0, 3}));
  const auto weight_of = [&](double v) {
    return double(
        predictor(Real(v), false)(scores, {}, asking()).at({0, 0, 3}));
  };
  const double by_graph = double(local.centre.weight.grad().item());
  const double by_hand = alpha * (3 - p) * p * (1 - p / 6) * std::tanh(1.0);
  nn::number("by the graph", nn::fixed(by_graph, 4));
  nn::number("by hand", nn::fixed(by_hand, 4));
  nn::number("by a small step",
             nn::fixed((weight_of(-0.49) - weight_of(-0.51)) / 0.02, 4));
  nn::claim(std::abs(by_graph - by_hand) < 1e-4,
            "the place learns through the bell");
}

// ---- What a window saves

// ANCHOR: cost
// Multiply-adds of one step of a decoder in a sentence of S words: of all of
// it, of scores and context of all words, and of those of 2 D + 1 words alone.
struct Cost {
  std::int64_t step = 0, all = 0, window = 0;
};

Cost cost_of(int S, int D) {
  Seq2SeqOptions options;
  options.source_words = options.target_words = 1000;
  options.order = DecoderOrder::luong;
  options.score.kind = ScoreKind::general;
  options.align.kind = AlignKind::local_m;
  options.align.window = D;
  Rng rng(1);
  const Seq2Seq model(options, rng);
  const autograd::NoGrad no_grad;
  const std::vector<int> words(static_cast<std::size_t>(S), 5);
  const auto source = model.encode(nn::pad({words}, nn::Vocab::pad), nullptr);
  auto state = model.start(source);
  state.t = S / 2;
  Cost cost;
  const Tensor fed = model.target_embedding(Indices({1, 1}, {5}));
  const auto counted = [](const auto& work) {
    const autograd::Counter counter;
    work();
    return counter.total().multiply_adds;
  };
  Seq2Seq::Step now;
  cost.step = counted([&] {
    now = model.step(source, model.cell.project(fed), state);
    model.logits(now, fed, nullptr);
  });
  const Attention<GeneralScore> read(
      std::get<GeneralScore>(model.attend->score.score));
  const Tensor &keys = source.memory.keys, &values = source.memory.values;
  const int from = S / 2 - D, to = S / 2 + D + 1;
  Result cut;
  cost.all = counted([&] { read(now.state, {keys, values, {}}); });
  cost.window = counted([&] {
    cut = read(now.state, {autograd::slice(keys, 1, from, to),
                           autograd::slice(values, 1, from, to),
                           {}});
  });
  const auto x = cut.context.values(), y = now.context.values();
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::abs(x[i] - y[i]) > 1e-5)
      throw std::runtime_error("a window cut out reads something else");
  return cost;
}
// ANCHOR_END: cost

void print_cost() {
  section("cost");
  std::printf("%8s %12s %12s %12s %8s\n", "words", "whole step", "all words",
              "a window", "saved");
  for (const int S : {10, 30, 100, 1000}) {
    const Cost cost = cost_of(S, 2);
    std::printf("%8d %12lld %12lld %12lld %6.1f %%\n", S,
                static_cast<long long>(cost.step),
                static_cast<long long>(cost.all),
                static_cast<long long>(cost.window),
                100.0 * double(cost.all - cost.window) / double(cost.step));
  }
  std::fflush(stdout);
  section("saved");
  for (const int S : {10, 30, 100, 1000}) {
    const Cost cost = cost_of(S, 2);
    nn::number(
        autograd::text("of ", S, " words"),
        nn::fixed(100.0 * double(cost.all - cost.window) / double(cost.step),
                  1));
  }
}

void run() {
  print_windows();
  print_bell();
  print_added();
  print_gradient();
  print_cost();
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  nn::Flags flags("[flags]", "Local attention, number by number.");
  return nn::run_program(argc, argv, flags, run);
}
