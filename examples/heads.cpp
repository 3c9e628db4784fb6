// Why several small attentions, and not one? How many heads a task wants,
// whether they differ, and what is lost without some of them.
#include <algorithm>

#include "attention/head_study.h"
#include "attention/self_reader.h"
#include "autograd/graph.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace autograd;
using namespace nn;
using attention::Mask;
using attention::PositionKind;
using attention::SelfReader;
using Shares = std::vector<std::vector<double>>;

namespace {

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 1, steps = 1500;
  bool replay = false;
};

// ANCHOR: task
constexpr int words = 32, length = 16, first = 4;  // that is asked

// At each word from `first` on: the words 1 ... places before it.
struct Sentences {
  Indices ids, answers;  // [B, T], [B, T, places]
};

Sentences draw(int B, int places, Rng& rng) {
  std::vector<int> ids, answers;
  for (int i = 0; i < B * length; ++i) ids.push_back(rng.below(words));
  for (int i = 0; i < B * length; ++i)
    for (int back = 1; back <= places; ++back)
      answers.push_back(i % length < first ? -100 : ids[std::size_t(i - back)]);
  return {Indices({B, length}, ids), Indices({B, length, places}, answers)};
}
// ANCHOR_END: task

struct Variant {
  std::string name;
  int heads = 1, places = 4;
  int shared_heads = 0;
  bool output = true;
};

SelfReader fresh(const Variant& v, std::uint64_t seed) {
  attention::SelfReaderOptions options;
  options.words = words;
  options.answers = v.places * words;
  options.heads = v.heads;
  options.shared_heads = v.shared_heads;
  options.output = v.output;
  options.position = PositionKind::relative;
  options.clip = 8;
  Rng rng(seed);
  return SelfReader(options, rng);
}

// Scores of the words at each place:   [B, T, places, words]
Tensor answers(const SelfReader& reader, const Sentences& s) {
  const Shape& shape = s.answers.shape();
  return reshape(reader(s.ids, Mask::causal(length)),
                 {shape[0], shape[1], shape[2], words});
}

double accuracy(const SelfReader& reader, int places) {
  const NoGrad no_grad;
  Rng rng(7);
  const Sentences s = draw(64, places, rng);
  const std::vector<int> best = argmax(answers(reader, s));
  int right = 0, asked = 0;
  for (std::size_t i = 0; i < best.size(); ++i) {
    const int wanted = s.answers[std::int64_t(i)];
    if (wanted < 0) continue;
    right += best[i] == wanted;
    asked += 1;
  }
  return right / double(asked);
}

// Of some sentences, at the words that are asked:   [B, H, T, S]
Tensor weights_of(const SelfReader& reader) {
  const NoGrad no_grad;
  Rng rng(9);
  const Sentences s = draw(16, 1, rng);
  return slice(reader.weights(s.ids, Mask::causal(length)), 2, first, length);
}

double mean_divergence(const SelfReader& reader) {
  const Shares all = attention::head_divergences(weights_of(reader));
  double sum = 0;
  const auto H = all.size();
  for (std::size_t h = 0; h < H; ++h)
    for (std::size_t g = 0; g < h; ++g) sum += all[h][g];
  return H < 2 ? 0 : sum * 2 / double(H * (H - 1));
}

struct Outcome {
  double right = 0, before = 0, after = 0;  // and divergences
  std::vector<double> pruned;               // of variants with eight heads
  Shares pairs, places;
};

struct Case {
  Variant variant;
  std::vector<Outcome> outcomes{};

  Spread over(double Outcome::*part) const {
    std::vector<double> values;
    for (const Outcome& o : outcomes) values.push_back(o.*part);
    return spread_of(values);
  }
  Spread left(std::size_t pruned) const {
    std::vector<double> values;
    for (const Outcome& o : outcomes) values.push_back(o.pruned[pruned]);
    return spread_of(values);
  }
};

Outcome measure(const Variant& v, std::uint64_t seed, Fit& fit) {
  Outcome outcome;
  const SelfReader reader = fresh(v, seed);
  if (!fit.options.replay) outcome.before = mean_divergence(reader);
  fit(
      reader.parameters(),
      [&](Rng& rng) {
        const Sentences s = draw(32, v.places, rng);
        return cross_entropy(answers(reader, s), s.answers);
      },
      seed);
  if (fit.options.replay) return outcome;
  outcome.right = accuracy(reader, v.places);
  outcome.after = mean_divergence(reader);
  outcome.pairs = attention::head_divergences(weights_of(reader));
  outcome.places = attention::head_distances(weights_of(reader), first, 6);
  if (v.heads == 8) {
    SelfReader pruned = reader;
    outcome.pruned = attention::prune_one_by_one(
        pruned.attend, [&] { return accuracy(pruned, v.places); });
  }
  return outcome;
}

