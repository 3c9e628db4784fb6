// Every decoder here is given a weighted sum of all states of the encoder, at
// every step. They differ in where the weights come from.
#include <algorithm>
#include <map>

#include "attention/control.h"
#include "attention/translator.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/grammar.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/schedule.h"
#include "nn/spread.h"

using namespace attention;
using nn::section;
using nn::Spread;

namespace {

struct Settings {
  int sentences = 8000, epochs = 6, seeds = 3, longest = 15;
  std::uint64_t seed = 1;
  std::string figures;
  bool replay = false;
};

enum class Weights { learned, told, by_place, shuffled, uniform, last, none };

const std::vector<std::pair<Weights, const char*>> kinds = {
    {Weights::told, "told"},         {Weights::learned, "learned"},
    {Weights::by_place, "by place"}, {Weights::shuffled, "shuffled"},
    {Weights::uniform, "uniform"},   {Weights::last, "last states"},
    {Weights::none, "no context"}};

bool attends(Weights weights) {
  return weights != Weights::last && weights != Weights::none;
}

// Sentences of the grammar, and the same as ids.
struct Data {
  std::vector<nn::Pair> pairs;
  std::vector<nn::EncodedPair> ids;
};

// The batch, encoded, and read by the weights asked for, for `steps` steps.
Seq2Seq::Source encoded(const Seq2Seq& model, const nn::Batch& batch,
                        const Data& data, Weights weights, int steps,
                        Rng& rng) {
  Seq2Seq::Source source = model.encode(batch.source, nullptr);
  Memory& memory = source.memory;
  if (weights == Weights::uniform) make_uniform(memory);
  if (weights == Weights::by_place) key_by_place(memory);
  if (weights == Weights::shuffled)
    shuffle_values(memory, batch.source.lengths, rng);
  if (weights != Weights::told) return source;
  std::vector<nn::Links> links;
  for (const int item : batch.items) links.push_back(data.pairs[item].links);
  tell(memory, links, steps);
  return source;
}

void learn(Translator& translator, const Data& data, Weights weights,
           std::uint64_t seed, const Settings& s) {
  const auto& model = std::get<Seq2Seq>(translator.model);
  nn::Batches batches(data.ids, 32);
  nn::TrainTask task;
  task.model = model.parameters();
  task.begin_epoch = [&](Rng& rng) {
    batches = nn::Batches(data.ids, 32, rng);
    return batches.size();
  };
  task.loss = [&](int index, Rng& rng) {
    const nn::Batch batch = batches[index];
    const auto source = encoded(model, batch, data, weights,
                                batch.target_in.ids.shape()[1], rng);
    const Tensor loss = model.loss(source, batch, 0, nullptr);
    if (s.replay) std::cout << nn::bits(float(loss.item())) << '\n';
    return nn::StepLoss{loss, batch.tokens};
  };
  TrainingOptions training =
      brief_training(std::int64_t{batches.size()} * s.epochs, seed);
  if (s.replay) training.loop.steps = 4;
  training.loop.show_progress = !s.replay;
  nn::Adam adam(task.model, training.adam);
  if (nn::train(task, adam, training.loop).stop == nn::Stop::interrupted)
    throw std::runtime_error("stopped before the end");
}

// Of the held-out sentences.
struct Score {
  double exact = 0;                 // share right to the last word
  std::map<int, double> by_length;  // the same of each three lengths, by the
                                    // last of them
  nn::AlignmentScore alignment;     // of the most attended words
};

// Grades a batch and notes what was said.
void grade(const Translator& translator, const Data& data,
           const nn::Batch& batch, Weights weights, Rng& rng, Score& score,
           nn::Sentences& said) {
  const auto& model = std::get<Seq2Seq>(translator.model);
  std::vector<int> limits;
  for (const int words : batch.source.lengths) limits.push_back(2 * words + 10);
  const int steps = *std::max_element(limits.begin(), limits.end()) + 1;
  const auto source = encoded(model, batch, data, weights, steps, rng);
  const auto found = nn::greedy(model.decoder(source), limits);
  std::vector<std::vector<int>> references;
  for (std::size_t b = 0; b < batch.items.size(); ++b) {
    said[batch.items[b]] = translator.target_vocab.decode(found[b].tokens);
    references.push_back(data.ids[batch.items[b]].target);
  }
  if (!attends(weights)) return;
  const auto read = nn::forced(model.decoder(source), references);
  for (std::size_t b = 0; b < batch.items.size(); ++b) {
    Translation row{data.pairs[batch.items[b]].target, read[b].weights, {}, 0};
    for (auto& w : row.weights) w.resize(batch.source.lengths[b]);
    score.alignment.add(links(row), data.pairs[batch.items[b]].links);
  }
}

Score grade(const Translator& translator, const Data& data, Weights weights) {
  const autograd::NoGrad no_grad;
  Rng rng(11);
  Score score;
  nn::Sentences sources, references, said(data.pairs.size());
  for (const nn::Pair& pair : data.pairs) {
    sources.push_back(pair.source);
    references.push_back(pair.target);
  }
  const nn::Batches batches(data.ids, 64);
  for (int i = 0; i < batches.size(); ++i)
    grade(translator, data, batches[i], weights, rng, score, said);
  score.exact = nn::exact_match(said, references);
  for (const nn::LengthBucket& bucket :
       nn::accuracy_by_length(sources, said, references, 3))
    score.by_length[bucket.max_words] = bucket.exact_match;
  return score;
}

std::string padded(const std::string& name) {
  return name + std::string(12 - name.size(), ' ');
}

// The scores of one decoder, a run each.
using Runs = std::vector<Score>;

// Of all sentences, or of those of a length.
Spread exact_of(const Runs& runs, int length = 0) {
  std::vector<double> values;
  for (const Score& run : runs)
    values.push_back(length ? run.by_length.at(length) : run.exact);
  return nn::spread_of(values);
}

struct Results {
  std::map<Weights, Runs> trained;  // with these weights, and read with them
  std::map<Weights, Runs> swapped;  // trained with learned weights
};

void run_seed(std::uint64_t seed, const Settings& s, Results& results) {
  Rng rng(seed);
  auto split = nn::Grammar::english_chinese().corpus(
      rng, s.sentences, s.sentences / 16, {.min = 3, .max = s.longest});
  for (const auto& [weights, name] : kinds) {
    Rng start(seed);
    Seq2SeqOptions options;
    options.embedding = 32;
    options.context = attends(weights)           ? Context::attention
                      : weights == Weights::last ? Context::every_step
                                                 : Context::initial;
    Translator translator(split.train, 1, options, start);
    const Data train{split.train, translator.encode(split.train)};
    const Data held_out{split.held_out, translator.encode(split.held_out)};
    learn(translator, train, weights, seed, s);
    if (s.replay) continue;
    results.trained[weights].push_back(grade(translator, held_out, weights));
    if (weights != Weights::learned) continue;
    for (const auto& [other, _] : kinds)
      if (attends(other))
        results.swapped[other].push_back(grade(translator, held_out, other));
  }
}

void print(const char* title, const std::map<Weights, Runs>& all) {
  section(title);
  for (const auto& [weights, name] : kinds)
    if (all.contains(weights))
      nn::number(name, text_of(exact_of(all.at(weights)), 3));
}

void print_error_rates(const std::map<Weights, Runs>& all) {
  section("AER");
  for (const Weights weights : {Weights::learned, Weights::by_place}) {
    std::vector<double> rates;
    for (const Score& run : all.at(weights))
      rates.push_back(run.alignment.error_rate());
    nn::number(weights == Weights::learned ? "learned" : "by place",
               text_of(nn::spread_of(rates), 3));
  }
}

void print_lengths(const std::map<Weights, Runs>& all) {
  section("by length");
  const auto& lengths = all.begin()->second[0].by_length;
  std::cout << "words up to ";
  for (const auto& [length, _] : lengths)
    std::cout << (length < 10 ? "      " : "     ") << length;
  for (const auto& [weights, name] : kinds) {
    std::cout << '\n' << padded(name);
    for (const auto& [length, _] : lengths)
      std::cout << "  " << nn::fixed(exact_of(all.at(weights), length).mean, 3);
  }
  std::cout << '\n';
}

// What the chapter says of them.
void check(const Results& results) {
  const auto exact = [&](Weights weights) {
    return exact_of(results.trained.at(weights)).mean;
  };
  const double learned = exact(Weights::learned);
  const double best_fixed =
      std::max({exact(Weights::uniform), exact(Weights::shuffled),
                exact(Weights::last), exact(Weights::none)});
  if (exact(Weights::told) < learned || learned < best_fixed + 0.1 ||
      learned < exact(Weights::by_place))
    throw std::runtime_error("wanted told >= learned >= by place, the rest");
  if (exact_of(results.swapped.at(Weights::uniform)).mean > learned / 4)
    throw std::runtime_error("wanted the learned model to need its weights");
}

std::string draw(const std::map<Weights, Runs>& all) {
  nn::Curves chart{
      .title = "Exact match by sentence length, for seven kinds of weights",
      .x = {.name = "source words, up to"},
      .y = {.name = "exact match", .from = 0, .to = 1},
      .curves = {}};
  for (const auto& [weights, name] : kinds) {
    nn::Curve curve{.name = name, .x = {}, .y = {}};
    for (const auto& [length, _] : all.at(weights)[0].by_length)
      curve.add(length, exact_of(all.at(weights), length));
    chart.curves.push_back(curve);
  }
  return nn::svg_curves(chart);
}

void run(const Settings& s) {
  if (s.sentences < 64 || s.epochs < 1 || s.seeds < 1 || s.longest < 3)
    throw nn::UsageError(
        "--sentences wants 64 or more, --epochs and --seeds 1, --longest 3");
  autograd::set_threads(1);  // small models: a second thread only waits
  Results results;
  for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
    run_seed(s.seed + static_cast<std::uint64_t>(i), s, results);
  if (s.replay) return;
  print("trained with", results.trained);
  print_lengths(results.trained);
  print_error_rates(results.trained);
  print("swapped after training", results.swapped);
  check(results);
  if (s.figures.empty()) return;
  section("figures");
  nn::figure(s.figures, "which-weights.svg", draw(results.trained));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Trains decoders that read with learnt, true and wrong "
                  "weights.");
  flags.add("sentences", &s.sentences, "of the grammar to learn from");
  flags.add("longest", &s.longest, "of them, in source words");
  flags.add("epochs", &s.epochs, "passes over the data");
  flags.add("seeds", &s.seeds, "runs of each, from --seed on");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
