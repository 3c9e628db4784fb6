// A sentence through one vector: an encoder, a decoder, and how they are
// taught, searched and graded.
#include <algorithm>

#include "attention/translator.h"
#include "autograd/kernels/parallel.h"
#include "nn/diagram.h"
#include "nn/flags.h"
#include "nn/grammar.h"
#include "nn/report.h"
#include "nn/text.h"

using namespace attention;
using nn::fixed;
using nn::number;
using nn::section;

namespace {

constexpr int limit = 8;    // words in a sentence of the training
constexpr int hidden = 64;  // numbers in the vector
constexpr std::uint64_t seed = 1;

struct Data {
  std::vector<nn::Pair> train, test;
};

// Without their alignments, which are chapter 7's.
std::vector<nn::Pair> sentences(Rng& rng, nn::SentenceLength length,
                                int count) {
  static const nn::Grammar grammar = nn::Grammar::clauses();
  auto pairs = grammar.generate(rng, length, count);
  for (nn::Pair& pair : pairs) pair.links.clear();
  return pairs;
}

Data make_data() {
  Rng rng(seed);
  Data data;
  data.train = sentences(rng, {2, limit}, 16000);
  data.test = sentences(rng, {2, limit}, 400);
  return data;
}

Translator untrained(const Data& data) {
  Rng rng(seed);
  Seq2SeqOptions options;
  options.embedding = 16;
  options.hidden = hidden;
  options.context = Context::initial;
  options.bidirectional = false;
  return {data.train, 1, options, rng};
}

Words words(const char* sentence) { return nn::split(sentence); }

nn::Batch two_sentences(const Translator& t) {
  return nn::make_batch(
      t.encode({{words("Tom see Mary today"), words("汤姆 今天 看见 玛丽"), {}},
                {words("John sleep"), words("约翰 睡觉"), {}}}),
      {0, 1});
}

void print_shapes(const Translator& t) {
  section("shapes");
  const nn::Batch batch = two_sentences(t);
  const auto& model = std::get<Seq2Seq>(t.model);
  const Tensor embedded = model.source_embedding(batch.source.ids);
  const auto [states, last] = model.encoder(embedded, batch.source.lengths);
  const auto source = model.encode(batch.source, nullptr);
  const Tensor fed = model.target_embedding(batch.target_in.ids);
  const auto unrolled = model.unroll(source, model.cell.project(fed));
  const Tensor scores = model.logits(unrolled, fed, nullptr);
  number("source words, embedded", embedded.shape());
  number("states of the encoder", states.shape());
  number("the last of them", last.shape());
  number("first state of the decoder", source.state.shape());
  number("target words, embedded", fed.shape());
  number("states of the decoder", unrolled.state.shape());
  number("scores of the next word", scores.shape());
}

void print_fed(const Translator& t) {
  section("fed");
  const nn::Batch batch = two_sentences(t);
  for (int row = 0; row < 2; ++row) {
    for (const auto* ids : {&batch.target_in.ids, &batch.target_out}) {
      std::cout << (ids == &batch.target_in.ids ? "fed  " : "says ");
      for (int step = 0; step < ids->shape()[1]; ++step)
        std::cout << ' ' << t.target_vocab.token(ids->step(step).begin()[row]);
      std::cout << '\n';
    }
  }
}

// ---- Teacher forcing and running free

// The share of words and end marks that are the likeliest while the true words
// before them are fed.
double forced_accuracy(const Translator& t,
                       const std::vector<nn::Pair>& pairs) {
  int right = 0, all = 0;
  for (const auto& pair : t.encode(pairs)) {
    const auto decoder = t.decoder(nn::pad({pair.source}));
    const auto said = nn::forced(decoder, {pair.target}, {.guesses = 1})[0];
    for (std::size_t i = 0; i < said.guesses.size(); ++i, ++all)
      right += said.guesses[i].size() == 1;  // nothing was likelier
  }
  return double(right) / all;
}

void print_running(const Translator& t, const Data& data) {
  section("running");
  Rng rng(seed + 1);
  std::printf("%5s  %9s  %11s  %11s  %5s\n", "words", "next word", "in place",
              "exact match", "BLEU");
  for (int length : {4, 8, 12, 16}) {
    const auto pairs = sentences(rng, {length, length}, 200);
    const Evaluation free = t.evaluate(pairs);
    std::printf("%5d  %9.3f  %11.3f  %11.3f  %5.1f\n", length,
                forced_accuracy(t, pairs), free.token_accuracy,
                free.exact_match, free.bleu);
  }
  std::fflush(stdout);
  const Evaluation held_out = t.evaluate(data.test);
  number("exact match up to 8 words", fixed(held_out.exact_match, 3));
}

void print_search(const Translator& t) {
  section("search");
  Rng rng(seed + 2);
  const auto pairs = sentences(rng, {12, 12}, 100);
  int better = 0;
  nn::Sentences greedy, beam, references;
  bool shown = false;
  for (const nn::Pair& pair : pairs) {
    const Translation one = t.translate(pair.source);
    const Translation four = t.translate(pair.source, {.beam = 4});
    better += four.log_probability > one.log_probability;
    greedy.push_back(one.words);
    beam.push_back(four.words);
    references.push_back(pair.target);
    if (shown || four.words == one.words ||
        four.log_probability <= one.log_probability)
      continue;
    shown = true;
    std::cout << "source  " << nn::join(pair.source) << "\ngreedy  "
              << nn::join(one.words) << "  log p "
              << fixed(double(one.log_probability), 2) << "\nbeam 4  "
              << nn::join(four.words) << "  log p "
              << fixed(double(four.log_probability), 2) << "\nright   "
              << nn::join(pair.target) << '\n';
  }
  number("sentences of 12 words", pairs.size());
  number("beam found a likelier one", better);
  number("exact match, greedy", fixed(nn::exact_match(greedy, references), 2));
  number("exact match, beam", fixed(nn::exact_match(beam, references), 2));
}

void print_guard(const Translator& t) {
  section("guard");
  const auto source =
      nn::pad({t.source_vocab.encode(words("Tom see Mary today"))});
  const auto said = nn::greedy(t.decoder(source), {18})[0];
  number("words said before any training", said.tokens.size());
  number("ended by its end mark", said.ended ? "yes" : "no");
}

// ---- The bug: padding counted

// ANCHOR: careless
// Forgets to say that padding is no word: the default ignores -100 only.
Tensor careless_loss(const Tensor& scores, const nn::Indices& targets) {
  return autograd::cross_entropy(scores, targets);
}
// ANCHOR_END: careless

// What the model says of a batch, and what it should have said.
std::pair<Tensor, nn::Indices> said_of(const Translator& t,
                                       const nn::Batch& batch) {
  const auto& model = std::get<Seq2Seq>(t.model);
  const auto source = model.encode(batch.source, nullptr);
  const Tensor fed = model.target_embedding(batch.target_in.ids);
  const auto unrolled = model.unroll(source, model.cell.project(fed));
  return {model.logits(unrolled, fed, nullptr), batch.target_out};
}

// A step of training by a loss.
template <class Loss>
void learn(const Translator& t, nn::Adam& adam, const nn::Batch& batch,
           const Loss& loss) {
  nn::zero_grad(t.parameters());
  const auto [scores, targets] = said_of(t, batch);
  loss(scores, targets).backward();
  adam.step();
}

// ANCHOR: right_loss
Tensor right_loss(const Tensor& scores, const nn::Indices& targets) {
  return autograd::cross_entropy(scores, targets, {.ignored = nn::Vocab::pad});
}
// ANCHOR_END: right_loss

// The loss of one short sentence, alone and beside longer ones.
void print_columns(const Translator& t) {
  section("columns");
  const auto pairs =
      t.encode({{words("John sleep"), words("约翰 睡觉"), {}},
                {words("Tom see Mary"), words("汤姆 看见 玛丽"), {}},
                {words("Tom see Mary today and John help Jerry"),
                 words("汤姆 今天 看见 玛丽 而且 约翰 帮助 杰瑞"),
                 {}}});
  for (const auto& items : {std::vector<int>{0}, {0, 1}, {0, 2}}) {
    const auto [all, targets] = said_of(t, nn::make_batch(pairs, items));
    const int columns = targets.shape()[1];
    const Tensor scores = autograd::slice(all, 0, 0, 1);
    const nn::Indices first({1, columns},
                            {targets.begin(), targets.begin() + columns});
    std::printf("%d columns  careless %.4f  right %.4f\n", columns,
                double(careless_loss(scores, first).item()),
                double(right_loss(scores, first).item()));
  }
  std::fflush(stdout);
}

void print_padding(const Translator& start, const Data& data) {
  section("padding");
  Translator careless = start, right = start;
  nn::Adam first(careless.parameters(), {.learning_rate = 0.005});
  nn::Adam second(right.parameters(), {.learning_rate = 0.005});
  const auto encoded = start.encode(data.train);
  Rng rng(seed);
  std::printf("%4s   taught by the careless loss    by the right one\n", "");
  std::printf("%4s  %14s  %14s  %18s\n", "step", "it says", "of the words",
              "of the words");
  for (int step = 0; step <= 200; ++step) {
    std::vector<int> items;  // as they come: short and long together
    for (int i = 0; i < 32; ++i)
      items.push_back(static_cast<int>(rng.bits() % encoded.size()));
    const nn::Batch batch = nn::make_batch(encoded, items);
    if (step % 50 == 0) {
      const auto [scores, targets] = said_of(careless, batch);
      const auto [others, same] = said_of(right, batch);
      std::printf("%4d  %14.3f  %14.3f  %18.3f\n", step,
                  double(careless_loss(scores, targets).item()),
                  double(right_loss(scores, targets).item()),
                  double(right_loss(others, same).item()));
    }
    learn(careless, first, batch, careless_loss);
    learn(right, second, batch, right_loss);
  }
  print_columns(careless);
}

std::string draw(const Translator& t) {
  const Words source = words("Tom see Mary today");
  const Translation said = t.translate(source);
  const auto encoded = std::get<Seq2Seq>(t.model).encode(
      nn::pad({t.source_vocab.encode(source)}), nullptr);
  nn::EncoderDecoder run{.title = "A sentence through one vector",
                         .read = source,
                         .vector = {},
                         .fed = {"<s>"},
                         .said = said.words};
  for (Real value : encoded.state.values()) run.vector.push_back(value);
  run.fed.insert(run.fed.end(), said.words.begin(), said.words.end());
  run.said.push_back("</s>");
  return nn::svg_encoder_decoder(run);
}

}  // namespace

int main(int argc, char** argv) {
  std::string figures;
  int threads = 1;
  nn::Flags flags("[flags]", "A sentence through one vector.");
  flags.add("figures", &figures, "write the picture to this folder");
  flags.add("threads", &threads, "to use; 0: one a core");
  return nn::run_program(argc, argv, flags, [&] {
    if (threads > 0) autograd::set_threads(threads);
    const Data data = make_data();
    Translator translator = untrained(data);
    print_shapes(translator);
    print_fed(translator);
    print_guard(translator);
    print_padding(translator, data);
    teach(translator, data.train, brief_training(4000, seed));
    print_running(translator, data);
    print_search(translator);
    if (!figures.empty())
      nn::figure(figures, "encoder_decoder.svg", draw(translator));
  });
}
