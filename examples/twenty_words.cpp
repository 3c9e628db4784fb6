// Is there a wall at twenty words? Translators of several kinds and sizes,
// trained on sentences up to a limit and tested on all lengths.
#include <algorithm>
#include <set>

#include "attention/translator.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/grammar.h"
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
  std::string kinds = "start,attention", limits = "8", hidden = "32";
  int seeds = 1, steps = 600, tests = 50, threads = 1;
  std::uint64_t seed = 1;
  bool replay = false;
  std::string figures;
};

// How the decoder gets to know the source.
struct Kind {
  std::string name;
  Context context;
  bool reversed = false;  // the source is read from its last word to its first
};
const Kind all_kinds[] = {{"start", Context::initial},
                          {"reversed", Context::initial, true},
                          {"every_step", Context::every_step},
                          {"attention", Context::attention}};

// What is trained, once for each seed.
struct Case {
  Kind kind;
  int hidden, limit;  // the longest sentence in training, in words

  std::string name() const { return text(kind.name, ' ', hidden, ' ', limit); }
};

const std::vector<int> lengths = {2,  4,  6,  8,  10, 12, 14,
                                  16, 20, 24, 28, 32, 40, 48};

std::vector<int> numbers(const std::string& flag, const std::string& list) {
  std::vector<int> all;
  for (const std::string& word : nn::split(list, ',')) {
    const auto value = nn::to_index(word);
    if (!value || *value < 1)
      throw nn::UsageError("--" + flag + " wants numbers, as 8,16, got '" +
                           list + "'");
    all.push_back(*value);
  }
  return all;
}

std::vector<Case> cases(const Settings& s) {
  std::vector<Case> all;
  for (const std::string& name : nn::split(s.kinds, ',')) {
    const auto kind =
        std::find_if(std::begin(all_kinds), std::end(all_kinds),
                     [&](const Kind& each) { return each.name == name; });
    if (kind == std::end(all_kinds))
      throw nn::UsageError("--kinds has no '" + name + "'; --help lists them");
    for (int hidden : numbers("hidden", s.hidden))
      for (int limit : numbers("limits", s.limits))
        all.push_back({*kind, hidden, limit});
  }
  return all;
}

std::vector<nn::Pair> sentences(const Kind& kind, Rng& rng,
                                nn::SentenceLength length, int count) {
  static const nn::Grammar grammar = nn::Grammar::clauses();
  auto pairs = grammar.generate(rng, length, count);
  for (nn::Pair& pair : pairs) {
    pair.links.clear();  // alignments are chapter 7's
    if (kind.reversed) std::reverse(pair.source.begin(), pair.source.end());
  }
  return pairs;
}

constexpr int train_sentences = 20000;

std::vector<nn::Pair> training_data(const Case& one, std::uint64_t seed) {
  Rng rng(seed);
  return sentences(one.kind, rng, {2, one.limit}, train_sentences);
}

Translator learn(const Case& one, std::uint64_t seed, int steps,
                 bool replayed = false) {
  Seq2SeqOptions options;
  options.embedding = 16;
  options.hidden = one.hidden;
  options.score.width = one.hidden;
  options.context = one.kind.context;
  options.bidirectional = false;
  TrainingOptions training = brief_training(steps, seed);
  if (replayed) replay(training, steps);
  return taught(training_data(one, seed), options, training);
}

// The exact match on fresh sentences of each length.
std::vector<double> grade(const Translator& translator, const Kind& kind,
                          std::uint64_t seed, int tests) {
  Rng rng(seed + 1000);  // not the sentences of the training
  std::vector<double> exact;
  for (int length : lengths)
    exact.push_back(
        translator.evaluate(sentences(kind, rng, {length, length}, tests))
            .exact_match);
  return exact;
}

struct Result {
  Case what;
  std::int64_t parameters = 0;
  std::vector<nn::Spread> exact;  // at each of `lengths`
  nn::Spread within;              // the mean of those up to the limit
  nn::Spread wall;  // the length at which half of the sentences are right
};

Result measure(const Case& one, const Settings& s) {
  Result result;
  result.what = one;
  std::vector<std::vector<double>> at(lengths.size());
  const std::vector<double> x(lengths.begin(), lengths.end());
  std::vector<double> within, walls;
  for (int k = 0; k < s.seeds; ++k) {
    const std::uint64_t seed = s.seed + static_cast<std::uint64_t>(k);
    const Translator translator = learn(one, seed, s.steps);
    result.parameters = nn::parameter_count(translator.parameters());
    const auto exact = grade(translator, one.kind, seed, s.tests);
    std::vector<double> inside;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      at[i].push_back(exact[i]);
      if (lengths[i] <= one.limit) inside.push_back(exact[i]);
    }
    within.push_back(nn::spread_of(inside).mean);
    walls.push_back(nn::falls_below(0.5, x, exact));
  }
  for (const auto& each : at) result.exact.push_back(nn::spread_of(each));
  result.within = nn::spread_of(within);
  result.wall = nn::spread_of(walls);
  return result;
}

