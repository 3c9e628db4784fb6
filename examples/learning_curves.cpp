// Is the Transformer better than a recurrent model with attention? Both with as
// many weights, trained for as many steps on more and more sentences.
#include "attention/translator.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/grammar.h"
#include "nn/plot.h"
#include "nn/progress.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace attention;
using nn::section;

namespace {

struct Settings {
  int seeds = 2, steps = 2500;
  std::uint64_t seed = 1;
  std::string figures;
  bool replay = false;
};

const std::vector<int> amounts = {500, 1000, 2000, 4000, 8000};

ModelOptions recurrent() {
  Seq2SeqOptions options;
  options.embedding = 48;
  options.hidden = 64;
  options.score.width = 64;
  options.dropout = Real(0.1);
  return options;
}

ModelOptions transformer() {
  TransformerSeq2SeqOptions options;
  options.stack.width = 48;
  options.stack.heads = 4;
  options.stack.feed_forward = 192;
  options.stack.encoder_layers = options.stack.decoder_layers = 2;
  options.stack.norm_first = true;
  return options;
}

struct Kind {
  std::string name;
  ModelOptions (*options)();
  double learning_rate;
};
const std::vector<Kind> kinds = {{"GRU with attention", recurrent, 0.005},
                                 {"Transformer", transformer, 0.003}};

// Of held-out sentences.
struct Runs {
  std::vector<double> exact, error_rate;
};

struct Results {
  std::vector<std::vector<Runs>> all;  // [kind][amount]
  std::vector<std::int64_t> weights;   // of each kind
};

void learn(Translator& translator, const std::vector<nn::Pair>& pairs,
           double learning_rate, std::uint64_t seed, const Settings& s) {
  TrainingOptions training = brief_training(s.steps, seed);
  training.adam.learning_rate = learning_rate;
  if (s.replay) replay(training, 3);
  teach(translator, pairs, training);
}

void run_seed(std::uint64_t seed, const Settings& s, Results& results) {
  Rng rng(seed);
  const auto split = nn::Grammar::english_chinese().corpus(
      rng, amounts.back(), 300, {.min = 3, .max = 12});
  const std::vector<nn::Pair> development(split.held_out.begin(),
                                          split.held_out.begin() + 100);
  const std::vector<nn::Pair> tests(split.held_out.begin() + 100,
                                    split.held_out.end());
  for (std::size_t a = 0; a < amounts.size(); ++a)
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      const std::vector<nn::Pair> pairs(split.train.begin(),
                                        split.train.begin() + amounts[a]);
      Rng start(seed);
      // The words of all sentences, so that all models are of one size.
      Translator translator(split.train, 1, kinds[k].options(), start);
      results.weights[k] = nn::parameter_count(translator.parameters());
      learn(translator, pairs, kinds[k].learning_rate, seed, s);
      if (s.replay) continue;
      translator.choose_head(development);
      const Evaluation score = translator.evaluate(tests);
      results.all[k][a].exact.push_back(score.exact_match);
      results.all[k][a].error_rate.push_back(score.alignment->error_rate());
    }
}

std::string wide(const std::string& text, std::size_t size) {
  return text + std::string(text.size() < size ? size - text.size() : 0, ' ');
}

void print(const Results& results) {
  section("weights");
  for (std::size_t k = 0; k < kinds.size(); ++k)
    nn::number(kinds[k].name, results.weights[k]);
  for (const auto& [title, values] :
       {std::pair{"exact match", &Runs::exact}, {"AER", &Runs::error_rate}}) {
    section(title);
    std::cout << wide("sentences", 20);
    for (const int amount : amounts)
      std::cout << wide(autograd::text(amount), 10);
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      std::cout << '\n' << wide(kinds[k].name, 20);
      for (const Runs& runs : results.all[k]) {
        const nn::Spread spread = nn::spread_of(runs.*values);
        std::cout << nn::fixed(spread.mean, 3) << ' '
                  << nn::fixed(spread.error, 2).substr(1) << ' ';
      }
    }
    std::cout << '\n';
  }
}

std::string draw(const Results& results) {
  nn::Curves chart;
  chart.title = "Exact match by the number of sentences to learn from";
  chart.x.name = "sentences to learn from";
  chart.x.logarithmic = true;
  chart.y.name = "exact match";
  chart.y.from = 0;
  chart.y.to = 1;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    nn::Curve curve{.name = kinds[k].name, .x = {}, .y = {}};
    for (std::size_t a = 0; a < amounts.size(); ++a)
      curve.add(amounts[a], nn::spread_of(results.all[k][a].exact));
    chart.curves.push_back(curve);
  }
  return nn::svg_curves(chart);
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw nn::UsageError("--seeds and --steps want 1 or more");
  autograd::set_threads(1);  // small models: a second thread only waits
  Results results;
  results.all.assign(kinds.size(), std::vector<Runs>(amounts.size()));
  results.weights.resize(kinds.size());
  for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
    run_seed(s.seed + static_cast<std::uint64_t>(i), s, results);
  if (s.replay) return;
  print(results);
  if (s.figures.empty()) return;
  section("figures");
  nn::figure(s.figures, "learning-curves.svg", draw(results));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Trains a GRU with attention and a Transformer on more and "
                  "more sentences.");
  flags.add("steps", &s.steps, "of each training, of 32 sentences each");
  flags.add("seeds", &s.seeds, "runs of each, from --seed on");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
