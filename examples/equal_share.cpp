// Has every word the same weight in C, the last state of an encoder? How much
// each word counts, before training and after it, on two tasks.
#include <algorithm>
#include <functional>

#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/influence.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/reader.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace autograd;
using namespace nn;

namespace {

constexpr int length = 12, words = 8, hidden = 64, batch = 32;

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 1, steps = 3000;
  bool replay = false;
};

// What is to be written down from C: all words, or the first only.
enum class Task { all, first };

Indices draw(int count, Rng& rng) {
  std::vector<int> ids;
  for (int i = 0; i < count * length; ++i) ids.push_back(rng.below(words));
  return Indices({count, length}, ids);
}

// ANCHOR: write_down
// Scores of the words of every position, from C alone:   [B, length, words]
template <class Layer>
Tensor write_down(const Reader<Layer>& reader, const Indices& ids) {
  return reshape(reader(ids), {ids.shape()[0], length, words});
}

template <class Layer>
Tensor loss_of(const Reader<Layer>& reader, const Indices& ids, Task task) {
  const Tensor scores = write_down(reader, ids);
  if (task == Task::all) return cross_entropy(scores, ids);
  return cross_entropy(select(scores, 1, 0), ids.step(0));
}
// ANCHOR_END: write_down

// ANCHOR: shares
// || d C / d x_t || by position, as shares that sum to one.
template <class Layer>
std::vector<double> shares_of(const Reader<Layer>& reader) {
  Rng rng(99);
  Tensor x = reader.embedding(draw(64, rng)).detach().clone();
  x.requires_grad(true);
  std::vector<double> shares = influence(reader.last_state(x), x);
  double sum = 0;
  for (const double share : shares) sum += share;
  for (double& share : shares) share /= sum;
  return shares;
}
// ANCHOR_END: shares

// The share of words that are written down right, by position.
template <class Layer>
std::vector<double> accuracy(const Reader<Layer>& reader) {
  Rng rng(7);
  const Indices ids = draw(256, rng);
  const std::vector<int> best = argmax(write_down(reader, ids));
  std::vector<double> right(length, 0.0);
  for (std::size_t i = 0; i < best.size(); ++i)
    right[i % length] += (best[i] == ids[static_cast<int>(i)]) / 256.0;
  return right;
}

// One network of a kind: its shares untrained, and after each of the tasks.
struct Outcome {
  std::vector<double> untrained, all, first, right;  // by position
  std::vector<double> first_right;                   // of the first word
};

template <class Layer>
Outcome measure(std::uint64_t seed, Fit& fit) {
  Outcome outcome;
  for (const Task task : {Task::all, Task::first}) {
    Rng rng(seed);
    const Reader<Layer> reader(
        {.words = words, .answers = length * words, .hidden = hidden}, rng);
    if (!fit.options.replay) outcome.untrained = shares_of(reader);
    fit(
        reader.parameters(),
        [&](Rng& rng) { return loss_of(reader, draw(batch, rng), task); },
        seed);
    if (fit.options.replay) continue;
    (task == Task::all ? outcome.all : outcome.first) = shares_of(reader);
    const std::vector<double> right = accuracy(reader);
    if (task == Task::all)
      outcome.right = right;
    else
      outcome.first_right = {right[0]};
  }
  return outcome;
}

struct Kind {
  std::string name;
  std::function<Outcome(std::uint64_t, Fit&)> run;
  std::vector<Outcome> outcomes{};  // of each seed
};

using Part = std::vector<double> Outcome::*;

Spread gini_of(const Kind& kind, Part part) {
  std::vector<double> values;
  for (const Outcome& o : kind.outcomes) values.push_back(gini(o.*part));
  return spread_of(values);
}

Spread at(const Kind& kind, Part part, std::size_t position) {
  std::vector<double> values;
  for (const Outcome& o : kind.outcomes) values.push_back((o.*part)[position]);
  return spread_of(values);
}

// A row for each kind: a part at the odd positions, with its error.
void print_part(const std::string& name, const std::vector<Kind>& kinds,
                Part part) {
  section(name);
  std::cout.flush();
  std::printf("%-6s", "word");
  for (int t = 0; t < length; t += t == 8 ? 3 : 2) std::printf("%9d  ", t + 1);
  for (const Kind& kind : kinds) {
    std::printf("\n%-6s", kind.name.c_str());
    for (std::size_t t = 0; t < length; t += t == 8 ? 3 : 2) {
      const Spread s = at(kind, part, t);
      std::printf(" %5.3f %s", s.mean, fixed(s.error, 3).substr(1).c_str());
    }
  }
  std::printf("\n");
  std::fflush(stdout);
}

