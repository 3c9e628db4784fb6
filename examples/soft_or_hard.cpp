// One task learnt in five ways: by the mean of all places, and by looking at
// one of them, with four estimates of what to change.
#include <algorithm>
#include <map>
#include <optional>

#include "attention/drawers.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"

using namespace attention;
using autograd::Rng;
using nn::section;

namespace {

constexpr int batch = 32, curve_points = 20;

struct Settings {
  int drawers = 8, seeds = 3, steps = 1000;
  std::uint64_t seed = 1;
  std::string figures;
  bool replay = false;
};

struct Score {
  double right = 0;    // share of answers that are right
  double pointed = 0;  // share of queries whose largest weight is at the place
};

// Reads 256 chests, the same at every call, in whatever way; draws where there
// is a generator.
Score grade(Finder finder, const AnyRead& read, int drawers_each,
            Rng* rng = nullptr) {
  const autograd::NoGrad no_grad;
  Rng same(7);
  const Drawers drawers = draw_drawers(256, drawers_each, same);
  finder.attend.read = read;
  Step step;
  step.rng = rng;
  const auto [things, weights] = finder(drawers, step);
  const std::vector<int> said = nn::argmax(things), seen = nn::argmax(weights);
  const double each = 1 / static_cast<double>(said.size());
  Score score;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    score.right += each * (said[i] == drawers.answers[at]);
    score.pointed += each * (seen[i] == drawers.places[at]);
  }
  return score;
}

// What became of one finder.
struct Outcome {
  std::vector<double> curve;  // right answers at curve_points times
  Score soft, drawn, argmax;  // in the end, read in these ways
  Score own;                  // as it is meant to be read
};

Outcome learn(Looking looking, std::uint64_t seed, nn::Fit& fit,
              const Settings& s) {
  Rng rng(seed);
  Finder finder({.drawers = s.drawers}, rng);
  finder.attend.read = read_of(looking);
  Baseline baseline;
  Outcome outcome;
  int step = 0;
  fit(
      finder.parameters(),
      [&](Rng& rng) {
        if (!s.replay && step++ % std::max(1, s.steps / curve_points) == 0)
          outcome.curve.push_back(
              grade(finder, read_of(looking), s.drawers).right);
        const Drawers drawers = draw_drawers(batch, s.drawers, rng);
        return finder_loss(finder, drawers, looking, baseline, rng);
      },
      seed);
  if (s.replay) return outcome;
  outcome.soft = grade(finder, {Expectation{}}, s.drawers);
  outcome.drawn = grade(finder, {Sample{}}, s.drawers, &rng);
  outcome.argmax = grade(finder, {Sample{}}, s.drawers);
  outcome.own = looking == Looking::soft ? outcome.soft : outcome.argmax;
  return outcome;
}

using Outcomes = std::map<Looking, std::vector<Outcome>>;

// The mean over the seeds, and where they lie.
struct Range {
  double mean = 0, least = 1, most = 0;
};

template <class Value>
Range range_of(const std::vector<Outcome>& outcomes, const Value& value) {
  Range range;
  for (const Outcome& outcome : outcomes) {
    const double x = value(outcome);
    range.mean += x / static_cast<double>(outcomes.size());
    range.least = std::min(range.least, x);
    range.most = std::max(range.most, x);
  }
  return range;
}

std::string text_of(const Range& range) {
  return nn::fixed(range.mean, 3) + " (" + nn::fixed(range.least, 3) + " to " +
         nn::fixed(range.most, 3) + ')';
}

void print(const Outcomes& all) {
  section("right answers, each read in its own way");
  for (const auto& [looking, outcomes] : all)
    nn::number(
        name_of(looking),
        text_of(range_of(outcomes, [](auto& o) { return o.own.right; })));
  section("largest weight at the right drawer");
  for (const auto& [looking, outcomes] : all)
    nn::number(
        name_of(looking),
        text_of(range_of(outcomes, [](auto& o) { return o.own.pointed; })));
  section("right answers, read in other ways");
  std::cout << "                      soft     drawn    argmax\n";
  for (const auto& [looking, outcomes] : all) {
    std::string line = name_of(looking);
    line.resize(16, ' ');
    for (const Score Outcome::*way :
         {&Outcome::soft, &Outcome::drawn, &Outcome::argmax})
      line +=
          "     " +
          nn::fixed(
              range_of(outcomes, [&](auto& o) { return (o.*way).right; }).mean,
              3);
    std::cout << line << '\n';
  }
}

nn::Curves chart(const Outcomes& all, const Settings& s) {
  nn::Curves chart{.title =
                       "Right answers while five finders learn: soft "
                       "first, REINFORCE without a baseline last",
                   .x = {.name = "step"},
                   .y = {.name = "right answers", .from = 0, .to = 1},
                   .curves = {}};
  for (const auto& [looking, outcomes] : all) {
    nn::Curve curve{.name = name_of(looking), .x = {}, .y = {}};
    const int every = std::max(1, s.steps / curve_points);
    for (std::size_t i = 0; i < outcomes[0].curve.size(); ++i) {
      const Range range =
          range_of(outcomes, [&](auto& o) { return o.curve[i]; });
      curve.add(static_cast<double>(i) * every,
                {range.mean, (range.most - range.least) / 2});
    }
    chart.curves.push_back(curve);
  }
  return chart;
}

void run(const Settings& s) {
  if (s.drawers < 2 || s.seeds < 1 || s.steps < 1)
    throw nn::UsageError(
        "--drawers wants 2 or more, --seeds and --steps 1 or more");
  autograd::set_threads(1);  // small models: a second thread only waits
  Outcomes all;
  {
    nn::Fit fit({.steps = s.steps,
                 .all_steps = std::int64_t{5} * s.seeds * s.steps,
                 .replay = s.replay});
    for (const Looking looking : all_lookings)
      for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
        all[looking].push_back(
            learn(looking, s.seed + std::uint64_t(i), fit, s));
  }
  if (s.replay) return;
  print(all);
  if (s.figures.empty()) return;
  section("figures");
  nn::figure(s.figures, "learning_to_look.svg", svg_curves(chart(all, s)));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "One task learnt by reading the mean of all places, and by "
                  "looking at one.");
  flags.add("drawers", &s.drawers, "of a chest");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks of each kind");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
