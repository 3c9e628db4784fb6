// Every score with every alignment: what each learns, and what each costs.
#include <algorithm>
#include <iomanip>
#include <map>

#include "attention/names.h"
#include "attention/translator.h"
#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/grammar.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/spread.h"
#include "nn/stopwatch.h"

using namespace attention;
using nn::fixed;
using nn::section;

namespace {

struct Settings {
  int sentences = 8000, epochs = 1, seeds = 1;
  std::uint64_t seed = 1;
  std::string figures;
  bool replay = false;
};

constexpr std::size_t scores = names<ScoreKind>.size();
constexpr std::size_t aligns = names<AlignKind>.size();

// ANCHOR: options
// Annotations are as wide as the decoder's state, so that every score fits.
Seq2SeqOptions options_of(ScoreKind score, AlignKind align) {
  Seq2SeqOptions options;
  options.embedding = 32;
  options.hidden = 64;
  options.encoder = 32;
  options.score = {.kind = score, .width = 64};
  if (score == ScoreKind::location) options.score.longest = 9;
  if (score == ScoreKind::location_aware) {
    options.score.filters = 8;
    options.score.kernel = 5;
  }
  options.align.kind = align;
  if (align == AlignKind::local_m || align == AlignKind::local_p)
    options.align.window = 2;
  options.order = DecoderOrder::luong;
  options.dropout = Real(0.1);
  return options;
}
// ANCHOR_END: options

// Of a place, location reads the encoder's state, which has heard the words
// around, or the embedding of the word alone, as wide.
Seq2SeqOptions location_options(bool alone) {
  Seq2SeqOptions options = options_of(ScoreKind::location, AlignKind::softmax);
  options.embedding = 64;
  options.read_embeddings = alone;
  return options;
}

// What a run reached on held-out sentences: on all, on those whose words keep
// their order, and on those whose words change places.
struct Outcome {
  double exact = 0, error_rate = 0, in_order = 0, crossing = 0;
};

struct Data {
  std::vector<nn::Pair> train, held_out, in_order, crossing;
};

Data data_for(std::uint64_t seed, const Settings& s) {
  Rng rng(seed);
  auto split =
      nn::Grammar::english_chinese().corpus(rng, s.sentences, s.sentences / 16);
  Data data{split.train, split.held_out, {}, {}};
  for (const nn::Pair& pair : data.held_out)
    (nn::figures({pair}).reordered > 0 ? data.crossing : data.in_order)
        .push_back(pair);
  return data;
}

Outcome graded(const Translator& translator, const Data& data) {
  const Evaluation e = translator.evaluate(data.held_out);
  return {e.exact_match, e.alignment->error_rate(),
          translator.evaluate(data.in_order).exact_match,
          translator.evaluate(data.crossing).exact_match};
}

struct Runs {
  std::vector<Outcome> outcomes;