void print_gini(const std::string& name, const std::vector<Kind>& kinds,
                Part part) {
  section(name);
  for (const Kind& kind : kinds)
    number(kind.name, text_of(gini_of(kind, part), 3));
}

// ---- What the book says of it

void check_claims(const std::vector<Kind>& kinds) {
  section("claims");
  bool unequal = true, forgotten = true, equal = true, turned = true;
  for (const Kind& kind : kinds) {
    unequal &= gini_of(kind, &Outcome::untrained).mean > 0.5;
    forgotten &= at(kind, &Outcome::untrained, 0).mean < 0.01;
    equal &= gini_of(kind, &Outcome::all).mean <
             gini_of(kind, &Outcome::untrained).mean / 3;
    if (kind.name != "LSTM")
      turned &= at(kind, &Outcome::first, 0).mean >
                2 * at(kind, &Outcome::all, 0).mean;
  }
  claim(unequal, "untrained, shares are far from equal (Gini above 0.5)");
  claim(forgotten, "untrained, the first word has less than a hundredth");
  claim(equal,
        "trained to write down all, the Gini is less than a third of it");
  claim(turned,
        "trained to write down the first, it counts twice as much in RNN, GRU");
}

Curves chart(const std::vector<Kind>& kinds) {
  Curves chart{.title =
                   "How much each word counts in C: before training the "
                   "last ones, after it what the task wants",
               .x = {.name = "word"},
               .y = {.name = "share of C", .from = 0},
               .curves = {}};
  const std::pair<std::string, Part> parts[] = {
      {"untrained", &Outcome::untrained},
      {"to write down all", &Outcome::all},
      {"to write down the first", &Outcome::first}};
  for (const auto& [name, part] : parts) {
    Curve curve{.name = name, .x = {}, .y = {}};
    for (std::size_t t = 0; t < length; ++t)
      curve.add(double(t) + 1, at(kinds[1], part, t));
    chart.curves.push_back(curve);
  }
  return chart;
}

Bars gini_chart(const std::vector<Kind>& kinds) {
  Bars chart{.title =
                 "How unequal the shares of twelve words in C are: "
                 "very before training, hardly where all are wanted",
             .y = {.name = "Gini coefficient: 0 is all equal"},
             .groups = {},
             .series = {{"untrained", {}},
                        {"to write down all", {}},
                        {"to write down the first", {}}}};
  for (const Kind& kind : kinds) {
    chart.groups.push_back(kind.name);
    std::size_t i = 0;
    for (const Part part :
         {&Outcome::untrained, &Outcome::all, &Outcome::first})
      chart.series[i++].add(gini_of(kind, part));
  }
  return chart;
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  std::vector<Kind> kinds = {
      {"RNN", measure<Rnn>}, {"GRU", measure<Gru>}, {"LSTM", measure<Lstm>}};
  {
    Fit fit({.steps = s.steps,
             .all_steps = std::int64_t{6} * s.seeds * s.steps,
             .schedule = CosineSchedule{.total = s.steps},
             .replay = s.replay});
    for (Kind& kind : kinds)
      for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
        kind.outcomes.push_back(kind.run(s.seed + std::uint64_t(i), fit));
  }
  if (s.replay) return;
  print_part("shares before training", kinds, &Outcome::untrained);
  print_part("shares after writing down all", kinds, &Outcome::all);
  print_part("shares after writing down the first", kinds, &Outcome::first);
  print_part("written down right", kinds, &Outcome::right);
  section("first word written down right");
  for (const Kind& kind : kinds)
    number(kind.name, text_of(at(kind, &Outcome::first_right, 0), 2));
  print_gini("Gini before training", kinds, &Outcome::untrained);
  print_gini("Gini after writing down all", kinds, &Outcome::all);
  print_gini("Gini after writing down the first", kinds, &Outcome::first);
  if (s.seeds >= 3 && s.steps >= 3000) check_claims(kinds);
  if (s.figures.empty()) return;
  figure(s.figures, "shares.svg", svg_curves(chart(kinds)));
  figure(s.figures, "gini.svg", svg_bars(gini_chart(kinds)));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Whether every word has the same weight in the last state of "
                  "an encoder.");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks of each kind; 3 or more are judged");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
