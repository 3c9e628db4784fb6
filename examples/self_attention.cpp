// Self-attention as arithmetic: three words ask each other. What it does not
// see, and what it does not mind.
#include <algorithm>
#include <cmath>

#include "attention/attention.h"
#include "attention/multihead.h"
#include "attention/view.h"
#include "nn/flags.h"
#include "nn/report.h"

using namespace autograd;
using namespace nn;
using attention::Mask;
using attention::MultiHeadAttention;

namespace {

// ANCHOR: words
// Who acts, what is done, and how large they are.
const Tensor words = Tensor::from({3, 3}, {1, 0, 1,     // Tom
                                           0, 2, 0,     // chase
                                           1, 0, -1});  // Jerry
const Tensor w_q = Tensor::from({2, 3}, {0, 1, 0,       // a verb wants actors,
                                         1, 0, 0}),     // an actor a verb
    w_k = Tensor::from({2, 3}, {1, 0, 0,                // here is an actor
                                0, 1, 0}),              // here is a verb
    w_v = Tensor::from({2, 3}, {0, 0, 1,                // how large
                                0, 1, 0});              // what is done
// ANCHOR_END: words

// ANCHOR: attend
struct Reading {
  Tensor q, k, v, scores, weights, context;
};

Reading self_attention(const Tensor& x) {  // [T, 3]
  Reading r;
  r.q = linear(x, w_q), r.k = linear(x, w_k), r.v = linear(x, w_v);  // [T, 2]
  r.scores = matmul(r.q, transpose(r.k));                            // [T, T]
  r.weights = softmax(r.scores / sqrt(Tensor(2)));  // [T, T], rows sum to one
  r.context = matmul(r.weights, r.v);               // [T, 2]
  return r;
}
// ANCHOR_END: attend

double largest(const Tensor& x) {
  double result = 0;
  for (const Real value : x.values())
    result = std::max(result, std::abs(double(value)));
  return result;
}

// Rows of x [..., T, D] from the last to the first.
Tensor turned(const Tensor& x) {
  std::vector<Tensor> rows = split(x, -2, 1);
  std::reverse(rows.begin(), rows.end());
  return concat(rows, -2);
}

void print_by_hand(const Reading& r) {
  section("queries, keys, values");
  std::cout << "q\n" << r.q << "\nk\n" << r.k << "\nv\n" << r.v << '\n';
  section("scores");
  std::cout << r.scores << '\n';
  section("weights");
  std::cout << r.weights << '\n';
  section("contexts");
  std::cout << r.context << '\n';
}

// The frame of chapter 7, asked by its own memory and by another sentence.
void print_calls(const Reading& r) {
  section("two calls");
  const attention::Attention<attention::ScaledDotScore> attend;
  const auto memory = attend.prepare(unsqueeze(r.k, 0), unsqueeze(r.v, 0));
  const auto own = attend(unsqueeze(r.q, 0), memory);
  std::cout << "its own words ask: weights " << own.weights.shape() << '\n';
  const auto other = attend(slice(unsqueeze(r.q, 0), 1, 0, 2), memory);
  std::cout << "two others ask: weights " << other.weights.shape() << '\n';
  const double apart = largest(squeeze(own.context, 0) - r.context);
  number("largest difference from the lines above", significant(apart, 2));
  claim(apart < 1e-6, "self-attention is the frame with q, k, v of one x");
}

void print_order(const Reading& tom) {
  section("order");
  const Reading jerry = self_attention(turned(words));
  std::cout << "chase, in Tom chase Jerry: " << select(tom.context, 0, 1)
            << "\nchase, in Jerry chase Tom: " << select(jerry.context, 0, 1)
            << '\n';
  claim(largest(select(tom.context, 0, 1) - select(jerry.context, 0, 1)) < 1e-6,
        "who chases whom changes nothing at the verb");
}

MultiHeadAttention drawn(int width, int heads, Rng& rng) {
  attention::MultiHeadOptions options;
  options.width = width;
  options.heads = heads;
  return MultiHeadAttention(options, rng);
}

void print_permutation(Rng& rng) {
  section("permutation");
  const MultiHeadAttention attend = drawn(16, 2, rng);
  const Tensor x = Tensor::normal({1, 9, 16}, 0, 1, rng);
  const double apart = largest(turned(attend(turned(x), Mask(), nullptr)) -
                               attend(x, Mask(), nullptr));
  number("nine random words, turned and turned back", significant(apart, 2));
  claim(apart < 1e-6, "turn the words, and the contexts turn with them");
}

void print_lengths(Rng& rng) {
  section("lengths");
  const int width = 16;
  const MultiHeadAttention attend = drawn(width, 1, rng);
  number("weights of self-attention", parameter_count(attend.parameters()));
  for (const int length : {5, 50, 500}) {
    const Tensor x = Tensor::normal({1, length, width}, 0, 1, rng);
    const std::int64_t all = std::int64_t{length} * width;
    std::cout << length << " words  self-attention: "
              << attend(x, Mask(), nullptr).shape()
              << "  weights of a full layer = " << all * all << '\n';
  }
}

void draw(const std::string& folder, const Reading& r) {
  attention::Map map;
  map.source = map.target = {"Tom", "chase", "Jerry"};
  for (const Real weight : r.weights.values())
    map.weights.push_back(float(weight));
  map.title = "Self-attention of Tom chase Jerry: each word reads all three";
  figure(folder, "self_lines.svg", attention::svg_lines(map));
}

void run(const std::string& figures) {
  Rng rng(1);
  const Reading tom = self_attention(words);
  print_by_hand(tom);
  print_calls(tom);
  print_order(tom);
  print_permutation(rng);
  print_lengths(rng);
  if (!figures.empty()) draw(figures, tom);
}

}  // namespace

int main(int argc, char** argv) {
  std::string figures;
  nn::Flags flags("[flags]", "Self-attention as arithmetic, on three words.");
  flags.add("figures", &figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(figures); });
}
