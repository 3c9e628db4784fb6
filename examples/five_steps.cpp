// Bahdanau's attention, one decoder step taken apart: encode, score, align,
// read, update and emit. The model is small enough to print.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "attention/translator.h"
#include "attention/view_step.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/grammar.h"
#include "nn/metrics.h"
#include "nn/report.h"
#include "nn/schedule.h"
#include "nn/text.h"

using namespace attention;
using namespace autograd;
using nn::fixed;
using nn::section;

namespace {

// Names, verbs, and a word of time that moves.
const char* const small_grammar = R"(
hold out 20 % of subject verb object
hold out Tom chase Jerry
distinct subject object

sentence:
  <name:subject> <action:verb> <name:object>
    = <name:subject> <action:verb> <name:object>
  <name:subject> <action:verb> <name:object> <when>
    = <name:subject> <when> <action:verb> <name:object>
name:
  Tom = 汤姆 | Jerry = 杰瑞 | Mary = 玛丽 | John = 约翰 | Anna = 安娜
  Peter = 彼得 | Lucy = 露西 | David = 大卫
action:
  chase = 追逐 | see = 看见 | like = 喜欢 | help = 帮助
  find = 找到 | know = 认识
when:
  today = 今天 | tomorrow = 明天
)";

struct Settings {
  std::uint64_t seed = 1;
  std::string figures;
};

// What is computed between a state and the word that is written next.
struct Taken {
  Tensor query;    // W s_{t-1} [A]
  Tensor scores;   // e_t [S]
  Tensor weights;  // alpha_t [S]
  Tensor context;  // c_t [C]
  Tensor state;    // s_t [H]
  Tensor chances;  // p(y_t) [V]
};

// The model's own step, in plain ops.
//   h [S, C]   keys U h + b [S, A]   state s_{t-1} [H]   word y_{t-1} [E]
Taken take_apart(const Seq2Seq& model, const Tensor& h, const Tensor& keys,
                 const Tensor& state, const Tensor& word) {
  const auto& score = std::get<AdditiveScore>(model.attend->score.score);
  const DecoderCell& cell = model.cell;
  Taken now;
  now.query = matmul(score.query.weight, state);
  now.scores = matmul(tanh(now.query + keys), select(score.v.weight, 0, 0));
  now.weights = softmax(now.scores);
  now.context = matmul(now.weights, h);
  now.state = tanh(matmul(cell.weight_ih, concat({word, now.context}, 0)) +
                   cell.bias_ih + matmul(cell.weight_hh, state) + cell.bias_hh);
  const Tensor all = concat({now.state, now.context, word}, 0);
  const Tensor hidden =
      tanh(matmul(model.readout.weight, all) + model.readout.bias);
  now.chances =
      softmax(matmul(model.output.weight, hidden) + model.output.bias);
  return now;
}

// A sentence, encoded, and its words taken apart one after the other.
struct Trace {
  Words source;
  Tensor h, keys, start;  // [S, C], [S, A], [H]
  std::vector<Taken> steps;
  Words said;
};

Trace trace(const Translator& translator, const Words& words) {
  const NoGrad no_grad;
  const auto& model = std::get<Seq2Seq>(translator.model);
  const auto source =
      model.encode(nn::pad({translator.source_vocab.encode(words)}), nullptr);
  Trace result{words,
               select(source.memory.values, 0, 0),
               select(source.memory.keys, 0, 0),
               select(source.state, 0, 0),
               {},
               {}};
  Tensor state = result.start;
  int word = nn::Vocab::start;
  while (word != nn::Vocab::end && result.said.size() < 20) {
    result.steps.push_back(
        take_apart(model, result.h, result.keys, state,
                   select(model.target_embedding.weight, 0, word)));
    state = result.steps.back().state;
    word = nn::argmax(result.steps.back().chances)[0];
    result.said.push_back(translator.target_vocab.token(word));
  }
  return result;
}

Translator learn(const nn::Grammar::Split& data, std::uint64_t seed) {
  Rng rng(seed);
  Translator translator(data.train, 1,
                        Seq2SeqOptions{.embedding = 6,
                                       .hidden = 6,
                                       .score = {.width = 6},
                                       .decoder = DecoderKind::plain},
                        rng);
  TrainingOptions training;
  training.batch = 16;
  training.adam.learning_rate = 0.015;
  training.loop.epochs = 60;
  training.loop.seed = seed;
  training.loop.clip_norm = 1;
  training.loop.show_progress = false;
  const auto steps =
      static_cast<std::int64_t>(data.train.size() + 15) / 16 * 60;
  training.loop.schedule = nn::CosineSchedule{.total = steps, .warmup = 50};
  train(translator, data.train, training);
  return translator;
}

// A name, and numbers with two decimals.
void line(const std::string& name, const Tensor& x) {
  std::cout << name << std::string(name.size() < 7 ? 7 - name.size() : 0, ' ');
  for (const Real value : x.values()) {
    const std::string number = fixed(value, 2);
    std::cout << std::string(6 - number.size(), ' ') << number;
  }
  std::cout << '\n';
}

void rows(const Words& words, const Tensor& x) {
  for (std::size_t i = 0; i < words.size(); ++i)
    line(words[i], select(x, 0, static_cast<int>(i)));
}

