// Over what distance does a word still count? Recurrent networks, convolutions
// and self-attention, before training and after it.
#include <algorithm>
#include <functional>

#include "attention/self_reader.h"
#include "nn/conv_reader.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/plot.h"
#include "nn/recall.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace autograd;
using namespace nn;
using attention::Mask;
using attention::PositionKind;

namespace {

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 1, steps = 1000;
  bool replay = false;
};

constexpr int longest = 40;  // fillers, in training
const std::vector<int> tested = {0, 20, 40, 80, 160};

// ---- A reader like nn::Reader, by self-attention

// ANCHOR: attention
// What the last word reads of all words is the state.
struct AttentionReader : attention::SelfReader {
  static attention::SelfReaderOptions options_with(PositionKind kind) {
    attention::SelfReaderOptions options;
    options.words = recall_reader.words;
    options.answers = recall_reader.answers;
    options.width = options.hidden = recall_reader.hidden;
    options.position = kind;
    return options;
  }
  AttentionReader(PositionKind kind, Rng& rng)
      : SelfReader(options_with(kind), rng) {}

  static Mask mask(const Tensor& x, const std::vector<int>& lengths) {
    return lengths.empty() ? Mask() : Mask::padding(lengths, x.size(1));
  }
  Tensor last_state(const Tensor& x,
                    const std::vector<int>& lengths = {}) const {
    return at_last(read(x, mask(x, lengths)), lengths);
  }
  Tensor operator()(const Indices& ids, const std::vector<int>& lengths) const {
    const Tensor x = embedding(ids);
    return at_last(answers(x, mask(x, lengths)), lengths);
  }
};
// ANCHOR_END: attention

// ---- What is measured

std::vector<int> distances() {
  std::vector<int> all;
  for (int k = 0; k <= 128; k += k < 16 ? 1 : 4) all.push_back(k);
  for (const int k : {160, 200, 256, 320, 400}) all.push_back(k);
  return all;
}

struct Outcome {
  std::vector<double> before, after;  // what is felt, by distance
  std::vector<double> mixed;          // names told right, by `tested`
  std::vector<double> alone;          // after 40 fillers only, at 40
};

struct Variant {
  std::string name;
  std::function<Outcome(std::uint64_t, Fit&)> run;
  std::vector<Outcome> outcomes{};  // of each seed
};

// A kind of reader, made by make(rng).
template <class Make>
Variant variant(const std::string& name, Make make) {
  return {name, [make](std::uint64_t seed, Fit& fit) {
            Outcome outcome;
            auto learn = [&](const auto& reader, int least) {
              fit(
                  reader.parameters(),
                  [&](Rng& rng) {
                    return recall_loss(reader, 32, least, longest, rng);
                  },
                  seed);
            };
            Rng rng(seed);
            const auto reader = make(rng);
            const auto other = reader;  // a deep copy: the same weights
            if (!fit.options.replay)
              outcome.before = fading(reader, distances());
            learn(reader, 0);
            learn(other, longest);
            if (fit.options.replay) return outcome;
            outcome.after = fading(reader, distances());
            for (const int delay : tested)
              outcome.mixed.push_back(recall_accuracy(reader, delay));
            outcome.alone.push_back(recall_accuracy(other, longest));
            return outcome;
          }};
}

std::vector<Variant> all_variants() {
  const auto self = [](PositionKind kind) {
    return [kind](Rng& rng) { return AttentionReader(kind, rng); };
  };
  const auto conv = [](bool dilated) {
    return [dilated](Rng& r) { return ConvReader(recall_reader, dilated, r); };
  };
  return {
      variant("RNN", [](Rng& r) { return Reader<Rnn>(recall_reader, r); }),
      variant("LSTM", [](Rng& r) { return Reader<Lstm>(recall_reader, r); }),
      variant("GRU", [](Rng& r) { return Reader<Gru>(recall_reader, r); }),
      variant("convolution", conv(false)),
      variant("dilated", conv(true)),
      variant("self-attention", self(PositionKind::none)),
      variant("with positions", self(PositionKind::sinusoidal))};
}

// ---- Over the seeds

using Part = std::vector<double> Outcome::*;

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

