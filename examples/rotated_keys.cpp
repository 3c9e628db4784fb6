// Queries and keys that do not live in the same space: keys are turned by a
// random rotation R. A product without weights is lost; the bilinear score
// learns to turn them back.
#include "attention/score.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/init.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace attention;
using namespace nn;
using autograd::matmul;
using autograd::NoGrad;
using autograd::sum;
using autograd::transpose;

namespace {

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 3, steps = 600;
  bool replay = false;
};

// ANCHOR: task
constexpr int D = 16, items = 16;

// Things x of length 4 in all directions. The keys are R x; the query is the
// thing that is wanted, and noise. Of all scores q . M k the best, by Bayes'
// theorem, is that with M = R'.
struct Questions {
  Tensor queries, keys;  // [B, 1, D], [B, items, D]
  Indices wanted;        // [B, 1]
};

Questions draw(const Tensor& R, int B, Rng& rng) {
  Tensor x = Tensor::normal({B, items, D}, 0, 1, rng);
  x = x * (4 / autograd::sqrt(sum(x * x, {2}, true)));
  const Tensor noise = Tensor::normal({B, 1, D}, 0, 1, rng);
  // The first of a batch is as good as any other: nobody knows the order.
  return {autograd::slice(x, 1, 0, 1) + noise, matmul(x, transpose(R)),
          Indices({B, 1}, std::vector<int>(std::size_t(B), 0))};
}
// ANCHOR_END: task

template <class Score>
Tensor scores(const Score& score, const Questions& q) {
  return score(q.queries, score.project(q.keys));
}

template <class Score>
double accuracy(const Score& score, const Tensor& R) {
  const NoGrad no_grad;
  Rng rng(7);
  const Questions q = draw(R, 1024, rng);
  int right = 0;
  for (const int best : argmax(scores(score, q))) right += best == 0;
  return right / 1024.0;
}

// ANCHOR: narrow
// q and k are both mapped to d numbers, as a Transformer does it.
struct NarrowScore {
  Linear query, key;  // W_Q, W_K [d, D]

  NarrowScore(int d, Rng& rng)
      : query({.in = D, .out = d, .bias = false}, rng),
        key({.in = D, .out = d, .bias = false}, rng) {}

  Tensor project(const Tensor& keys) const { return key(keys); }
  Tensor operator()(const Tensor& q, const Tensor& projected) const {
    return DotScore()(query(q), projected);
  }
  // The general score's matrix that does the same.
  Tensor general() const { return matmul(transpose(query.weight), key.weight); }
  Parameters parameters() const {
    return nested({{"query", query.parameters()}, {"key", key.parameters()}});
  }
};
// ANCHOR_END: narrow

// |M - R'| / |R'|, by all elements.
double distance(const Tensor& M, const Tensor& R) {
  const Tensor off = M - transpose(R);
  return std::sqrt(double(sum(off * off).item()) / D);
}

// Runs of one score.
struct Runs {
  std::vector<double> right, distance;

  void print(const std::string& name) const {
    number(name + ": right", text_of(spread_of(right), 3));
    if (!distance.empty())
      number(name + ": distance from R'", text_of(spread_of(distance), 3));
  }
};

template <class Score>
void learn(const Score& score, const Tensor& R, std::uint64_t seed, Fit& fit,
           const std::function<void(int)>& watch = {}) {
  int step = 0;
  fit(
      score.parameters(),
      [&](Rng& rng) {
        if (watch) watch(step++);
        const Questions q = draw(R, 64, rng);
        return cross_entropy(scores(score, q), q.wanted);
      },
      seed);
}

// What a score of rank d is off at least: D - d directions are missing.
double floor_of(int d) { return std::sqrt(double(D - d) / D); }

constexpr int widths[] = {2, 4, 8, 16};

struct Results {
  Runs dot, unturned, general, narrow[4];
  Curve path{"|W - R'| / |R'|", {}, {}};
};

void run_seed(std::uint64_t seed, Fit& fit, Results& results) {
  Rng rng(seed);
  Tensor R = Tensor::empty({D, D});
  init::orthogonal(R, rng);
  Tensor none = Tensor::zeros({D, D});
  for (int i = 0; i < D; ++i) none.set({i, i}, 1);
  results.unturned.right.push_back(accuracy(DotScore(), none));
  results.dot.right.push_back(accuracy(DotScore(), R));

  const GeneralScore general({.query = D, .key = D}, rng);
  const bool drawn = results.path.x.empty();
  learn(general, R, seed, fit, [&](int step) {
    if (drawn && step % 20 == 0)
      results.path.add(step, {distance(general.key.weight, R), 0});
  });
  results.general.right.push_back(accuracy(general, R));
  results.general.distance.push_back(distance(general.key.weight, R));

  for (std::size_t i = 0; i < 4; ++i) {
    const NarrowScore narrow(widths[i], rng);
    learn(narrow, R, seed, fit);
    results.narrow[i].right.push_back(accuracy(narrow, R));
    results.narrow[i].distance.push_back(distance(narrow.general(), R));
    const Questions q = draw(R, 4, rng);
    const Tensor M = narrow.general();
    const Tensor off =
        scores(narrow, q) - matmul(matmul(q.queries, M), transpose(q.keys));
    if (double(autograd::max(off * off).item()) > 1e-6)
      throw std::runtime_error("W_Q q . W_K k is not q . (W_Q' W_K) k");
  }
}

void print(const Results& results) {
  section("a product without weights");
  results.unturned.print("keys not turned");
  results.dot.print("keys turned");
  section("general");
  results.general.print("general");
  section("mapped to d numbers");
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string name = "d = " + std::to_string(widths[i]);
    results.narrow[i].print(name);
    number(name + ": least distance", fixed(floor_of(widths[i]), 3));
  }
}

void check(const Results& results) {
  section("claims");
  const auto mean = [](const std::vector<double>& x) {
    return spread_of(x).mean;
  };
  claim(mean(results.dot.right) < 0.2, "turned keys fool a plain product");
  claim(mean(results.general.right) > 0.9 * mean(results.unturned.right),
        "the general score does nearly as well as if they were not turned");
  claim(mean(results.general.distance) < 0.25, "W is near R'");
  for (std::size_t i = 0; i < 4; ++i)
    claim(mean(results.narrow[i].distance) > floor_of(widths[i]) - 1e-3,
          "rank " + std::to_string(widths[i]) + " is never nearer than that");
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  autograd::set_threads(1);
  FitOptions options;
  options.steps = s.steps;
  options.learning_rate = 0.02;
  options.schedule = CosineSchedule{.total = s.steps};
  options.all_steps = std::int64_t{s.steps} * s.seeds * 5;
  options.replay = s.replay;
  Fit fit(options);
  Results results;
  for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i)
    run_seed(s.seed + std::uint64_t(i), fit, results);
  if (s.replay) return;
  print(results);
  if (s.steps >= 600) check(results);
  if (s.figures.empty()) return;
  section("figures");
  Curves chart;
  chart.title = "How far the learnt W is from R', by training step";
  chart.x = {.name = "step"};
  chart.y = {.name = "distance from R'", .from = 0};
  chart.curves = {results.path};
  figure(s.figures, "rotation_learnt.svg", svg_curves(chart));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  Flags flags("[flags]",
              "What a score learns where queries and keys are not in the same "
              "space.");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("seeds", &s.seeds, "runs, from --seed on");
  flags.add("steps", &s.steps, "of each training");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return run_program(argc, argv, flags, [&] { run(s); });
}
