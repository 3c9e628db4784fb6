// Attention as arithmetic: three words, one question, no learning.

#include "autograd/ops.h"
#include "nn/flags.h"
#include "nn/plot.h"
#include "nn/report.h"

using namespace autograd;
using namespace nn;

namespace {

// ANCHOR: words
// Three words as vectors, and what the word 汤姆 asks of them.
const Tensor keys = Tensor::from({3, 3}, {5, 0, 1,    // Tom
                                          0, 1, 1,    // chase
                                          1, 1, 0});  // Jerry
const Tensor query = Tensor::from({3}, {10, 5, 10});
// ANCHOR_END: words

// What attending gives: how much of each word, and the mixture of them.
struct Reading {
  Tensor weights, context;
};

// Attention in three lines: score, align, read.
Reading attend(const Tensor& query, const Tensor& keys, const Tensor& values,
               Real temperature) {
  const Tensor scores = matmul(keys, query);             // [3]
  const Tensor weights = softmax(scores / temperature);  // [3], sum to 1
  const Tensor context = matmul(weights, values);        // [D]
  return {weights, context};
}

void row(const std::string& name, const Tensor& weights) {
  const Tensor context = matmul(weights, keys);
  std::printf("%-18s", name.c_str());
  for (Real w : weights.values()) std::printf(" %9.3g", double(w));
  std::printf("  %5.3g  [", double(sum(weights).item()));
  for (int i = 0; i < 3; ++i)
    std::printf("%s%.4g", i ? " " : "", double(context.at({i})));
  std::printf("]\n");
  std::fflush(stdout);
}

void header() {
  std::cout.flush();
  std::printf("%-18s %9s %9s %9s  %5s  %s\n", "weights by", "Tom", "chase",
              "Jerry", "sum", "context");
  std::fflush(stdout);
}

void print_scores() {
  section("scores");
  const Tensor products = keys * query;  // [3, 3], entry by entry
  std::cout << "products\n" << products << '\n';
  std::cout << "scores = " << matmul(keys, query) << '\n';
}

void print_weights() {
  section("weights");
  const Reading reading = attend(query, keys, keys, 1);
  std::cout << "weights = " << reading.weights
            << "\ncontext = " << reading.context << '\n';
}

void print_claim() {
  section("claim");
  const Tensor scores = matmul(keys, query);
  header();
  row("score / 100", scores / 100);
  row("score / sum", scores / sum(scores));
  row("softmax", softmax(scores));
  row("softmax, / sqrt(3)", softmax(scores / autograd::sqrt(Real(3))));
}

// The temperature at which softmax gives Tom the weight p, since the other
// two words have one score, lower by `gap`:
//   p = e^(gap / T) / (e^(gap / T) + 2)   so   T = gap / ln(2 p / (1 - p))
double temperature_for(double p, double gap) {
  return gap / autograd::log(Real(2 * p / (1 - p))).item();
}

void print_temperatures() {
  section("temperatures");
  header();
  for (int temperature : {1, 10, 40, 100, 1000})
    row("softmax, T = " + std::to_string(temperature),
        attend(query, keys, keys, Real(temperature)).weights);
  const double six_tenths = temperature_for(0.6, 45);
  number("temperature for 0.6", significant(six_tenths, 4));
  row("at that T", attend(query, keys, keys, Real(six_tenths)).weights);
}

// d alpha / d e of the largest of three scores, (gap, 0, 0).
Real gradient_at(Real gap) {
  Tensor scores = Tensor::from({3}, {gap, 0, 0});
  scores.requires_grad(true);
  select(softmax(scores), 0, 0).backward();
  return scores.grad().at({0});
}

void print_gradients() {
  section("gradients");
  std::cout.flush();
  std::printf("%5s  %12s  %12s\n", "gap", "in float32", "exact");
  for (int gap : {0, 1, 2, 5, 10, 20, 45}) {
    const double e = autograd::exp(Real(-gap)).item();
    const double exact =
        2 * e / ((1 + 2 * e) * (1 + 2 * e));  // alpha (1 - alpha)
    std::printf("%5d  %12.3g  %12.3g\n", gap, double(gradient_at(Real(gap))),
                exact);
  }
  std::fflush(stdout);
}

// ANCHOR: careless
// Right on paper. exp(89) is more than a float can hold.
Tensor careless_softmax(const Tensor& scores) {
  const Tensor e = exp(scores);
  return e / sum(e);
}
// ANCHOR_END: careless

void print_overflow() {
  section("overflow");
  for (int largest : {60, 88, 89, 1000}) {
    const Tensor scores =
        Tensor::from({3}, {Real(largest), Real(largest - 1), 0});
    std::cout << scores << "  careless " << careless_softmax(scores)
              << "  ours " << softmax(scores) << '\n';
  }
}

// A bar for each word, at four temperatures.
std::string draw_temperatures() {
  nn::Bars bars;
  bars.title =
      "The weights of Tom, chase and Jerry at temperatures 1, 10, 40 and 100: "
      "ever more even";
  bars.y.name = "weight";
  bars.y.to = 1;
  bars.groups = {"T = 1", "T = 10", "T = 40", "T = 100"};
  bars.series = {{"Tom", {}}, {"chase", {}}, {"Jerry", {}}};
  for (Real temperature : {1, 10, 40, 100}) {
    const Tensor weights = attend(query, keys, keys, temperature).weights;
    for (int word = 0; word < 3; ++word)
      bars.series[std::size_t(word)].values.push_back(weights.at({word}));
  }
  return nn::svg_bars(bars);
}

}  // namespace

int main(int argc, char** argv) {
  std::string figures;
  nn::Flags flags("[flags]", "Attention as arithmetic, on three words.");
  flags.add("figures", &figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] {
    print_scores();
    print_weights();
    print_claim();
    print_temperatures();
    print_gradients();
    print_overflow();
    if (figures.empty()) return;
    figure(figures, "temperatures.svg", draw_temperatures());
  });
}
