// Where to look: at all words, at a window that moves along, or at one around a
// place that each target word chooses; with words in three orders.
#include <algorithm>
#include <cstdio>
#include <map>

#include "attention/local_study.h"
#include "attention/names.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/spread.h"
#include "nn/text.h"
#include "nn/word_orders.h"

using namespace attention;
using nn::fixed;
using nn::number;
using nn::section;

namespace {

struct Settings {
  int sentences = 3000, epochs = 12, seeds = 1;
  std::uint64_t seed = 1;
  std::string figures;
  bool replay = false;
};

// ---- Three orders of words

struct Order {
  std::string name;
  nn::WordOrder order;
  nn::SentenceLength length, longer;  // of the training; never seen in it
};
const std::vector<Order> orders = {
    {"in order", nn::WordOrder::in_order, {3, 10}, {13, 17}},
    {"articles", nn::WordOrder::articles, {4, 12}, {16, 22}},
    {"reordered", nn::WordOrder::reordered, {3, 10}, {13, 17}}};

// ---- Ways to look

struct Way {
  std::string name;
  AlignOptions align;
};

Way way(const std::string& name, AlignKind kind, int window = 0,
        bool renormalise = false) {
  AlignOptions align;
  align.kind = kind;
  align.window = window;
  align.renormalise = renormalise;
  return {window ? autograd::text(name, " D = ", window) : name, align};
}
Way local_m(int D) { return way("local-m", AlignKind::local_m, D); }
Way local_p(int D) { return way("local-p", AlignKind::local_p, D); }

const std::vector<int> windows = {1, 2, 3, 4};

// Other windows are tried with one order only.
std::vector<Way> ways_of(const Order& order) {
  std::vector<Way> ways = {way("global", AlignKind::softmax), local_m(2),
                           local_p(2),
                           way("to sum 1,", AlignKind::local_p, 2, true)};
  if (order.name != "reordered") return ways;
  ways.push_back(way("gates", AlignKind::sigmoid));
  for (const int D : windows) {
    if (D == 2) continue;
    ways.push_back(local_m(D));
    ways.push_back(local_p(D));
  }
  return ways;
}

// ---- Training

// ANCHOR: model
// Luong's decoder, which makes its state first and then looks.
Seq2SeqOptions model_options(const Way& way) {
  Seq2SeqOptions options;
  options.embedding = 24;
  options.hidden = 48;
  options.encoder = 16;
  options.order = DecoderOrder::luong;
  options.score.kind = ScoreKind::general;
  options.align = way.align;
  return options;
}
// ANCHOR_END: model

Translator learn(const Way& way, const std::vector<nn::Pair>& pairs,
                 const Settings& s, std::uint64_t seed) {
  TrainingOptions training = brief_training(pairs, s.epochs, seed);
  training.loop.show_progress = false;
  if (s.replay) replay(training, 5);
  return taught(pairs, model_options(way), training);
}

// Numbers of one way with one order, one of each run.
struct Runs {
  std::vector<double> exact, longer, error_rate;
  std::vector<double> off;  // |p_t - gold|, in words
  std::vector<WeightSums> sums;

  void add(const Translator& translator, const std::vector<nn::Pair>& pairs,
           const std::vector<nn::Pair>& longer_pairs) {
    const Evaluation e = translator.evaluate(pairs);
    exact.push_back(e.exact_match);
    error_rate.push_back(e.alignment->error_rate());
    longer.push_back(translator.evaluate(longer_pairs).exact_match);
    sums.push_back(weight_sums(translator.align(pairs)));
  }
};

using Table = std::map<std::string, Runs>;  // by the name of the way
using Drawn = std::map<std::string, std::string>;

// A held-out pair of two clauses, with what it reads and where it looks.
std::string picture_of(const Translator& translator, const Way& way,
                       const std::vector<nn::Pair>& pairs) {
  const auto shown =
      std::find_if(pairs.begin(), pairs.end(), [](const nn::Pair& pair) {
        return pair.source.size() == 10 && pair.source[6] == "and";
      });
  const nn::Pair& pair = shown == pairs.end() ? pairs.front() : *shown;
  Map map = map_of(pair.source, translator.align({pair})[0], pair.links);
  if (way.align.kind == AlignKind::local_p)
    map.places = places_of(translator, pair);
  map.title = way.name + ": " + nn::join(pair.source);
  return svg_heat_map(map);
}

Table measure(const Order& order, const Settings& s, Drawn& pictures) {
  const nn::Grammar grammar = nn::grammar_of(order.order);
  Table table;
  for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i) {
    const std::uint64_t seed = s.seed + static_cast<std::uint64_t>(i);
    Rng rng(seed);
    const auto data = grammar.corpus(rng, s.sentences, 150, order.length);
    const auto longer = grammar.generate(rng, order.longer, 100);
    for (const Way& way : ways_of(order)) {
      const Translator translator = learn(way, data.train, s, seed);
      if (s.replay) continue;
      Runs& runs = table[way.name];
      runs.add(translator, data.held_out, longer);
      if (way.align.kind == AlignKind::local_p)
        runs.off.push_back(distance_from_gold(translator, data.held_out));
      if (i == 0 && order.name == "reordered" && way.align.window == 2 &&
          !way.align.renormalise)
        pictures[name_of(way.align.kind) + ".svg"] =
            picture_of(translator, way, data.held_out);
    }
  }
  return table;
}

