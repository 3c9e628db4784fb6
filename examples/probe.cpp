// What is lost in one vector? A linear probe looks for each source word in the
// encoder's last state.
#include <algorithm>
#include <map>

#include "attention/translator.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/grammar.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/spread.h"
#include "nn/text.h"

using namespace attention;
using autograd::text;
using nn::fixed;
using nn::number;
using nn::section;

namespace {

struct Settings {
  int small = 16, large = 64, limit = 12, seeds = 1, steps = 600, threads = 1;
  std::uint64_t seed = 1;
  bool replay = false;
  std::string figures;
};

const std::vector<int> lengths = {2, 4, 6, 8, 10, 12, 16, 20};
constexpr int train_sentences = 20000;
constexpr int probed = 2000, tested = 500;  // sentences of each length

const nn::Grammar& grammar() {
  static const nn::Grammar clauses = nn::Grammar::clauses();
  return clauses;
}

Translator learn(int hidden, int limit, std::uint64_t seed, int steps,
                 bool replayed = false) {
  Rng rng(seed);
  const auto pairs = grammar().generate(rng, {2, limit}, train_sentences);
  Seq2SeqOptions options;
  options.embedding = 16;
  options.hidden = hidden;
  options.context = Context::initial;
  options.bidirectional = false;
  Translator translator(pairs, 1, options, rng);
  if (steps == 0) return translator;
  TrainingOptions training = brief_training(steps, seed);
  if (replayed) replay(training, steps);
  teach(translator, pairs, training);
  return translator;
}

// Sentences of one length as the probe sees them: N states of H numbers, and
// the words that they are to tell.
struct States {
  Tensor vectors;          // [N, H]
  std::vector<int> words;  // [N, S], row by row
};

// ANCHOR: states
// Reads N sentences of `length` words, and keeps the encoder's last state.
States read(const Translator& t, Rng& rng, int length, int count) {
  const autograd::NoGrad no_grad;
  std::vector<std::vector<int>> rows;
  States result;
  for (const auto& pair : grammar().generate(rng, {length, length}, count)) {
    rows.push_back(t.source_vocab.encode(pair.source));
    result.words.insert(result.words.end(), rows.back().begin(),
                        rows.back().end());
  }
  const nn::Padded source = nn::pad(rows);
  const auto& model = std::get<Seq2Seq>(t.model);
  const auto [outputs, last] =
      model.encoder(model.source_embedding(source.ids), source.lengths);
  result.vectors = autograd::select(last, 0, 0).clone();  // [N, H]
  return result;
}
// ANCHOR_END: states

// ANCHOR: probe
// One linear map from the state to a score for each word at each place:
// logits [N, S, V] = W h + b. What it cannot find, no linear map finds.
struct Probe {
  int length, vocab;
  nn::Linear map;

  Probe(int hidden, int length, int vocab, Rng& rng)
      : length(length), vocab(vocab), map(hidden, length * vocab, rng) {}

  Tensor operator()(const Tensor& states) const {
    return autograd::reshape(map(states), {-1, length, vocab});
  }
};
// ANCHOR_END: probe

void teach(Probe& probe, const States& data, Rng& rng) {
  constexpr int steps = 300, batch = 200;
  nn::Adam adam(probe.map.parameters(), {.learning_rate = 0.02});
  const nn::CosineSchedule schedule{.total = steps};
  const double rate = adam.learning_rate;
  for (int step = 1; step <= steps; ++step) {
    const int from = static_cast<int>(rng.bits() % (probed - batch + 1));
    const auto first = data.words.begin() + from * probe.length;
    const nn::Indices words({batch, probe.length},
                            {first, first + batch * probe.length});
    nn::zero_grad(probe.map.parameters());
    const Tensor states = autograd::slice(data.vectors, 0, from, from + batch);
    autograd::cross_entropy(probe(states), words).backward();
    adam.learning_rate = rate * schedule(step);
    adam.step();
  }
}

// The share of sentences whose word at each place the probe names.
std::vector<double> right(const Probe& probe, const States& data) {
  const autograd::NoGrad no_grad;
  const std::vector<int> best = nn::argmax(probe(data.vectors));  // [N S]
  std::vector<double> share(static_cast<std::size_t>(probe.length));
  for (std::size_t at = 0; at < data.words.size(); ++at)
    share[at % share.size()] += best[at] == data.words[at];
  for (double& each : share) each *= double(probe.length) / data.words.size();
  return share;
}

// The same for one who always names the place's most frequent word.
std::vector<double> guessed(const States& data, int length) {
  std::vector<std::map<int, int>> counts(static_cast<std::size_t>(length));
  for (std::size_t at = 0; at < data.words.size(); ++at)
    ++counts[at % counts.size()][data.words[at]];
  std::vector<double> share;
  for (const auto& words : counts) {
    int most = 0;
    for (const auto& [word, count] : words) most = std::max(most, count);
    share.push_back(most * double(length) / data.words.size());
  }
  return share;
}

using Rows = std::vector<std::vector<double>>;  // [lengths, places]

struct Result {
  std::string name;
  int hidden = 0;
  bool trained = true;
  Rows share;
  std::vector<double> all{};  // of each seed, the mean over lengths to limit
};

void add(Rows& sum, std::size_t row, const std::vector<double>& values,
         int seeds) {
  sum.resize(lengths.size());
  sum[row].resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    sum[row][i] += values[i] / seeds;
}

void measure(Result& result, Rows* guesses, const Settings& s) {
  for (int k = 0; k < s.seeds; ++k) {
    const std::uint64_t seed = s.seed + static_cast<std::uint64_t>(k);
    const Translator translator =
        learn(result.hidden, s.limit, seed, result.trained ? s.steps : 0);
    Rng rng(seed + 1000);
    std::vector<double> inside;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      const States data = read(translator, rng, lengths[i], probed);
      const States fresh = read(translator, rng, lengths[i], tested);
      Probe probe(result.hidden, lengths[i], translator.source_vocab.size(),
                  rng);
      teach(probe, data, rng);
      const auto share = right(probe, fresh);
      add(result.share, i, share, s.seeds);
      if (guesses) add(*guesses, i, guessed(fresh, lengths[i]), s.seeds);
      if (lengths[i] <= s.limit) inside.push_back(nn::spread_of(share).mean);
    }
    result.all.push_back(nn::spread_of(inside).mean);
  }
}

