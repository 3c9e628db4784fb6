// Why divide by the root of the width? How large a product of two vectors is,
// what that does to the slope of softmax, and what it does to training.
#include "attention/attention.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/embedding.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/init.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace attention;
using namespace nn;
using autograd::NoGrad;
using autograd::sum;
using autograd::unsqueeze;

namespace {

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 3, steps = 400;
  bool replay = false;
};

// ---- How large a product is

struct Size {
  double deviation = 0;  // of q . k
  double slope = 0;      // of softmax, the mean of sum alpha (1 - alpha)
};

// What a product is divided by.
enum class Divisor { one, root, width };
constexpr Divisor divisors[] = {Divisor::one, Divisor::root, Divisor::width};

double value_of(Divisor divisor, int d) {
  if (divisor == Divisor::one) return 1;
  return divisor == Divisor::root ? std::sqrt(double(d)) : d;
}

// Of random queries and keys whose numbers deviate by `each` from 0, a query
// against 32 keys.
Size size_of(int d, double each, Divisor divisor, Rng& rng) {
  constexpr int S = 32;
  const int B = std::max(128, 65536 / d);
  const Tensor query = Tensor::normal({B, 1, d}, 0, Real(each), rng);
  const Tensor keys = Tensor::normal({B, S, d}, 0, Real(each), rng);
  const Tensor scores =
      DotScore()(query, keys) * Real(1 / value_of(divisor, d));
  const Tensor weights = autograd::softmax(scores);
  const double squares = double(autograd::mean(scores * scores).item());
  const double slope = double(sum(weights * (1 - weights)).item()) / B;
  return {std::sqrt(squares), slope};
}

void print_sizes(const Settings& s, Curves& chart) {
  section("size of a product");
  std::cout << "  d   sqrt d   q.k   slope of softmax   scaled: q.k   slope\n";
  Curve plain{"q.k", {}, {}}, root{"the root of d", {}, {}};
  for (const int d : {4, 16, 64, 256, 512, 1024}) {
    Rng rng(s.seed + std::uint64_t(d));
    const Size one = size_of(d, 1, Divisor::one, rng);
    const Size two = size_of(d, 1, Divisor::root, rng);
    std::printf("%4d   %6.2f %6.2f   %6.3f             %6.2f      %6.3f\n", d,
                std::sqrt(d), one.deviation, one.slope, two.deviation,
                two.slope);
    plain.add(d, {one.deviation, 0});
    root.add(d, {std::sqrt(d), 0});
    if (std::abs(one.deviation / std::sqrt(d) - 1) > 0.05)
      throw std::runtime_error("wanted a deviation near the root of " +
                               std::to_string(d));
  }
  chart.curves = {plain, root};
  Rng rng(s.seed);
  section("small numbers");
  const Size small = size_of(512, 0.1, Divisor::one, rng);
  number("deviation of q.k", fixed(small.deviation, 3));
  number("slope of softmax", fixed(small.slope, 3));
  section("by d");
  const Size wrong = size_of(512, 1, Divisor::width, rng);
  number("deviation of q.k over d", fixed(wrong.deviation, 3));
  number("slope of softmax", fixed(wrong.slope, 3));
}

// ---- What it does to training

// ANCHOR: task
constexpr int names = 16, items = 8, classes = 8;

// A memory of names, each with a class; and one of the names is asked for.
struct Questions {
  Indices names, asked;  // [B, S], [B, 1]
  Tensor values;         // [B, S, classes], the class of each as 0s and a 1
  Indices answers;       // [B, 1]
};

Questions draw(int B, Rng& rng) {
  std::vector<int> all, asked, answers;
  Tensor values = Tensor::zeros({B, items, classes});
  for (int b = 0; b < B; ++b) {
    std::vector<int> order(names);
    for (int i = 0; i < names; ++i) order[std::size_t(i)] = i;
    autograd::shuffle(order, rng);
    const int wanted = rng.below(items);
    for (int i = 0; i < items; ++i) {
      const int value = rng.below(classes);
      all.push_back(order[std::size_t(i)]);
      values.set({b, i, value}, 1);
      if (i != wanted) continue;
      asked.push_back(all.back());
      answers.push_back(value);
    }
  }
  return {Indices({B, items}, all), Indices({B, 1}, asked), values,
          Indices({B, 1}, answers)};
}
// ANCHOR_END: task

struct Case {
  int d = 0;
  double each = 1;  // the deviation of queries' and keys' numbers at the start
  Divisor divisor = Divisor::root;
  std::vector<double> reached{}, slopes{};  // of each run
};

// ANCHOR: model
struct Reader {
  Embedding query, key;
  Attention<DotScore> attend;
  Linear output;