// ---- Printing and drawing

std::string spread(const std::vector<double>& values) {
  return text_of(nn::spread_of(values), 2);
}

void print_table(const Order& order, const Table& table) {
  section(order.name);
  std::cout.flush();
  std::printf("%-16s %13s %13s %13s %5s %5s %5s\n", "", "exact match", "longer",
              "AER", "read", "of", "sum");
  for (const Way& way : ways_of(order)) {
    const Runs& runs = table.at(way.name);
    const WeightSums sums = together(runs.sums);
    std::printf("%-16s %13s %13s %13s %5.1f %5.1f %5.2f\n", way.name.c_str(),
                spread(runs.exact).c_str(), spread(runs.longer).c_str(),
                spread(runs.error_rate).c_str(), sums.read, sums.words,
                sums.mean);
  }
  std::fflush(stdout);
}

// What the book quotes.
void print_numbers(const std::map<std::string, Table>& tables) {
  section("numbers");
  for (const Order& order : orders)
    for (const Way& way : ways_of(order)) {
      const Runs& runs = tables.at(order.name).at(way.name);
      const std::string name = order.name + ", " + way.name;
      number(name + ", exact", spread(runs.exact));
      number(name + ", longer", spread(runs.longer));
      number(name + ", AER", spread(runs.error_rate));
      number(name + ", sum", fixed(together(runs.sums).mean, 2));
      if (!runs.off.empty()) number(name + ", off", spread(runs.off));
    }
}

std::string draw_sums(const Table& table) {
  nn::Bars bars;
  bars.title = "The sum of a target word's weights, local-p and gates";
  bars.y.name = "share of target words, %";
  bars.decimals = 0;
  for (int i = 0; i < 10; ++i)
    bars.groups.push_back(i < 9 ? fixed(i / 10.0, 1) : "0.9 +");
  for (const char* name : {"local-p D = 2", "gates"}) {
    bars.series.push_back({name, {}, {}});
    for (const double share : together(table.at(name).sums).tenths)
      bars.series.back().values.push_back(100 * share);
  }
  return nn::svg_bars(bars);
}

std::string draw_windows(const Table& table) {
  nn::Curves chart;
  chart.title = "Alignment error by window, reordered sentences";
  chart.x.name = "window D, in words to either side";
  chart.y.name = "AER";
  chart.y.from = 0;
  const auto add = [&](const std::string& name, const auto& way_of) {
    nn::Curve curve;
    curve.name = name;
    for (const int D : windows)
      curve.add(D, nn::spread_of(table.at(way_of(D)).error_rate));
    chart.curves.push_back(curve);
  };
  add("local-m", [](int D) { return local_m(D).name; });
  add("local-p", [](int D) { return local_p(D).name; });
  add("global", [](int) { return "global"; });
  return nn::svg_curves(chart);
}

// ---- What the book says of it

void check_claims(const std::map<std::string, Table>& tables) {
  section("claims");
  const auto mean = [&](const char* order, const char* way,
                        std::vector<double> Runs::*values) {
    return nn::spread_of(tables.at(order).at(way).*values).mean;
  };
  const auto exact = &Runs::exact, longer = &Runs::longer,
             aer = &Runs::error_rate;
  for (const Order& order : orders)
    nn::claim(mean(order.name.c_str(), "global", exact) > 0.95,
              order.name + ": global attention learns it");
  nn::claim(mean("in order", "local-m D = 2", exact) > 0.95 &&
                mean("in order", "local-m D = 2", longer) >
                    mean("in order", "global", longer) + 0.3,
            "in order, local-m learns it and goes on in longer sentences");
  nn::claim(mean("reordered", "local-m D = 2", exact) < 0.8 &&
                mean("reordered", "local-m D = 2", aer) >
                    mean("reordered", "global", aer) + 0.2,
            "reordered, it does not reach what it needs");
  nn::claim(
      together(tables.at("reordered").at("local-p D = 2").sums).mean < 0.95,
      "the weights under the bell do not sum to 1");
}

void run(const Settings& s) {
  if (s.sentences < 64 || s.epochs < 1 || s.seeds < 1)
    throw nn::UsageError("--sentences wants 64, the others 1 or more");
  autograd::set_threads(1);  // small models: a second thread only waits
  std::map<std::string, Table> tables;
  Drawn pictures;
  for (const Order& order : orders) {
    tables[order.name] = measure(order, s, pictures);
    if (!s.replay) print_table(order, tables[order.name]);
  }
  if (s.replay) return;
  print_numbers(tables);
  if (s.seeds >= 3) check_claims(tables);
  if (s.figures.empty()) return;
  pictures["weight_sums.svg"] = draw_sums(tables["reordered"]);
  pictures["window_aer.svg"] = draw_windows(tables["reordered"]);
  for (const auto& [name, svg] : pictures) nn::figure(s.figures, name, svg);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Attention to all words and to a window, on words in order "
                  "and out of it.");
  flags.add("sentences", &s.sentences, "of each grammar to learn from");
  flags.add("epochs", &s.epochs, "passes over them");
  flags.add("seeds", &s.seeds, "runs of each; 3 or more are judged");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