void print_accuracy(const std::vector<Variant>& variants) {
  section("learnt from 0 to 40");
  std::cout.flush();
  std::printf("%-16s", "fillers");
  for (const int delay : tested) std::printf("%9d ", delay);
  for (const Variant& v : variants) {
    std::printf("\n%-16s", v.name.c_str());
    for (std::size_t i = 0; i < tested.size(); ++i) {
      const Spread s = spread(v, &Outcome::mixed, i);
      std::printf("  %4.2f %s", s.mean, fixed(s.error, 2).substr(1).c_str());
    }
  }
  std::printf("\n");
  std::fflush(stdout);
  section("learnt from 40 only");
  for (const Variant& v : variants)
    number(v.name, text_of(spread(v, &Outcome::alone, 0), 2));
}

// ---- What the book says of it

void check_claims(const std::vector<Variant>& v) {
  section("claims");
  const Part before = &Outcome::before, after = &Outcome::after;
  for (int i : {0, 1, 2})
    claim(reach(v[std::size_t(i)], before).mean < 12,
          "untrained, a word is felt less than 12 words on: " +
              v[std::size_t(i)].name);
  claim(reach(v[3], before).mean <= 10 && reach(v[4], before).mean <= 62,
        "a convolution of five layers ends at 10 words, a dilated one at 62");
  claim(reach(v[5], before).mean >= 90 && reach(v[5], before).mean <= 140,
        "untrained self-attention feels a word 90 to 140 words on");
  claim(spread(v[5], after, distances().size() - 1).mean > 0.01,
        "trained self-attention still feels it 400 words on");
  claim(spread(v[5], &Outcome::alone, 0).mean > 0.95 &&
            spread(v[0], &Outcome::alone, 0).mean < 0.5 &&
            spread(v[1], &Outcome::alone, 0).mean < 0.5,
        "from 40 fillers only, self-attention learns, RNN and LSTM do not");
}

// ---- Pictures

// What is felt by distance, from 1 down to a millionth.
Curves chart(const std::string& title, const std::vector<Variant>& variants,
             Part part) {
  Curves chart;
  chart.title = title;
  chart.x.name = "words back";
  chart.y.name = "share of the gradient that is left";
  chart.y.logarithmic = true;
  chart.y.from = 1e-6;
  chart.x.to = 128;
  const std::vector<int> at = distances();
  for (const Variant& v : variants) {
    Curve curve;
    curve.name = v.name;
    for (std::size_t i = 0; i < at.size() && at[i] <= 128; ++i) {
      const Spread s = spread(v, part, i);
      if (s.mean < 1e-6) break;
      if (at[i] % 4 == 0 || at[i] < 12)
        curve.add(at[i], {s.mean, std::min(s.error, s.mean - 1e-6)});
    }
    chart.curves.push_back(curve);
  }
  return chart;
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  std::vector<Variant> variants = all_variants();
  {
    FitOptions options;
    options.steps = s.steps;
    options.all_steps =
        std::int64_t{2} * s.seeds * std::int64_t(variants.size()) * s.steps;
    options.replay = s.replay;
    Fit fit(options);
    for (Variant& v : variants)
      for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
        v.outcomes.push_back(v.run(s.seed + std::uint64_t(i), fit));
  }
  if (s.replay) return;
  print_reach("reach before training", variants, &Outcome::before);
  print_accuracy(variants);
  print_reach("reach after training", variants, &Outcome::after);
  section("felt 400 words back");
  for (const Variant& v : variants)
    number(v.name,
           significant(spread(v, &Outcome::after, distances().size() - 1).mean,
                       2));
  if (s.seeds >= 3 && s.steps >= 1000) check_claims(variants);
  if (s.figures.empty()) return;
  figure(s.figures, "range_before.svg",
         svg_curves(chart("Before training: what the last state feels of a "
                          "word, by distance",
                          variants, &Outcome::before)));
  figure(s.figures, "range_after.svg",
         svg_curves(chart("After training: what the last state feels of the "
                          "name, by distance",
                          variants, &Outcome::after)));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Over what distance recurrent networks, convolutions and "
                  "self-attention feel a word.");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks of each kind; 3 or more are judged");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