nn::Grammar::Split sentences(std::uint64_t seed) {
  Rng rng(seed);
  return nn::Grammar::parse(small_grammar).corpus(rng, 600, 60, {3, 4});
}

// The same model from other random numbers.
void print_seeds() {
  section("seeds");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto data = sentences(seed);
    const Evaluation e = learn(data, seed).evaluate(data.held_out);
    std::cout << "seed " << seed << "  exact match " << fixed(e.exact_match, 3)
              << "  AER " << fixed(e.alignment->error_rate(), 3) << '\n';
  }
}

void print_model(const Translator& translator, const nn::Grammar::Split& data) {
  section("model");
  const Evaluation held_out = translator.evaluate(data.held_out);
  nn::number("sentences to train on", data.train.size());
  nn::number("parameters", nn::parameter_count(translator.parameters()));
  nn::number("sentences held out", data.held_out.size());
  nn::number("exact match", fixed(held_out.exact_match, 3));
  nn::number("AER", fixed(held_out.alignment->error_rate(), 3));
}

// The five steps of the first two words.
void print_trace(const Translator& translator, const Trace& trace) {
  const auto& score = std::get<AdditiveScore>(
      std::get<Seq2Seq>(translator.model).attend->score.score);
  section("encode");
  rows(trace.source, trace.h);
  line("s_0", trace.start);
  section("keys");
  rows(trace.source, trace.keys);
  line("v", select(score.v.weight, 0, 0));
  for (std::size_t t = 0; t < 2; ++t) {
    section("word " + std::to_string(t + 1));
    const Taken& now = trace.steps[t];
    const std::string after = std::to_string(t + 1);
    line("s_" + std::to_string(t), t ? trace.steps[t - 1].state : trace.start);
    line("W s", now.query);
    line("e", now.scores);
    line("alpha", now.weights);
    line("c", now.context);
    line("s_" + after, now.state);
    std::cout << "word       " << trace.said[t] << ", by "
              << fixed(max(now.chances).item(), 3) << '\n';
  }
  section("said");
  std::cout << nn::join(trace.source) << " -> " << nn::join(trace.said) << '\n';
}

// Ours in plain ops against the library's.
void print_difference(const Translator& translator, const Trace& trace) {
  section("the same");
  const auto theirs = translator.translate(trace.source);
  Real worst = 0;
  for (std::size_t t = 0; t < trace.steps.size(); ++t)
    for (std::size_t s = 0; s < trace.source.size(); ++s)
      worst = std::max(worst, std::abs(trace.steps[t].weights.at({int(s)}) -
                                       theirs.weights[t][s]));
  nn::number("largest difference of a weight", worst);
  if (!(worst < Real(1e-5)))
    throw std::runtime_error("the five steps are not the library's");
}

// What the second and the third word read, had the first been another.
void print_query(const Translator& translator, const Trace& trace) {
  section("who asks");
  const auto& model = std::get<Seq2Seq>(translator.model);
  std::vector<std::vector<Real>> second, third;
  for (const char* first : {"汤姆", "玛丽"}) {
    std::cout << "after " << first << '\n';
    Tensor state = trace.start;
    const auto fed = {nn::Vocab::start, translator.target_vocab.id(first),
                      translator.target_vocab.id("今天")};
    std::vector<Tensor> weights;
    for (const int word : fed) {
      const Taken now =
          take_apart(model, trace.h, trace.keys, state,
                     select(model.target_embedding.weight, 0, word));
      state = now.state;
      weights.push_back(now.weights);
    }
    std::cout << "  word 2 reads " << weights[1] << "\n  word 3 reads "
              << weights[2] << '\n';
    second.push_back(weights[1].values());
    third.push_back(weights[2].values());
  }
  if (second[0] != second[1] || third[0] == third[1])
    throw std::runtime_error("wanted the first word to change the third only");
}

// The step as a picture, with the three likeliest words.
StepPicture picture_of(const Translator& translator, const Trace& trace,
                       std::size_t t) {
  const Taken& now = trace.steps[t];
  std::vector<std::pair<std::string, double>> words;
  for (int v = 0; v < now.chances.size(0); ++v)
    words.emplace_back(translator.target_vocab.token(v),
                       double(now.chances.at({v})));
  std::stable_sort(words.begin(), words.end(),
                   [](auto& a, auto& b) { return a.second > b.second; });
  words.resize(3);
  return {trace.source, trace.h,     t ? trace.steps[t - 1].state : trace.start,
          now.scores,   now.weights, now.context,
          now.state,    words};
}

void run(const Settings& s) {
  autograd::set_threads(1);
  const auto data = sentences(s.seed);
  const Translator translator = learn(data, s.seed);
  print_model(translator, data);
  const Trace tom = trace(translator, nn::split("Tom chase Jerry today"));
  print_trace(translator, tom);
  print_difference(translator, tom);
  print_query(translator, tom);
  print_seeds();
  if (!s.figures.empty())
    nn::figure(s.figures, "five-steps.svg",
               svg_step(picture_of(translator, tom, 1)));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Trains a tiny translator and takes two of its steps "
                  "apart.");
  flags.add("seed", &s.seed, "of all random numbers");
  flags.add("figures", &s.figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
