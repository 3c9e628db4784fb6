// Gives spoilt words back: shuffled letters, a cipher, typing errors. Twice, by
// both ways to compute weights, and a third time without any.
#include "attention/translator.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/scramble.h"
#include "nn/spread.h"
#include "nn/text.h"

using namespace attention;
using nn::fixed;
using nn::section;

namespace {

struct Settings {
  std::string kinds = "anagram", say;
  int pairs = 6000, epochs = 12, seeds = 1;
  std::uint64_t seed = 1;
  std::string figures;
  bool replay = false;
};

// A way to compute weights.
struct Way {
  const char* name;
  Context context;
  ScoreKind score;
};

const std::vector<Way> ways = {
    // e = v . tanh(W s + U h + b)
    {"additive", Context::attention, ScoreKind::additive},
    // e = (W_Q s) . (W_K h) = s . W h with W = W_Q' W_K
    {"product", Context::attention, ScoreKind::general},
    // every step is given the encoder's last states
    {"no attention", Context::every_step, ScoreKind::additive}};

Translator learn(const std::vector<nn::Pair>& pairs, const Way& way,
                 std::uint64_t seed, const Settings& s) {
  Seq2SeqOptions options;
  options.embedding = 32;
  options.context = way.context;
  options.score.kind = way.score;
  TrainingOptions training = brief_training(pairs, s.epochs, seed);
  if (s.replay) replay(training, 8);
  return taught(pairs, options, training);
}

// Of one kind of spoiling and one way, a number for each run.
struct Runs {
  std::string name;
  std::vector<double> exact, right;  // right: most attended letters

  void add(const Translator& translator, const std::vector<nn::Pair>& pairs) {
    const Evaluation e = translator.evaluate(pairs);
    exact.push_back(e.exact_match);
    if (e.alignment) right.push_back(e.alignment->precision());
  }
};

std::string shown(const std::vector<double>& values) {
  return values.size() > 1 ? text_of(nn::spread_of(values), 3)
                           : fixed(values[0], 3);
}

void print_examples(const Translator& translator,
                    const std::vector<nn::Pair>& pairs) {
  for (std::size_t i = 0; i < 5; ++i) {
    const nn::Pair& pair = pairs[i * pairs.size() / 5];
    const Words said = translator.translate(pair.source).words;
    std::cout << nn::join(pair.source, "") << " -> " << nn::join(said, "")
              << (said == pair.target ? ""
                                      : "  (" + nn::join(pair.target, "") + ")")
              << '\n';
  }
}

// The longest word that is given back right (the first, if none is), as a map
// with the true letters.
void draw(const Translator& translator, const std::vector<nn::Pair>& pairs,
          const std::string& kind, const std::string& folder) {
  const nn::Pair* best = nullptr;
  for (const nn::Pair& pair : pairs)
    if ((!best || pair.target.size() > best->target.size()) &&
        translator.translate(pair.source).words == pair.target)
      best = &pair;
  if (!best) best = &pairs.front();
  const Map map =
      map_of(best->source, translator.align({*best})[0], best->links);
  section(kind + ", a map");
  std::cout << terminal(map, Colour::none);
  nn::figure(folder, "scrambled_" + kind + ".svg", svg_heat_map(map));
}

// All ways on one kind; returns their numbers.
std::vector<Runs> measure(const std::string& name, const Settings& s) {
  const nn::Scramble kind = nn::scramble_named(name);
  std::vector<Runs> all;
  for (const Way& way : ways) all.push_back({way.name, {}, {}});
  for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i) {
    const std::uint64_t seed = s.seed + static_cast<std::uint64_t>(i);
    Rng rng(seed);
    const auto data = nn::scrambled(kind, s.pairs, 500, rng);
    for (std::size_t w = 0; w < ways.size(); ++w) {
      const Translator translator = learn(data.train, ways[w], seed, s);
      if (s.replay) continue;
      all[w].add(translator, data.held_out);
      if (i > 0 || w > 0) continue;
      section(name);
      nn::number("words", nn::known_words().size());
      nn::number("trained on", data.train.size());
      nn::number("held out", data.held_out.size());
      print_examples(translator, data.held_out);
      if (!s.say.empty()) {
        Words letters;
        for (const char c : s.say) letters.emplace_back(1, c);
        std::cout << s.say << " -> "
                  << nn::join(translator.translate(letters).words, "") << '\n';
      }
      if (!s.figures.empty() && kind != nn::Scramble::typos)
        draw(translator, data.held_out, name, s.figures);
    }
  }
  return all;
}

void run(const Settings& s) {
  const auto kinds = nn::split(s.kinds, ',');
  for (const std::string& kind : kinds) nn::scramble_named(kind);
  if (kinds.empty() || s.pairs < 64 || s.epochs < 1 || s.seeds < 1)
    throw nn::UsageError(
        "--pairs wants 64 or more, --epochs and --seeds 1 or more, --kinds "
        "one or more");
  autograd::set_threads(1);  // small models: a second thread only waits
  std::vector<std::pair<std::string, std::vector<Runs>>> all;
  for (const std::string& kind : kinds)
    all.emplace_back(kind, measure(kind, s));
  if (s.replay) return;
  section("exact match");
  for (const auto& [kind, each] : all)
    for (const Runs& runs : each)
      nn::number(kind + ", " + runs.name, shown(runs.exact));
  section("looks at the right letter");
  for (const auto& [kind, each] : all)
    for (const Runs& runs : each)
      if (!runs.right.empty())
        nn::number(kind + ", " + runs.name, shown(runs.right));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Learns to give spoilt words back, by both ways to compute "
                  "weights.");
  flags.add("kinds", &s.kinds, "anagram, cipher, typos, with commas");
  flags.add("say", &s.say, "letters of your own, for the first model");
  flags.add("pairs", &s.pairs, "to learn from, of each kind");
  flags.add("epochs", &s.epochs, "passes over them");
  flags.add("seeds", &s.seeds, "runs of each, from --seed on");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