  Reader(const Case& c, Rng& rng)
      : query(names, c.d, rng),
        key(names, c.d, rng),
        attend(DotScore(), Softmax{Real(value_of(c.divisor, c.d))}),
        output(classes, classes, rng) {
    for (Embedding* table : {&query, &key})
      init::normal(table->weight, 0, Real(c.each), rng);
  }

  Result read(const Questions& q) const {
    return attend(query(q.asked), attend.prepare(key(q.names), q.values));
  }
  Tensor operator()(const Questions& q) const {
    return output(read(q).context);
  }
  Parameters parameters() const {
    return nested({{"query", query.parameters()},
                   {"key", key.parameters()},
                   {"output", output.parameters()}});
  }
};
// ANCHOR_END: model

double accuracy(const Reader& reader) {
  const NoGrad no_grad;
  Rng rng(7);
  const Questions q = draw(256, rng);
  const std::vector<int> best = argmax(reader(q));
  int right = 0;
  for (std::size_t i = 0; i < best.size(); ++i)
    right += best[i] == q.answers[std::int64_t(i)];
  return right / 256.0;
}

double slope(const Reader& reader) {
  const NoGrad no_grad;
  Rng rng(9);
  const Tensor weights = reader.read(draw(256, rng)).weights;
  return double(sum(weights * (1 - weights)).item()) / 256;
}

// Trains one, and notes when nine answers of ten are right; all steps and one
// more where that does not come.
void measure(Case& c, std::uint64_t seed, Fit& fit) {
  Rng rng(seed);
  const Reader reader(c, rng);
  c.slopes.push_back(slope(reader));
  int step = 0, reached = fit.options.steps + 1;
  fit(
      reader.parameters(),
      [&](Rng& data) {
        const bool early = reached > fit.options.steps;
        if (!fit.options.replay && early && step % 10 == 0 &&
            accuracy(reader) >= 0.9)
          reached = step;
        ++step;
        const Questions q = draw(32, data);
        return cross_entropy(reader(q), q.answers);
      },
      seed);
  c.reached.push_back(reached);
}

void print_training(const std::vector<Case>& cases, int steps) {
  section("steps to nine of ten");
  std::cout << "numbers    d   slope at first        steps, q.k over\n"
               "                 1   root      d        1   root      d\n";
  for (std::size_t i = 0; i < cases.size(); i += 3) {
    std::printf("%5.2f   %4d", cases[i].each, cases[i].d);
    for (std::size_t j = i; j < i + 3; ++j)
      std::printf("%7.3f", spread_of(cases[j].slopes).mean);
    std::printf("  ");
    for (std::size_t j = i; j < i + 3; ++j) {
      const double mean = spread_of(cases[j].reached).mean;
      std::printf("%7s", mean > steps ? "-" : fixed(mean, 0).c_str());
    }
    std::printf("\n");
  }
}

std::string draw_training(const std::vector<Case>& cases, double each) {
  Bars bars;
  bars.title = "Steps until nine of ten answers are right, by width";
  bars.y.name = "steps";
  bars.decimals = 0;
  bars.series = {
      {"q.k", {}, {}}, {"over the root of d", {}, {}}, {"over d", {}, {}}};
  for (const Case& c : cases) {
    if (c.each != each) continue;
    if (c.divisor == Divisor::one)
      bars.groups.push_back("d = " + std::to_string(c.d));
    bars.series[std::size_t(c.divisor)].add(spread_of(c.reached));
  }
  return svg_bars(bars);
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 10)
    throw UsageError("--seeds wants 1 or more, --steps 10 or more");
  autograd::set_threads(1);
  Curves chart;
  chart.title = "How large a product of two random vectors is, by their width";
  chart.x = {.name = "d", .logarithmic = true};
  chart.y = {.name = "standard deviation of q.k", .logarithmic = true};
  if (!s.replay) print_sizes(s, chart);
  std::vector<Case> cases;
  for (const double each : {1.0, 0.1})
    for (const int d : {16, 64, 512})
      for (const Divisor divisor : divisors)
        cases.push_back({d, each, divisor});
  FitOptions options;
  options.steps = s.steps;
  options.learning_rate = 0.01;
  options.all_steps = std::int64_t{s.steps} * s.seeds * int(cases.size());
  options.replay = s.replay;
  Fit fit(options);
  for (Case& c : cases)
    for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
      measure(c, s.seed + std::uint64_t(i), fit);
  if (s.replay) return;
  print_training(cases, s.steps);
  if (s.figures.empty()) return;
  section("figures");
  figure(s.figures, "product_size.svg", svg_curves(chart));
  figure(s.figures, "scale_large.svg", draw_training(cases, 1));
  figure(s.figures, "scale_small.svg", draw_training(cases, 0.1));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  Flags flags("[flags]", "What dividing scores by the root of d is good for.");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("seeds", &s.seeds, "runs of each, from --seed on");
  flags.add("steps", &s.steps, "of each training");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return run_program(argc, argv, flags, [&] { run(s); });
}
