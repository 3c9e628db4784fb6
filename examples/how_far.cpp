// How far back does a recurrent network see? What its gradient still feels of
// a word far back, what it can learn from there, and what it can remember.
#include <algorithm>
#include <functional>

#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/init.h"
#include "nn/plot.h"
#include "nn/recall.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace autograd;
using namespace nn;

namespace {

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 1, steps = 1000;
  bool replay = false;
};

constexpr int longest = 40, farthest = 80;  // fillers, in training and after

// Tested after training on 0 to 40 fillers; and each the only one trained on.
const std::vector<int> tested = {0, 20, 40, 60, 80},
                       only = {5, 10, 15, 20, 30, 40};

// ---- What is measured

// The distances at which we look: all of the near ones, then every fourth.
std::vector<int> distances() {
  std::vector<int> all;
  for (int k = 0; k <= farthest; k += k < 16 ? 1 : 4) all.push_back(k);
  return all;
}

// ---- One network, begun in one of several ways

// ANCHOR: start
enum class Start { usual, orthogonal, forget1, forget2 };

template <class Layer>
Reader<Layer> fresh(Start start, std::uint64_t seed) {
  Rng rng(seed);
  Reader<Layer> reader(recall_reader, rng);
  auto& cell = reader.layer.cells[0];
  const int H = cell.options.hidden;
  if (start == Start::orthogonal) init::orthogonal(cell.weight_hh, rng);
  if (start == Start::forget1 || start == Start::forget2) {
    slice(cell.bias_ih, 0, H, 2 * H).fill(start == Start::forget1 ? 1 : 2);
    slice(cell.bias_hh, 0, H, 2 * H).fill(0);
  }
  return reader;
}
// ANCHOR_END: start

struct Outcome {
  std::vector<double> before, after;  // what is felt, by distance
  std::vector<double> mixed, alone;   // names told right, by `tested`, `only`
};

template <class Layer>
Outcome measure(Start start, std::uint64_t seed, Fit& fit) {
  const bool replay = fit.options.replay;
  auto learn = [&](const Reader<Layer>& reader, int least, int most) {
    fit(
        reader.parameters(),
        [&](Rng& rng) { return recall_loss(reader, 32, least, most, rng); },
        seed);
  };
  Outcome outcome;
  const auto reader = fresh<Layer>(start, seed);
  if (!replay) outcome.before = fading(reader, distances());
  learn(reader, 0, longest);
  if (replay) return outcome;
  outcome.after = fading(reader, distances());
  for (const int delay : tested)
    outcome.mixed.push_back(recall_accuracy(reader, delay));
  for (const int delay : only) {
    const auto other = fresh<Layer>(start, seed);
    learn(other, delay, delay);
    outcome.alone.push_back(recall_accuracy(other, delay));
  }
  return outcome;
}

struct Variant {
  std::string name;
  std::function<Outcome(std::uint64_t, Fit&)> run;
  std::vector<Outcome> outcomes{};  // of each seed
};

template <class Layer, Start start>
Variant variant(const std::string& name) {
  return {name, [](std::uint64_t seed, Fit& fit) {
            return measure<Layer>(start, seed, fit);
          }};
}

// ---- Over the seeds

using Part = std::vector<double> Outcome::*;

// The i-th number of a part.
Spread spread(const Variant& variant, Part part, std::size_t i) {
  std::vector<double> values;
  for (const Outcome& o : variant.outcomes) values.push_back((o.*part)[i]);
  return spread_of(values);
}

Spread reach(const Variant& variant, Part part) {
  std::vector<double> values;
  for (const Outcome& o : variant.outcomes)
    values.push_back(nn::reach(distances(), o.*part));
  return spread_of(values);
}

void print_reach(const std::string& name, const std::vector<Variant>& variants,
                 Part part) {
  section(name);
  for (const Variant& v : variants) number(v.name, text_of(reach(v, part), 1));
}

void print_accuracy(const std::string& name,
                    const std::vector<Variant>& variants, Part part,
                    const std::vector<int>& delays) {
  section(name);
  std::cout.flush();
  std::printf("%-16s", "fillers");
  for (const int delay : delays) std::printf("%9d ", delay);
  for (const Variant& v : variants) {
    std::printf("\n%-16s", v.name.c_str());
    for (std::size_t i = 0; i < delays.size(); ++i) {
      const Spread s = spread(v, part, i);
      std::printf("  %4.2f %s", s.mean, fixed(s.error, 2).substr(1).c_str());
    }
  }
  std::printf("\n");
  std::fflush(stdout);
}

// ---- What the book says of it