void check_claims(const std::vector<Case>& c) {
  section("claims");
  const auto right = [&](std::size_t i) {
    return c[i].over(&Outcome::right).mean;
  };
  claim(right(0) < 0.8 && right(1) < 0.97 && right(2) > 0.97,
        "one head does not find four places, two not always, four do");
  claim(right(4) > 0.95 && right(5) > 0.95,
        "four heads do without W_O, or with one set of keys and values");
  claim(c[2].over(&Outcome::after).mean > 0.6 &&
            c[6].over(&Outcome::after).mean < 0.3,
        "four heads on four places part, eight on one place hardly");
  claim(c[3].left(4).mean < 0.7 && c[6].left(4).mean > 0.95,
        "half of eight heads may go where one place is asked, not where four");
}

void print(const std::vector<Case>& cases) {
  section("right answers");
  for (const Case& c : cases)
    number(c.variant.name, text_of(c.over(&Outcome::right), 3));
  section("divergence");
  for (const Case& c : cases)
    if (c.variant.heads > 1)
      number(c.variant.name, text_of(c.over(&Outcome::after), 2) +
                                 "  before training " +
                                 text_of(c.over(&Outcome::before), 2));
  section("pruned");
  std::cout.flush();
  std::printf("%-22s", "heads left");
  for (int left = 8; left >= 0; --left) std::printf("%5d", left);
  for (const Case& c : cases) {
    if (c.variant.heads != 8) continue;
    std::printf("\n%-22s", c.variant.name.c_str());
    for (std::size_t i = 0; i <= 8; ++i) std::printf(" %4.2f", c.left(i).mean);
  }
  std::printf("\n");
  std::fflush(stdout);
  section("cells");
  number("four places, 4 left", text_of(cases[3].left(4), 2));
  number("one place, 4 left", text_of(cases[6].left(4), 2));
}

std::string draw_pruned(const std::vector<Case>& cases) {
  Curves chart;
  chart.title = "Right answers with fewer and fewer of eight heads";
  chart.x.name = "heads that are left";
  chart.y.name = "right answers";
  chart.y.from = 0;
  chart.y.to = 1.05;
  for (const Case& c : cases) {
    if (c.variant.heads != 8) continue;
    Curve curve;
    curve.name = c.variant.name;
    for (std::size_t i = 0; i <= 8; ++i) curve.add(8.0 - double(i), c.left(i));
    chart.curves.push_back(curve);
  }
  return svg_curves(chart);
}

std::string draw(const std::string& title, const std::string& across, int from,
                 const Shares& shares) {
  Grid grid;
  grid.title = title;
  grid.across = across;
  grid.down = "head";
  grid.shares = shares;
  for (std::size_t i = 0; i < shares.size(); ++i)
    grid.rows.push_back(std::to_string(i + 1));
  for (std::size_t i = 0; i < shares[0].size(); ++i)
    grid.columns.push_back(std::to_string(int(i) + from));
  return svg_grid(grid);
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  std::vector<Case> cases = {{{"1 head", 1}},
                             {{"2 heads", 2}},
                             {{"4 heads", 4}},
                             {{"8 heads", 8}},
                             {{"4 heads, one of keys", 4, 4, 1}},
                             {{"4 heads, no W_O", 4, 4, 0, false}},
                             {{"8 heads, one place", 8, 1}}};
  {
    FitOptions options;
    options.steps = s.steps;
    options.all_steps =
        std::int64_t{s.seeds} * std::int64_t(cases.size()) * s.steps;
    options.schedule = CosineSchedule{.total = s.steps};
    options.replay = s.replay;
    Fit fit(options);
    for (Case& c : cases)
      for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
        c.outcomes.push_back(
            measure(c.variant, s.seed + std::uint64_t(i), fit));
  }
  if (s.replay) return;
  print(cases);
  if (s.seeds >= 3 && s.steps >= 1500) check_claims(cases);
  if (s.figures.empty()) return;
  figure(s.figures, "pruned.svg", draw_pruned(cases));
  const Outcome &four = cases[2].outcomes[0], &eight = cases[3].outcomes[0];
  figure(s.figures, "heads_places.svg",
         draw("What each of four heads reads, by how many places before",
              "places before", 0, four.places));
  figure(s.figures, "heads_apart.svg",
         draw("How differently each two of eight heads read, in bits", "head",
              1, eight.pairs));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "How many heads a task wants, whether they differ, and what "
                  "is lost without some.");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks of each kind; 3 or more are judged");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
