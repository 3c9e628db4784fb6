// Read the mean of all places, or look at one of them? What the gradient of one
// look is: exactly, and estimated from draws in four ways.
#include <algorithm>
#include <cmath>
#include <map>

#include "attention/drawers.h"
#include "autograd/graph.h"
#include "nn/estimate.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"

using namespace attention;
using autograd::Rng;
using nn::Estimates;
using nn::number;
using nn::section;

namespace {

constexpr int drawers_each = 8, batch = 32;

struct Settings {
  int draws = 4096;
  std::uint64_t seed = 1;
  std::string figures;
};

// A finder that has learnt in this way for so many steps.
Finder learnt(Looking looking, int steps, std::uint64_t seed) {
  Rng rng(seed);
  Finder finder({.drawers = drawers_each}, rng);
  finder.attend.read = read_of(looking);
  Baseline baseline;
  nn::Fit fit({.steps = steps, .all_steps = steps});
  fit(
      finder.parameters(),
      [&](Rng& rng) {
        const Drawers drawers = draw_drawers(batch, drawers_each, rng);
        return finder_loss(finder, drawers, looking, baseline, rng);
      },
      seed);
  return finder;
}

// ---- The mean of many looks

void print_mean(const Finder& finder, const Drawers& drawers, Rng& rng) {
  section("the mean of looks");
  const autograd::NoGrad no_grad;
  const Tensor weights = autograd::slice(finder(drawers).weights, 1, 0, 1);
  const Tensor values = finder.content(drawers.contents);
  const Tensor soft = Expectation()(weights, values, {});  // [1, 1, D]
  Step step;
  step.rng = &rng;
  double first = 0, last = 0;
  for (const int n : {1, 100, 10000}) {
    double squares = 0;
    for (int i = 0; i < 50; ++i) {
      const Tensor many = autograd::expand(weights, {1, n, drawers_each});
      const Tensor mean =
          autograd::mean(Sample()(many, values, step), {1}, true);
      squares += autograd::sum((mean - soft) * (mean - soft)).item() / 50;
    }
    last = std::sqrt(squares);
    if (n == 1) first = last;
    number("distance from the soft read, looks " + std::to_string(n),
           nn::fixed(last, 4));
  }
  nn::claim(std::abs(first / last / 100 - 1) < 0.2,
            "ten thousand looks are a hundred times nearer than one");
}

// ---- The gradient of a look

const std::vector<int> counts = {1, 4, 16, 64, 256, 1024};

// The estimates that a way gives of the gradient by queries and keys, which
// learn where to look; against the exact one, of the mean over all drawers,
// each by its weight.
Estimates study(Finder finder, const Drawers& drawers, Looking looking,
                int draws, Rng rng) {
  const nn::Parameters parameters = nn::nested(
      {{"query", finder.query.parameters()}, {"key", finder.key.parameters()}});
  const std::vector<double> exact = nn::gradient_of(
      -autograd::mean(expected_log_p(finder, drawers)), parameters);
  finder.attend.read = read_of(looking);
  Baseline baseline;
  return nn::judge_estimates(exact, draws, counts, [&] {
    return nn::gradient_of(finder_loss(finder, drawers, looking, baseline, rng),
                           parameters);
  });
}

// ---- A planted bug

// The surrogate with a bracket that has a gradient.
Tensor leaky_loss(const Finder& finder, const Drawers& drawers, double b,
                  Rng& rng) {
  Tensor z;
  Step step;
  step.rng = &rng;
  step.chosen = &z;
  const auto [things, weights] = finder(drawers, step);
  const Tensor r = answer_log_p(things, drawers);
  return -autograd::mean(r + (r - static_cast<autograd::Real>(b)) *
                                 log_probability(weights, z));
}

// By what is said: the table of things, and the answers.
void study_bug(Finder finder, const Drawers& drawers, const Settings& s) {
  section("a baseline that leaks");
  const nn::Parameters parameters =
      nn::nested({{"content", finder.content.parameters()},
                  {"answer", finder.answer.parameters()}});
  const std::vector<double> exact = nn::gradient_of(
      -autograd::mean(expected_log_p(finder, drawers)), parameters);
  finder.attend.read = {Sample{}};
  for (const bool leak : {false, true}) {
    Rng rng(s.seed);
    Baseline baseline;
    const Estimates found = nn::judge_estimates(exact, s.draws, counts, [&] {
      return nn::gradient_of(
          leak ? leaky_loss(finder, drawers, -1, rng)
               : finder_loss(finder, drawers, Looking::baseline, baseline, rng),
          parameters);
    });
    const std::string name = leak ? "leaking" : "detached";
    number("along, " + name, nn::fixed(found.along, 3));
    number("z of it, " + name, nn::fixed(found.z, 1));
    nn::claim((std::abs(found.z) > 20) == leak,
              leak ? "the test sees the leak" : "the test sees nothing wrong");
  }
}

std::string padded(const std::string& name) {
  return name + std::string(18 - name.size(), ' ');
}

std::string column(double value, int decimals) {
  const std::string text = nn::fixed(value, decimals);
  return std::string(10 - std::min<std::size_t>(text.size(), 10), ' ') + text;
}

std::map<Looking, Estimates> studies(const Finder& finder,
                                     const Drawers& drawers, const char* when,
                                     const Settings& s) {
  section(std::string("the gradient of a look, ") + when);
  std::cout << padded("") << "     along    z of it  variance\n";
  std::map<Looking, Estimates> found;
  for (const Looking way : all_lookings) {
    if (way == Looking::soft) continue;
    const Estimates one = study(finder, drawers, way, s.draws, Rng(s.seed));
    std::cout << padded(name_of(way)) << column(one.along, 3)
              << column(one.z, 1) << column(one.variance, 2) << '\n';
    found.emplace(way, one);
  }
  number("variance without a baseline over with",
         nn::fixed(found[Looking::reinforce].variance /
                       found[Looking::baseline].variance,
                   1));
  return found;
}

void check_studies(const std::map<Looking, Estimates>& found) {
  for (const Looking way : {Looking::baseline, Looking::reinforce}) {
    const Estimates& one = found.at(way);
    const double fall = one.errors.front() / one.errors.back();
    nn::claim(std::abs(one.z) < 3, "unbiased, within three standard errors");
    nn::claim(fall > 24 && fall < 43, "1024 draws err 32 times less than one");
  }
  nn::claim(std::abs(found.at(Looking::straight_through).z) > 3,
            "straight-through is biased");
  nn::claim(found.at(Looking::baseline).variance <
                found.at(Looking::reinforce).variance,
            "with a baseline there is less variance");
}

std::string draw_errors(const std::map<Looking, Estimates>& found) {
  nn::Curves chart{
      .title =
          "The error of a gradient's estimate falls as one over the root "
          "of the draws where it is unbiased, and stops where it is not",
      .x = {.name = "draws", .logarithmic = true},
      .y = {.name = "error, as a share of the gradient", .logarithmic = true},
      .curves = {}};
  for (const Looking way : all_lookings) {
    if (!found.contains(way)) continue;
    nn::Curve curve{.name = name_of(way), .x = {}, .y = found.at(way).errors};
    for (const int n : counts) curve.x.push_back(n);
    chart.curves.push_back(curve);
  }
  return nn::svg_curves(chart);
}

// Where three readers of the same weights look.
std::string draw_paths(const Finder& finder, const Drawers& drawers,
                       const char* title, Rng rng) {
  const autograd::NoGrad no_grad;
  nn::Paths all;
  all.grid = {.title = title,
              .across = "drawer",
              .down = "label asked",
              .columns = {},
              .rows = {},
              .shares = {}};
  const Tensor weights = finder(drawers).weights;
  for (int t = 0; t < drawers_each; ++t) {
    all.grid.columns.push_back(std::to_string(t + 1));
    all.grid.rows.push_back(std::string(1, char('A' + t)));
    all.grid.shares.emplace_back();
    for (int s = 0; s < drawers_each; ++s)
      all.grid.shares.back().push_back(weights.at({0, t, s}));
    all.right.push_back(drawers.places[t]);
  }
  for (int path = 0; path < 3; ++path)
    all.paths.push_back(
        nn::argmax(autograd::select(sampled(weights, rng), 0, 0)));
  return nn::svg_paths(all);
}

void study_looks(const Settings& s) {
  if (s.draws < counts.back())
    throw nn::UsageError("--draws wants 1024 or more");
  Rng rng(s.seed);
  const Finder early = learnt(Looking::baseline, 150, s.seed);
  const Drawers drawers = draw_drawers(1, drawers_each, rng);
  print_mean(early, drawers, rng);
  studies(Finder({.drawers = drawers_each}, rng), drawers, "untrained", s);
  const auto found = studies(early, drawers, "after 150 steps", s);
  study_bug(early, drawers, s);
  section("claims");
  check_studies(found);
  if (s.figures.empty()) return;
  const Finder late = learnt(Looking::baseline, 600, s.seed);
  section("figures");
  nn::figure(s.figures, "error_of_draws.svg", draw_errors(found));
  nn::figure(s.figures, "looks_early.svg",
             draw_paths(early, drawers,
                        "Three paths, drawn from the weights "
                        "after 150 steps: they look in many places",
                        rng));
  nn::figure(s.figures, "looks_late.svg",
             draw_paths(late, drawers,
                        "Three paths after 600 steps: they look "
                        "in the right drawers",
                        rng));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "The gradient of looking at one place: exact, and estimated "
                  "from draws.");
  flags.add("draws", &s.draws, "of each estimate; 1024 or more");
  flags.add("seed", &s.seed, "of networks and draws");
  flags.add("figures", &s.figures, "write pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] { study_looks(s); });
}