// What the chapter asserts of the longest sentences: a trained state has kept
// the first word far better than the one in the middle, an untrained state the
// last far better than the first.
void check_verdicts(const std::vector<Result>& results, const Settings& s) {
  if (s.steps < 2000) return;  // too few to have learnt anything
  const auto check = [](bool holds, const char* what) {
    if (!holds) throw std::runtime_error(text("it does not hold: ", what));
  };
  for (const Result& r : results) {
    const auto& places = r.share.back();
    if (!r.trained)
      check(places.back() > places.front() + 0.2, "untrained keeps the last");
    else
      check(places.front() > places[places.size() / 2] + 0.2,
            "trained keeps the first");
  }
  if (s.small < s.large)
    check(
        nn::spread_of(results[0].all).mean < nn::spread_of(results[1].all).mean,
        "more numbers keep more words");
}

// ---- What is printed

void print_map(const std::string& name, const Rows& share) {
  section(name);
  std::printf("%5s", "words");
  for (int place = 1; place <= lengths.back(); ++place)
    std::printf(" %3d", place);
  std::printf("\n");
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    std::printf("%5d", lengths[i]);
    for (double each : share[i])
      std::printf(" %3s", nn::short_share(each).c_str());
    std::printf("\n");
  }
  std::fflush(stdout);
}

nn::Grid grid(const Result& result) {
  nn::Grid grid{
      .title = text("Which source words a linear probe finds in the last "
                    "state: ",
                    result.name),
      .across = "place of the word in the sentence",
      .down = "words",
      .columns = {},
      .rows = {},
      .shares = result.share};
  for (int length : lengths) grid.rows.push_back(std::to_string(length));
  for (int place = 1; place <= lengths.back(); ++place)
    grid.columns.push_back(std::to_string(place));
  return grid;
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1 || s.small < 1 || s.large < 1 || s.limit < 2)
    throw nn::UsageError(
        "--seeds, --steps, --small and --large want 1 or more, --limit 2");
  if (s.threads > 0) autograd::set_threads(s.threads);
  if (s.replay) {
    learn(s.small, s.limit, s.seed, 24, true);
    return;
  }
  std::vector<Result> results = {
      {text(s.small, " numbers, trained"), s.small, true, {}},
      {text(s.large, " numbers, trained"), s.large, true, {}},
      {text(s.large, " numbers, untrained"), s.large, false, {}}};
  Rows guesses;
  for (Result& result : results)
    measure(result, &result == &results[0] ? &guesses : nullptr, s);
  for (const Result& result : results) print_map(result.name, result.share);
  print_map("most frequent word", guesses);
  section("summary");
  for (const Result& r : results) {
    const auto [low, high] = std::minmax_element(r.all.begin(), r.all.end());
    number(r.name,
           text(fixed(nn::spread_of(r.all).mean, 3), "  (", s.seeds, " runs, ",
                fixed(*low, 3), " to ", fixed(*high, 3), ")"));
    number(r.name + ", first of 20 words", fixed(r.share.back().front(), 2));
    number(r.name + ", tenth of 20 words", fixed(r.share.back()[9], 2));
    number(r.name + ", last of 20 words", fixed(r.share.back().back(), 2));
  }
  if (!s.figures.empty()) {
    nn::figure(s.figures, "probe_trained.svg", nn::svg_grid(grid(results[1])));
    nn::figure(s.figures, "probe_untrained.svg",
               nn::svg_grid(grid(results[2])));
  }
  check_verdicts(results, s);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Which source words can be read from the encoder's last "
                  "state, by their place\nand the length of the sentence.");
  flags.add("small", &s.small, "numbers in the state of the first model");
  flags.add("large", &s.large, "numbers in that of the second");
  flags.add("limit", &s.limit, "the longest sentences of the training");
  flags.add("seeds", &s.seeds, "runs of each");
  flags.add("steps", &s.steps, "batches of 32 sentences");
  flags.add("seed", &s.seed, "of all random numbers");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("threads", &s.threads, "to use; 0: one a core");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
