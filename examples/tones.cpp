// Hears tones and names them: does it help to know where one listened last?
#include "nn/tones.h"

#include <algorithm>

#include "attention/any.h"
#include "attention/reading_decoder.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/batch.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/rnn.h"
#include "nn/spread.h"

using namespace attention;
using nn::section;

namespace {

struct Settings {
  int steps = 800, seeds = 1;
  std::uint64_t seed = 1;
  std::string figures;
  bool replay = false;
};

const nn::TonesOptions sounds;
constexpr int special = 4;  // of nn::Vocab, before the tones
constexpr int width = 32;

struct Case {
  const char* name;
  bool recurrent;  // the encoder: else each frame by itself
  ScoreKind score;
};
const std::vector<Case> cases = {
    {"frames, additive", false, ScoreKind::additive},
    {"frames, location-aware", false, ScoreKind::location_aware},
    {"GRU, additive", true, ScoreKind::additive},
    {"GRU, location-aware", true, ScoreKind::location_aware}};

ScoreOptions score_options(ScoreKind kind) {
  ScoreOptions options;
  options.kind = kind;
  options.query = 2 * width;
  options.key = 2 * width;
  options.width = width;
  options.filters = 4;
  options.kernel = 21;
  return options;
}

struct Listener {
  bool recurrent;
  nn::Linear frame;  // each frame by itself, or
  nn::Gru encoder;   // in both directions
  nn::Linear start;
  ReadingDecoder<Attention<AnyScore>> decoder;

  Listener(const Case& c, Rng& rng)
      : recurrent(c.recurrent),
        frame(sounds.features, 2 * width, rng),
        encoder(
            {.input = sounds.features, .hidden = width, .bidirectional = true},
            rng),
        start(2 * width, 2 * width, rng),
        decoder({.words = special + sounds.tones,
                 .embedding = 16,
                 .hidden = 2 * width,
                 .memory = 2 * width},
                Attention(AnyScore(score_options(c.score), rng)), rng) {}

  struct Source {
    Memory memory;
    Tensor state;
  };
  Source encode(const nn::Tones& tones) const {
    const Tensor states =
        recurrent ? encoder(tones.frames, tones.lengths).outputs
                  : autograd::tanh(frame(tones.frames));  // [B, T, 2 width]
    const Mask mask = Mask::padding(tones.lengths, states.size(1));
    return {decoder.attend.prepare(states, states, mask),
            autograd::tanh(start(select(states, 1, 0)))};
  }