void check_claims(const std::vector<Variant>& variants) {
  section("claims");
  const Variant &rnn = variants[0], &gru = variants[2], &lstm = variants[3],
                &forget2 = variants[5];
  const Part before = &Outcome::before, after = &Outcome::after;
  double least = 1, most = 0;  // of all kinds
  for (const Variant& v : variants) {
    least = std::min(least, spread(v, &Outcome::mixed, 4).mean);
    most = std::max(most, spread(v, &Outcome::alone, 5).mean);
  }
  claim(reach(rnn, before).mean < 12 && reach(lstm, before).mean < 12,
        "untrained, neither RNN nor LSTM feels 12 words back");
  claim(reach(forget2, before).mean > 3 * reach(lstm, before).mean,
        "a forget bias of 2 makes that more than three times as far");
  claim(most < 0.9, "from 40 fillers only, no kind learns it every time");
  claim(spread(lstm, &Outcome::alone, 2).mean <
            spread(forget2, &Outcome::alone, 2).mean - 0.3,
        "from 15 fillers only, an LSTM needs its forget bias");
  claim(least > 0.9,
        "from 0 to 40 fillers, every kind learns to keep it for 80");
  claim(reach(rnn, after).mean < 20,
        "the RNN that keeps it for 80 feels less than 20 words back");
  claim(reach(gru, after).mean > 2 * reach(rnn, after).mean,
        "the trained GRU feels more than twice as far as the trained RNN");
}

// ---- Pictures

// What is felt by distance, from 1 down to a millionth.
Curves fading_chart(const std::string& title,
                    const std::vector<Variant>& variants, Part part) {
  Curves chart{.title = title,
               .x = {.name = "words back"},
               .y = {.name = "share of the gradient that is left",
                     .logarithmic = true,
                     .from = 1e-6},
               .curves = {}};
  const std::vector<int> at = distances();
  for (const Variant& v : variants) {
    Curve curve{.name = v.name, .x = {}, .y = {}};
    for (std::size_t i = 0; i < at.size(); ++i) {
      const Spread s = spread(v, part, i);
      if (s.mean < 1e-6) break;
      if (at[i] % 4 != 0) continue;
      curve.add(at[i], {s.mean, std::min(s.error, s.mean - 1e-6)});
    }
    chart.curves.push_back(curve);
  }
  return chart;
}

Curves alone_chart(const std::vector<Variant>& variants) {
  Curves chart{.title =
                   "What is learnt from one distance only: the farther, "
                   "the less; a forget bias helps",
               .x = {.name = "fillers in every sentence"},
               .y = {.name = "names told right", .from = 0, .to = 1.05},
               .curves = {}};
  for (const Variant& v : variants) {
    Curve curve{.name = v.name, .x = {}, .y = {}};
    for (std::size_t i = 0; i < only.size(); ++i)
      curve.add(only[i], spread(v, &Outcome::alone, i));
    chart.curves.push_back(curve);
  }
  return chart;
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  std::vector<Variant> variants = {
      variant<Rnn, Start::usual>("RNN"),
      variant<Rnn, Start::orthogonal>("RNN, orthogonal"),
      variant<Gru, Start::usual>("GRU"),
      variant<Lstm, Start::usual>("LSTM"),
      variant<Lstm, Start::forget1>("LSTM, forget 1"),
      variant<Lstm, Start::forget2>("LSTM, forget 2")};
  const auto trainings =
      std::int64_t{s.seeds} * std::int64_t(variants.size() * (only.size() + 1));
  {
    Fit fit({.steps = s.steps,
             .all_steps = trainings * s.steps,
             .replay = s.replay});
    for (Variant& v : variants)
      for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
        v.outcomes.push_back(v.run(s.seed + std::uint64_t(i), fit));
  }
  if (s.replay) return;
  print_reach("reach before training", variants, &Outcome::before);
  print_accuracy("learnt from one distance", variants, &Outcome::alone, only);
  print_accuracy("learnt from 0 to 40", variants, &Outcome::mixed, tested);
  print_reach("reach after training", variants, &Outcome::after);
  if (s.seeds >= 3 && s.steps >= 1000) check_claims(variants);
  if (s.figures.empty()) return;
  figure(s.figures, "fading_before.svg",
         svg_curves(fading_chart("Before training: what the last state feels "
                                 "of a word, by distance",
                                 variants, &Outcome::before)));
  figure(s.figures, "fading_after.svg",
         svg_curves(fading_chart("After training: what the last state feels "
                                 "of the name, by distance",
                                 variants, &Outcome::after)));
  figure(s.figures, "one_distance.svg", svg_curves(alone_chart(variants)));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "How far back recurrent networks feel, learn and remember.");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks of each kind; 3 or more are judged");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
