// Attention from 1964: a curve is guessed from noisy examples, as their mean,
// weighted by how near they are.
#include <cmath>

#include "attention/attention.h"
#include "attention/kernel.h"
#include "autograd/graph.h"
#include "nn/flags.h"
#include "nn/optimizer.h"
#include "nn/plot.h"
#include "nn/report.h"

using namespace autograd;
using namespace nn;
using attention::Attention;
using attention::GaussianScore;
using attention::Mask;

namespace {

constexpr int examples = 40, grid = 201;
constexpr Real longest = 6;  // x lies in 0 ... 6

// ANCHOR: data
// A wide hill and a narrow one.   x [1, N, 1]
Tensor truth(const Tensor& x) {
  const Tensor wide = x - 1.5, narrow = (x - Real(4.5)) * 3;
  return exp(-wide * wide) * 2 + exp(-narrow * narrow) * 3;
}

struct Examples {
  Tensor x, y;  // [1, 40, 1]
};

Examples draw(Rng& rng) {
  const Tensor x = Tensor::uniform({1, examples, 1}, 0, longest, rng);
  const Tensor noise = Tensor::normal({1, examples, 1}, 0, Real(0.3), rng);
  return {x, truth(x) + noise};
}
// ANCHOR_END: data

// ANCHOR: guess
// Keys are where the examples stand, values what was seen there.
Tensor guess(const Tensor& at, const Examples& seen, Real width) {
  const Attention attend(GaussianScore{.width = width});
  return attend(at, attend.prepare(seen.x, seen.y)).context;
}
// ANCHOR_END: guess

// The formula, one example after the other.
double by_loops(double at, const Examples& seen, double width) {
  double sum = 0, all = 0;
  for (int i = 0; i < examples; ++i) {
    const double apart = at - double(seen.x.at({0, i, 0}));
    const double kernel = std::exp(-apart * apart / (2 * width * width));
    sum += kernel * double(seen.y.at({0, i, 0}));
    all += kernel;
  }
  return sum / all;
}

// The root of the mean squared error.
double error(const Tensor& got, const Tensor& wanted) {
  const Tensor apart = got - wanted;
  return std::sqrt(double(mean(apart * apart).item()));
}

// ANCHOR: learn
// The width that guesses each example best from all others. Dividing both x by
// w is a width of w, and lets it learn: Adam on log w.
Real learnt_width(const Examples& seen) {
  Tensor others = Tensor::ones({1, examples, examples});
  for (int i = 0; i < examples; ++i) others.set({0, i, i}, 0);
  const Attention<GaussianScore> attend;
  Parameter log_width(Tensor::zeros({1}));
  Adam adam({{"log_width", log_width}}, {.learning_rate = 0.05});
  for (int step = 0; step < 200; ++step) {
    const Tensor x = seen.x / exp(log_width);
    const Tensor apart =
        attend(x, attend.prepare(x, seen.y, Mask(others))).context - seen.y;
    log_width.zero_grad();
    mean(apart * apart).backward();
    adam.step();
  }
  return exp(log_width).item();
}
// ANCHOR_END: learn

std::vector<double> doubles(const Tensor& x) {
  const auto values = x.values();
  return {values.begin(), values.end()};
}

void run(std::uint64_t seed, const std::string& figures) {
  Rng rng(seed);
  const Examples seen = draw(rng);
  const Tensor at =
      reshape(Tensor::arange(grid) * (longest / (grid - 1)), {1, grid, 1});
  const Tensor wanted = truth(at);
  section("one guess");
  const Tensor middle = Tensor::from({1, 1, 1}, {3});
  const double frame = double(guess(middle, seen, Real(0.5)).item());
  number("by the frame, at 3", significant(frame, 6));
  number("by loops", significant(by_loops(3, seen, 0.5), 6));
  claim(std::abs(frame - by_loops(3, seen, 0.5)) < 1e-5,
        "Nadaraya-Watson regression is attention with a Gaussian score");

  const Real best = learnt_width(seen);
  section("widths");
  number("learnt width", fixed(double(best), 3));
  std::vector<std::pair<std::string, Real>> widths = {
      {"width 0.02", Real(0.02)}, {"width 1", 1}, {"width 100", 100}};
  widths.insert(widths.begin() + 1, {"learnt", best});
  std::vector<double> errors;
  for (const auto& [name, width] : widths) {
    errors.push_back(error(guess(at, seen, width), wanted));
    number("error, " + name, fixed(errors.back(), 3));
  }
  const double flat = error(mean(seen.y, {1}, true) + at * 0, wanted);
  number("error, the mean of all", fixed(flat, 3));
  section("claims");
  claim(errors[1] < errors[0] && errors[1] < errors[2],
        "the learnt width is better than a narrow and a wide one");
  claim(std::abs(errors[3] - flat) < 1e-3, "the widest reads the mean of all");
  if (figures.empty()) return;
  Curves chart;
  chart.title =
      "A curve guessed from 40 noisy examples with three widths of "
      "the kernel";
  chart.x.name = "x";
  chart.y.name = "y";
  Curve points{.name = "examples", .x = doubles(seen.x), .y = doubles(seen.y)};
  points.points = true;
  const std::vector<double> x = doubles(at);
  chart.curves = {points, {"truth", x, doubles(wanted)}};
  for (std::size_t i = 0; i < 3; ++i)
    chart.curves.push_back(
        {widths[i].first, x, doubles(guess(at, seen, widths[i].second))});
  figure(figures, "kernel_regression.svg", svg_curves(chart));
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::string figures;
  nn::Flags flags("[flags]",
                  "A curve guessed from noisy examples, by attention.");
  flags.add("seed", &seed, "of the examples");
  flags.add("figures", &figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(seed, figures); });
}