// What the chapter asserts: nobody gets far beyond the lengths it was trained
// on, and attention never does worse than a first state alone.
void check_verdicts(const std::vector<Result>& results) {
  for (const Result& r : results) {
    if (r.wall.mean > 1.5 * r.what.limit)
      throw std::runtime_error(r.what.name() + " goes far beyond its training");
    for (const Result& other : results)
      if (r.what.kind.context == Context::attention &&
          other.what.kind.name == "start" &&
          other.what.hidden == r.what.hidden &&
          other.what.limit == r.what.limit &&
          r.wall.mean + r.wall.error < other.wall.mean - other.wall.error)
        throw std::runtime_error(r.what.name() + " is worse than without");
  }
}

void print_data(const Settings& s) {
  section("data");
  Rng rng(s.seed);
  const int limit = numbers("limits", s.limits).back();
  std::set<Words> seen;
  for (const auto& pair : training_data({all_kinds[0], 1, limit}, s.seed))
    seen.insert(pair.source);
  std::cout << "share of test sentences seen in training\n";
  for (int length : lengths) {
    if (length > limit) break;
    int known = 0;
    for (const auto& pair : sentences(all_kinds[0], rng, {length, length}, 500))
      known += seen.contains(pair.source);
    std::printf("  %2d words  %.2f\n", length, known / 500.0);
  }
  std::fflush(stdout);
}

void print_walls(const std::vector<Result>& results) {
  section("walls");
  std::printf("%-11s %6s %7s %8s %13s %15s\n", "kind", "hidden", "trained",
              "weights", "right within", "wall at");
  for (const Result& r : results)
    std::printf("%-11s %6d %7d %8lld %6.2f ± %.2f %8.1f ± %.1f%s\n",
                r.what.kind.name.c_str(), r.what.hidden, r.what.limit,
                static_cast<long long>(r.parameters), r.within.mean,
                r.within.error, r.wall.mean, r.wall.error,
                r.exact.back().mean >= 0.5 ? " or more" : "");
  std::fflush(stdout);
  section("numbers");
  for (const Result& r : results) {
    number("wall " + r.what.name(), fixed(r.wall.mean, 1));
    number("within " + r.what.name(), fixed(r.within.mean, 2));
  }
}

void print_by_length(const std::vector<Result>& results) {
  section("by length");
  std::printf("%-17s", "words");
  for (int length : lengths) std::printf(" %3d", length);
  std::printf("\n");
  for (const Result& r : results) {
    std::printf("%-17s", r.what.name().c_str());
    for (const nn::Spread& each : r.exact)
      std::printf(" %3s", nn::short_share(each.mean).c_str());
    std::printf("\n");
  }
  std::fflush(stdout);
}

// A figure for each kind and size: a curve for each limit.
void draw(const std::vector<Result>& results, const std::string& folder) {
  std::vector<std::string> drawn;
  for (const Result& first : results) {
    const std::string name =
        text("length_", first.what.kind.name, '_', first.what.hidden, ".svg");
    if (std::find(drawn.begin(), drawn.end(), name) != drawn.end()) continue;
    drawn.push_back(name);
    nn::Curves chart;
    chart.title = text("Exact match by length, ", first.what.kind.name, ", ",
                       first.what.hidden, " numbers");
    chart.x = {.name = "words in the source sentence", .from = 0};
    chart.y = {.name = "exact match", .from = 0, .to = 1};
    for (const Result& r : results) {
      if (r.what.kind.name != first.what.kind.name ||
          r.what.hidden != first.what.hidden)
        continue;
      nn::Curve curve;
      curve.name = text("trained up to ", r.what.limit, " words");
      for (std::size_t i = 0; i < lengths.size(); ++i)
        curve.add(lengths[i], r.exact[i]);
      curve.mark = r.what.limit;
      chart.curves.push_back(curve);
    }
    nn::figure(folder, name, nn::svg_curves(chart));
  }
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1 || s.tests < 1)
    throw nn::UsageError("--seeds, --steps and --tests want 1 or more");
  if (s.threads > 0) autograd::set_threads(s.threads);
  const std::vector<Case> all = cases(s);
  if (s.replay) {
    learn(all[0], s.seed, 24, true);
    return;
  }
  print_data(s);
  std::vector<Result> results;
  for (const Case& one : all) results.push_back(measure(one, s));
  print_walls(results);
  print_by_length(results);
  if (!s.figures.empty()) draw(results, s.figures);
  check_verdicts(results);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Exact match by length, of translators trained up to a "
                  "length. Lists are 8,16.");
  flags.add("kinds", &s.kinds, "of start, reversed, every_step, attention");
  flags.add("limits", &s.limits, "the longest sentences of the training");
  flags.add("hidden", &s.hidden, "numbers in a state");
  flags.add("seeds", &s.seeds, "runs of each");
  flags.add("steps", &s.steps, "batches of 32 sentences");
  flags.add("tests", &s.tests, "sentences of each length");
  flags.add("seed", &s.seed, "of all random numbers");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("threads", &s.threads, "to use; 0: one a core");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