  nn::Spread of(double Outcome::*part) const {
    std::vector<double> values;
    for (const Outcome& outcome : outcomes) values.push_back(outcome.*part);
    return nn::spread_of(values);
  }
};

using Zoo = std::map<std::pair<std::size_t, std::size_t>, Runs>;

// ---- What it costs

struct Cost {
  double multiply_adds = 0, microseconds = 0;
};

// Of the attention alone, for a sentence of 20 words and 20 steps together.
Cost cost_of(Seq2SeqOptions options) {
  const autograd::NoGrad no_grad;
  Rng rng(1);
  options.score.query = options.score.key = options.align.query = 64;
  options.score.longest = 20;
  AnyScore score(options.score, rng);
  AnyAlign align(options.align, rng);
  const Attention<AnyScore, AnyAlign> attend(std::move(score),
                                             std::move(align));
  const Tensor states = Tensor::normal({1, 20, 64}, 0, 1, rng);
  const Tensor queries = Tensor::normal({1, 20, 64}, 0, 1, rng);
  attention::Step step;
  step.previous = Tensor::full({1, 20, 20}, Real(0.05));
  const auto once = [&] {
    attend(queries, attend.prepare(states, states), step);
  };
  const double microseconds = 1e3 * nn::milliseconds(0.02, once);
  const autograd::Counter counter;
  once();
  return {double(counter.total().multiply_adds), microseconds};
}

template <class F>
void table(const std::string& name, const F& cell) {
  section(name);
  std::cout << std::string(14, ' ');
  for (const char* align : names<AlignKind>)
    std::cout << std::setw(11) << align;
  std::cout << '\n';
  for (std::size_t i = 0; i < scores; ++i) {
    std::cout << std::left << std::setw(14) << names<ScoreKind>[i];
    std::cout << std::right;
    for (std::size_t j = 0; j < aligns; ++j)
      std::cout << std::setw(11) << cell(i, j);
    std::cout << '\n';
  }
}

void print(const std::string& name, const Runs& runs) {
  nn::number(name + ": exact match", text_of(runs.of(&Outcome::exact), 3));
  nn::number(name + ": AER", text_of(runs.of(&Outcome::error_rate), 3));
}

void print(const Zoo& zoo) {
  table("exact match", [&](std::size_t i, std::size_t j) {
    return fixed(zoo.at({i, j}).of(&Outcome::exact).mean, 3);
  });
  table("AER", [&](std::size_t i, std::size_t j) {
    return fixed(zoo.at({i, j}).of(&Outcome::error_rate).mean, 3);
  });
  std::map<std::pair<std::size_t, std::size_t>, Cost> costs;
  for (const auto& [place, runs] : zoo)
    costs[place] = cost_of(options_of(static_cast<ScoreKind>(place.first),
                                      static_cast<AlignKind>(place.second)));
  table("thousand multiply-adds", [&](std::size_t i, std::size_t j) {
    return fixed(costs[{i, j}].multiply_adds / 1e3, 0);
  });
  table("microseconds", [&](std::size_t i, std::size_t j) {
    return nn::significant(costs[{i, j}].microseconds, 2);
  });
  section("softmax");
  for (std::size_t i = 0; i < scores; ++i)
    print(names<ScoreKind>[i], zoo.at({i, 0}));
  section("words that change places");
  for (std::size_t j = 0; j < aligns; ++j) {
    const std::string align = names<AlignKind>[j];
    const Runs& runs = zoo.at({std::size_t(ScoreKind::general), j});
    for (const auto& [kind, part] :
         {std::pair{": in order", &Outcome::in_order},
          {": crossing", &Outcome::crossing}})
      nn::number(align + kind, fixed(runs.of(part).mean, 3));
  }
}

std::string draw(const Zoo& zoo, double Outcome::*part,
                 const std::string& what) {
  nn::Grid grid;
  grid.title = what + ", by score and alignment";
  grid.across = "alignment";
  grid.down = "score";
  grid.columns.assign(names<AlignKind>.begin(), names<AlignKind>.end());
  grid.rows.assign(names<ScoreKind>.begin(), names<ScoreKind>.end());
  for (std::size_t i = 0; i < scores; ++i) {
    grid.shares.emplace_back();
    for (std::size_t j = 0; j < aligns; ++j)
      grid.shares.back().push_back(zoo.at({i, j}).of(part).mean);
  }
  return nn::svg_grid(grid);
}

struct Order {  // of state and context
  const char* name;
  DecoderOrder order;
  bool fed;
  Runs runs{};
};

void check(const Zoo& zoo, const Runs& states, const Runs& alone) {
  section("goal");
  const auto reached = [](const std::string& name, const Runs& runs) {
    const bool yes = runs.of(&Outcome::exact).mean >= 0.95 &&
                     runs.of(&Outcome::error_rate).mean <= 0.05;
    nn::number(name + ": exact match 0.95 and AER 0.05", yes ? "yes" : "no");
  };
  for (std::size_t i = 0; i < scores; ++i)
    reached(names<ScoreKind>[i], zoo.at({i, 0}));
  reached("location, of embeddings", alone);
  section("claims");
  const auto general = [&](AlignKind align) {
    return zoo.at({std::size_t(ScoreKind::general), std::size_t(align)})
        .of(&Outcome::crossing)
        .mean;
  };
  nn::claim(general(AlignKind::local_m) < general(AlignKind::softmax) - 0.2,
            "a window at place t loses sentences whose words change places");
  const auto aer = [&](ScoreKind score) {
    return zoo.at({std::size_t(score), 0}).of(&Outcome::error_rate).mean;
  };
  nn::claim(aer(ScoreKind::location) > 2 * aer(ScoreKind::general),
            "who does not look at the keys reads the wrong words");
  nn::claim(alone.of(&Outcome::error_rate).mean <
                states.of(&Outcome::error_rate).mean / 2,
            "unless a word is to be had at its own place only");
}

void run(const Settings& s) {
  if (s.sentences < 64 || s.epochs < 1 || s.seeds < 1)
    throw nn::UsageError(
        "--sentences wants 64 or more, --epochs and --seeds 1 or more");
  autograd::set_threads(1);  // small models: a second thread only waits
  Zoo zoo;
  Runs states, alone;  // location, with more time
  std::vector<Order> orders = {
      {"Bahdanau", DecoderOrder::bahdanau, false},
      {"Luong", DecoderOrder::luong, false},
      {"Luong, input feeding", DecoderOrder::luong, true}};
  for (int run = 0; run < (s.replay ? 1 : s.seeds); ++run) {
    const std::uint64_t seed = s.seed + static_cast<std::uint64_t>(run);
    const Data data = data_for(seed, s);
    const auto add = [&](const Seq2SeqOptions& options, Runs& runs,
                         int times = 1, Real smoothing = Real(0.1)) {
      TrainingOptions training =
          brief_training(data.train, times * s.epochs, seed);
      training.smoothing = smoothing;
      if (s.replay) replay(training, 2);  // the second knows the gradients
      const Translator translator = taught(data.train, options, training);
      if (!s.replay) runs.outcomes.push_back(graded(translator, data));
    };
    for (std::size_t i = 0; i < scores; ++i)
      for (std::size_t j = 0; j < (run == 0 ? aligns : 1); ++j)
        add(options_of(ScoreKind(i), AlignKind(j)), zoo[{i, j}]);
    for (Order& order : orders) {
      auto options = options_of(ScoreKind::additive, AlignKind::softmax);
      options.order = order.order;
      options.input_feeding = order.fed;
      add(options, order.runs);
    }
    add(location_options(false), states, 3, Real(0.2));
    add(location_options(true), alone, 3, Real(0.2));
  }
  if (s.replay) return;
  print(zoo);
  section("orders");
  for (const Order& order : orders) print(order.name, order.runs);
  section("location, three times the passes");
  print("states", states);
  print("embeddings", alone);
  if (s.epochs >= 6) check(zoo, states, alone);
  if (s.figures.empty()) return;
  section("figures");
  nn::figure(s.figures, "zoo_exact.svg",
             draw(zoo, &Outcome::exact, "Exact match"));
  nn::figure(s.figures, "zoo_aer.svg", draw(zoo, &Outcome::error_rate, "AER"));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Trains every score with every alignment, and grades them.");
  flags.add("sentences", &s.sentences, "of the grammar to learn from");
  flags.add("epochs", &s.epochs, "passes over the data");
  flags.add("seeds", &s.seeds, "runs of the scores with softmax");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