  Parameters parameters() const {
    return nn::nested(
        {{"encoder", recurrent ? encoder.parameters() : frame.parameters()},
         {"start", start.parameters()},
         {"decoder", decoder.parameters()}});
  }
};

std::vector<int> words_of(const std::vector<int>& melody) {
  std::vector<int> words;
  for (const int tone : melody) words.push_back(special + tone);
  return words;
}

Tensor loss(const Listener& model, const nn::Tones& tones) {
  std::vector<nn::EncodedPair> pairs;
  std::vector<int> items;
  for (const auto& melody : tones.symbols) {
    items.push_back(int(items.size()));
    pairs.push_back({{nn::Vocab::unknown}, words_of(melody)});
  }
  const nn::Batch batch = nn::make_batch(pairs, items);
  const auto [memory, state] = model.encode(tones);
  const Indices& in = batch.target_in.ids;
  const Said all = model.decoder.unroll(memory, state, in, nullptr);
  return autograd::cross_entropy(
      model.decoder.logits(all, model.decoder.embedding(in), nullptr),
      batch.target_out, {.ignored = nn::Vocab::pad});
}

struct Score {
  double exact = 0;
  double inside = 0;   // tones whose most attended frame is within them
  double off = 0;      // else: frames to the nearer end; 0 inside; a mean
  double forward = 0;  // steps on which the most attended frame moves on
};

std::vector<nn::Hypothesis> forced(const Listener& model,
                                   const nn::Tones& tones) {
  std::vector<std::vector<int>> truth;
  for (const auto& melody : tones.symbols) truth.push_back(words_of(melody));
  const Listener::Source source = model.encode(tones);
  return nn::forced(model.decoder.decoder(source.memory, source.state), truth);
}

Score grade(const Listener& model, const nn::Tones& tones) {
  const autograd::NoGrad no_grad;
  const auto n = tones.symbols.size();
  const Listener::Source source = model.encode(tones);
  const auto said =
      nn::greedy(model.decoder.decoder(source.memory, source.state),
                 std::vector<int>(n, 40));
  const auto read = forced(model, tones);
  Score score;
  double all = 0, steps = 0;
  for (std::size_t b = 0; b < n; ++b) {
    score.exact += said[b].tokens == words_of(tones.symbols[b]);
    int last = -1;
    for (std::size_t k = 0; k < tones.symbols[b].size(); ++k) {
      const auto& w = read[b].weights[k];
      const int at = int(std::max_element(w.begin(), w.end()) - w.begin());
      const auto [begin, end] = tones.bounds[b][k];
      const int off = std::max({begin - at, at - (end - 1), 0});
      all += 1;
      score.inside += off == 0;
      score.off += off;
      steps += k > 0;
      score.forward += k > 0 && at > last;
      last = at;
    }
  }
  score.exact /= double(n);
  score.inside /= all;
  score.off /= all;
  score.forward /= steps;
  return score;
}

using Runs = std::vector<Score>;
struct Outcome {
  Runs held_out, longer;  // as long as in training, or longer
  std::string map;        // of the first run
};

nn::Spread spread(const Runs& runs, double Score::*what) {
  std::vector<double> values;
  for (const Score& run : runs) values.push_back(run.*what);
  return nn::spread_of(values);
}

void print(const char* title, const std::vector<Outcome>& all,
           Runs Outcome::*which) {
  const std::vector<std::pair<const char*, double Score::*>> numbers = {
      {"exact match", &Score::exact},
      {"listens within the tone", &Score::inside},
      {"frames off", &Score::off},
      {"moves on", &Score::forward}};
  for (const auto& [name, what] : numbers) {
    section(std::string(title) + ", " + name);
    for (std::size_t i = 0; i < cases.size(); ++i)
      nn::number(cases[i].name,
                 (all[i].*which).size() > 1
                     ? text_of(spread(all[i].*which, what), 3)
                     : nn::fixed(spread(all[i].*which, what).mean, 3));
  }
}

// Frames from left to right, tones from top to bottom.
std::string draw(const Listener& model, const nn::Tones& tones) {
  const autograd::NoGrad no_grad;
  const auto read = forced(model, tones)[0];
  nn::Grid grid;
  grid.title = "Which frames are listened to for each tone";
  grid.across = "frame";
  grid.down = "tone";
  for (int t = 0; t < tones.lengths[0]; ++t)
    grid.columns.push_back(t % 5 ? "" : std::to_string(t));
  for (std::size_t k = 0; k < tones.symbols[0].size(); ++k) {
    const auto [begin, end] = tones.bounds[0][k];
    grid.rows.push_back(std::to_string(tones.symbols[0][k]) + ": " +
                        std::to_string(begin) + "-" + std::to_string(end - 1));
    grid.shares.emplace_back();
    for (int t = 0; t < tones.lengths[0]; ++t)
      grid.shares.back().push_back(
          std::clamp(double(read.weights[k][std::size_t(t)]), 0.0, 1.0));
  }
  return nn::svg_grid(grid);
}

Outcome measure(const Case& c, const Settings& s, nn::Fit& fit) {
  Outcome outcome;
  nn::TonesOptions more = sounds, few = sounds;
  more.min_count = 9;
  more.max_count = 12;
  few.max_count = 4;
  few.max_frames = 5;
  for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i) {
    const std::uint64_t seed = s.seed + std::uint64_t(i);
    Rng rng(seed);
    const Listener model(c, rng);
    fit(
        model.parameters(),
        [&](Rng& step) {
          return loss(model, nn::draw_tones(32, false, sounds, step));
        },
        seed);
    if (s.replay) continue;
    Rng test(s.seed + 1000);
    const nn::Tones held_out = nn::draw_tones(200, true, sounds, test);
    const nn::Tones longer = nn::draw_tones(100, true, more, test);
    outcome.held_out.push_back(grade(model, held_out));
    outcome.longer.push_back(grade(model, longer));
    if (i == 0) outcome.map = draw(model, nn::draw_tones(1, true, few, test));
  }
  return outcome;
}

void check_claims(const std::vector<Outcome>& all) {
  section("claims");
  const auto mean = [&](std::size_t i, Runs Outcome::*which,
                        double Score::*what) {
    return spread(all[i].*which, what).mean;
  };
  nn::claim(mean(1, &Outcome::held_out, &Score::inside) >
                mean(0, &Outcome::held_out, &Score::inside) + 0.2,
            "frames by themselves need to know where one listened last");
  nn::claim(mean(2, &Outcome::held_out, &Score::exact) > 0.9 &&
                mean(3, &Outcome::held_out, &Score::exact) > 0.9,
            "with a GRU both scores name new melodies");
  nn::claim(mean(3, &Outcome::longer, &Score::exact) >
                mean(2, &Outcome::longer, &Score::exact) + 0.3,
            "on longer sounds only the location-aware score goes on");
}

void run(const Settings& s) {
  if (s.steps < 1 || s.seeds < 1)
    throw nn::UsageError("--steps and --seeds want 1 or more");
  autograd::set_threads(1);  // small models: a second thread only waits
  nn::FitOptions options;
  options.steps = s.steps;
  options.schedule =
      nn::CosineSchedule{.total = s.steps, .warmup = s.steps / 20};
  options.all_steps =
      std::int64_t{s.seeds} * std::int64_t(cases.size()) * s.steps;
  options.replay = s.replay;
  std::vector<Outcome> all;
  {
    nn::Fit fit(options);
    for (const Case& c : cases) all.push_back(measure(c, s, fit));
  }
  if (s.replay) return;
  print("held out", all, &Outcome::held_out);
  print("longer", all, &Outcome::longer);
  if (s.steps >= 800) check_claims(all);
  if (s.figures.empty()) return;
  nn::figure(s.figures, "tones_additive.svg", all[0].map);
  nn::figure(s.figures, "tones_aware.svg", all[1].map);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Names the tones of a sound, and grades where it listens.");
  flags.add("steps", &s.steps, "of each training, 32 sounds each");
  flags.add("seeds", &s.seeds, "runs of each, from --seed on");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
