// A memory without training: questions are the keys, answers the values, and
// what is asked is none of the questions in the book.
#include <algorithm>
#include <cmath>

#include "attention/attention.h"
#include "autograd/graph.h"
#include "nn/flags.h"
#include "nn/linear.h"
#include "nn/metrics.h"
#include "nn/report.h"
#include "nn/vocab.h"

using namespace autograd;
using namespace nn;
using attention::Attention;
using attention::CosineScore;
using attention::DotScore;
using Words = std::vector<std::string>;

namespace {

// ANCHOR: book
struct Entry {
  std::string question, answer;
};

const std::vector<Entry> book = {
    {"who chases Jerry", "Tom"},       {"who chases Tom", "Spike"},
    {"what does Jerry eat", "cheese"}, {"what does Tom drink", "milk"},
    {"where does Jerry live", "wall"}, {"where does Tom sleep", "sofa"}};

const std::vector<Entry> asked = {{"Jerry is chased by who", "Tom"},
                                  {"in which wall does Jerry live", "wall"},
                                  {"tell me where Tom can sleep", "sofa"},
                                  {"and what does he eat", "cheese"},
                                  {"milk is what Tom likes to drink", "milk"},
                                  {"which dog chases after Tom", "Spike"}};
// ANCHOR_END: book

Vocab vocab_of() {
  std::vector<Words> sentences;
  for (const auto& entries : {book, asked})
    for (const Entry& entry : entries) {
      sentences.push_back(split(entry.question));
      sentences.push_back({entry.answer});
    }
  return Vocab::build(sentences);
}

const Vocab vocab = vocab_of();

// How often each word stands in the text:   [V]
Tensor bag(const std::string& text) {
  std::vector<Real> counts(std::size_t(vocab.size()));
  for (const std::string& word : split(text))
    counts[std::size_t(vocab.id(word))] += 1;
  return Tensor::from({vocab.size()}, counts);
}

// Of all entries:   [1, 6, V]
Tensor bags(const std::vector<Entry>& entries, std::string Entry::*part) {
  std::vector<Tensor> rows;
  for (const Entry& entry : entries) rows.push_back(bag(entry.*part));
  return unsqueeze(stack(rows, 0), 0);
}

// ANCHOR: ask
// Each question reads the book:   contexts [1, 6, V], weights [1, 6, 6]
attention::Result ask(const Tensor& questions, Real sharpness) {
  const Attention attend(CosineScore({.temperature = 1 / sharpness}));
  const attention::Memory memory =
      attend.prepare(bags(book, &Entry::question), bags(book, &Entry::answer));
  return attend(questions, memory);
}
// ANCHOR_END: ask

double largest(const Tensor& x) {
  double result = 0;
  for (const Real value : x.values())
    result = std::max(result, std::abs(double(value)));
  return result;
}

void print_answers() {
  const Tensor questions = bags(asked, &Entry::question);
  for (const int sharpness : {1, 5, 20}) {
    section(text("sharpness ", sharpness));
    const auto [context, weights] = ask(questions, Real(sharpness));
    const std::vector<int> places = argmax(weights), words = argmax(context);
    int right = 0;
    double shares = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const Entry& found = book[std::size_t(places[i])];
      const double share =
          double(context.at({0, int(i), vocab.id(asked[i].answer)}));
      right += vocab.token(words[i]) == asked[i].answer;
      shares += share / double(asked.size());
      std::printf("%-33s%-23s%-8s%.2f\n", asked[i].question.c_str(),
                  found.question.c_str(), vocab.token(words[i]).c_str(),
                  double(context.at({0, int(i), words[i]})));
    }
    std::fflush(stdout);
    number("right", right);
    number("mean share of the right answer", fixed(shares, 3));
  }
}

// Keys that are their own values: what is found is what was looked for.
void print_keys_read() {
  section("keys as values");
  const Attention attend(CosineScore({.temperature = Real(0.05)}));
  const Tensor keys = bags(book, &Entry::question);
  const Tensor context =
      attend(bags({asked[0]}, &Entry::question), attend.prepare(keys, keys))
          .context;
  std::cout << asked[0].question << ": ";
  const std::vector<Real> shares = context.values();
  for (int id = 0; id < vocab.size(); ++id)
    if (shares[std::size_t(id)] > Real(0.5))
      std::cout << vocab.token(id) << ' '
                << fixed(double(shares[std::size_t(id)]), 2) << "  ";
  std::cout << '\n';
}

// ANCHOR: same
// Two names for one thing, where keys and values are one.
double apart_when_shared(Rng& rng) {
  const Tensor x = Tensor::normal({1, 9, 16}, 0, 1, rng);
  const Tensor query = Tensor::normal({1, 1, 16}, 0, 1, rng);
  const Tensor e = matmul(query, transpose(x));  // alignment: e_i = a(c, x_i)
  const Tensor z = matmul(softmax(e), x);        //            z = sum a_i x_i
  const Attention<DotScore> attend;              // memory: K = V = X
  return largest(attend(query, attend.prepare(x, x)).context - z);
}

// A matrix on the values may stand behind the read as well.
double apart_when_moved(Rng& rng) {
  const Tensor h = Tensor::normal({1, 9, 16}, 0, 1, rng);
  const Tensor query = Tensor::normal({1, 1, 16}, 0, 1, rng);
  const Linear w_v({.in = 16, .out = 16, .bias = false}, rng);
  const Attention<DotScore> attend;
  const Tensor before = attend(query, attend.prepare(h, w_v(h))).context;
  const Tensor after = w_v(attend(query, attend.prepare(h, h)).context);
  return largest(before - after);
}
// ANCHOR_END: same

void print_same() {
  section("the same");
  Rng rng(1);
  const double shared = apart_when_shared(rng), moved = apart_when_moved(rng);
  number("memory of K = V = X and alignment, largest difference",
         significant(shared, 2));
  number("W_V before the read and behind it, largest difference",
         significant(moved, 2));
  claim(shared < 1e-6, "with K = V = X the two models are one");
  claim(moved < 2e-6, "a single head does not need a matrix for its values");
}

// ANCHOR: too_early
// The values are read by the scores, and the weights are normalised too late:
// for the picture only.
attention::Result too_early(const Tensor& query, const Tensor& keys,
                            const Tensor& values) {
  const Tensor scores = matmul(query, transpose(keys));
  return {matmul(scores, values), softmax(scores)};
}
// ANCHOR_END: too_early

void print_too_early() {
  section("too early");
  const Tensor keys = Tensor::from({3, 2}, {6, 0, 0, 6, -6, 0});
  const Tensor values = Tensor::from({3, 1}, {10, 20, 30});
  const Tensor query = Tensor::from({1, 2}, {1, 0});
  const auto [context, weights] = too_early(query, keys, values);
  std::cout << "weights " << weights << "\ncontext " << context << "\nright   "
            << matmul(weights, values) << '\n';
}

void run() {
  const NoGrad no_grad;
  print_answers();
  print_keys_read();
  print_same();
  print_too_early();
}

}  // namespace

int main(int argc, char** argv) {
  nn::Flags flags("[flags]",
                  "A book of questions and answers, read by attention.");
  return nn::run_program(argc, argv, flags, run);
}
