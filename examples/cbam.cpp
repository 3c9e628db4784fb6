// Does it help a network to weigh its features and its places? Coloured shapes
// among confetti: accuracy with and without attention, and with each part of it
// changed in turn.
#include <algorithm>
#include <cmath>

#include "attention/picture_classifier.h"
#include "autograd/graph.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/scene_plot.h"
#include "nn/shapes.h"
#include "nn/spread.h"

using namespace autograd;
using namespace nn;
using attention::CbamOrder;
using attention::Gates;
using attention::PictureClassifier;
using attention::Pooling;
using Options = attention::PictureClassifierOptions;

namespace {

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 1, steps = 300, confetti = 4;
  bool replay = false;
};

int confetti = 0;  // cells that are filled with it

// ANCHOR: task
struct Pictures {
  std::vector<Scene> scenes;
  Tensor pixels;   // [B, 3, 32, 32]
  Indices labels;  // [B], which shape of which colour
};

Pictures draw(int B, bool held_out, Rng& rng) {
  ShapesOptions options;
  options.clutter = confetti;
  Pictures p;
  std::vector<int> labels;
  for (int i = 0; i < B; ++i) {
    p.scenes.push_back(draw_thing(options, held_out, rng));
    labels.push_back(class_of(p.scenes.back().things[0]));
  }
  p.pixels = render(p.scenes, options, rng);
  p.labels = Indices(labels);
  return p;
}
// ANCHOR_END: task

// The map of each picture over the cells where things stand:   [B, 4, 4]
Tensor by_cell(const Tensor& map) {
  return squeeze(avg_pool2d(unsqueeze(map, 1)), 1);
}

struct Outcome {
  double right = 0;   // share of pictures
  double points = 0;  // share whose largest cell is that of the thing
  double mass = 0;    // the thing's share of the map
};

struct Case {
  std::string name;
  Options options;
  std::int64_t parameters = 0;
  std::vector<Outcome> outcomes{};

  Spread over(double Outcome::*part) const {
    std::vector<double> values;
    for (const Outcome& o : outcomes) values.push_back(o.*part);
    return spread_of(values);
  }
};

Outcome grade(const PictureClassifier& network) {
  const NoGrad no_grad;
  Outcome outcome;
  Rng rng(7);
  const int batches = 8, B = 64;
  for (int i = 0; i < batches; ++i) {
    const Pictures p = draw(B, true, rng);
    const auto seen = network(p.pixels, false);
    const Tensor cells = reshape(by_cell(seen.map), {B, -1});
    const std::vector<int> best = argmax(seen.scores), largest = argmax(cells);
    for (int b = 0; b < B; ++b) {
      const int cell = p.scenes[std::size_t(b)].things[0].cell;
      outcome.right += best[std::size_t(b)] == p.labels[b];
      outcome.points += largest[std::size_t(b)] == cell;
      outcome.mass +=
          cells.at({b, cell}) / double(sum(select(cells, 0, b)).item());
    }
  }
  for (double Outcome::*part :
       {&Outcome::right, &Outcome::points, &Outcome::mass})
    outcome.*part /= batches * B;
  return outcome;
}

PictureClassifier train(const Options& options, std::uint64_t seed, Fit& fit) {
  Rng rng(seed);
  const PictureClassifier network(options, rng);
  fit(
      network.parameters(),
      [&](Rng& rng) {
        const Pictures p = draw(32, false, rng);
        return cross_entropy(network(p.pixels, true).scores, p.labels);
      },
      seed);
  return network;
}

std::int64_t count(const Options& options) {
  Rng rng(1);
  return parameter_count(PictureClassifier(options, rng).parameters());
}

// With the width at which there are about as many parameters as the budget.
Options within(std::int64_t budget, Options options) {
  Options best = options;
  for (options.width = 4; options.width <= 64; options.width += options.groups)
    if (std::abs(count(options) - budget) < std::abs(count(best) - budget))
      best = options;
  return best;
}

std::vector<Case> cases() {
  Options base;
  base.classes = thing_classes;
  std::vector<Case> all;
  const auto add = [&](const std::string& name, Gates gates,
                       auto Options::*what, auto value) {
    Options options = base;
    options.gates = gates;
    options.*what = value;
    all.push_back({name, options, count(options)});
  };
  add("plain", Gates::none, &Options::depth, 2);
  add("channels by their means", Gates::channel, &Options::depth, 2);
  add("CBAM", Gates::both, &Options::depth, 2);
  add("means alone", Gates::both, &Options::pooling, Pooling::average);
  add("maxima alone", Gates::both, &Options::pooling, Pooling::maximum);
  for (int size : {1, 3, 5})
    add("kernel " + std::to_string(size), Gates::both, &Options::size, size);
  add("place first", Gates::both, &Options::order, CbamOrder::spatial_first);
  add("side by side", Gates::both, &Options::order, CbamOrder::parallel);
  const auto spend = [&](const std::string& name, int depth, int groups) {
    Options options = base;
    options.depth = depth;
    options.groups = groups;
    options = within(all[2].parameters, options);
    all.push_back({name, options, count(options)});
  };
  spend("on depth", 4, 1);
  spend("on width", 2, 1);
  spend("on groups", 2, 4);
  return all;
}

void print(const std::vector<Case>& cases) {
  const auto table = [&](const char* title, double Outcome::*part) {
    section(title);
    for (const Case& c : cases) number(c.name, text_of(c.over(part), 3));
  };
  table("right answers", &Outcome::right);
  table("the thing's cell is the largest", &Outcome::points);
  table("share of the map on the thing's cell", &Outcome::mass);
  section("parameters");
  for (const Case& c : cases) number(c.name, c.parameters);
}

void check_claims(const std::vector<Case>& c) {
  section("claims");
  const Spread plain = c[0].over(&Outcome::right);
  const Spread cbam = c[2].over(&Outcome::right);
  claim(cbam.mean - plain.mean > std::hypot(cbam.error, plain.error),
        "CBAM is right more often than without");
}

// The mean weight of each channel, by the first gate, in pictures of a thing.
std::vector<double> channel_weights(const PictureClassifier& network,
                                    const Pictures& p, const Thing& thing) {
  const Tensor weights = network(p.pixels, false).channel;  // [B, C]
  std::vector<double> means(std::size_t(weights.size(1)), 0);
  int found = 0;
  for (int b = 0; b < weights.size(0); ++b) {
    if (p.labels[b] != class_of(thing)) continue;
    ++found;
    for (std::size_t c = 0; c < means.size(); ++c)
      means[c] += double(weights.at({b, int(c)}));
  }
  for (double& m : means) m /= std::max(found, 1);
  return means;
}

// Of ten channels, those where two things differ most.
std::string draw_channels(const PictureClassifier& network) {
  const NoGrad no_grad;
  Rng rng(11);
  const Pictures p = draw(512, false, rng);
  const auto circle = channel_weights(network, p, {0, 0, 0});
  const auto cross = channel_weights(network, p, {3, 2, 0});
  std::vector<std::size_t> order;
  for (std::size_t c = 0; c < circle.size(); ++c) order.push_back(c);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return std::abs(circle[a] - cross[a]) > std::abs(circle[b] - cross[b]);
  });
  order.resize(10);
  std::sort(order.begin(), order.end());
  Bars chart;
  chart.title = "The weights of ten channels in pictures of two things";
  chart.y.name = "mean weight of the channel";
  chart.y.to = 1;
  chart.series = {{"red circle", {}}, {"blue cross", {}}};
  for (const std::size_t c : order) {
    chart.groups.push_back(std::to_string(c));
    chart.series[0].values.push_back(circle[c]);
    chart.series[1].values.push_back(cross[c]);
  }
  return svg_bars(chart);
}

// What both networks look at in one picture, as shares of their largest cell.
std::string draw_map(const PictureClassifier& plain,
                     const PictureClassifier& cbam, int index) {
  const NoGrad no_grad;
  Rng rng(13);
  const Pictures p = draw(8, true, rng);
  ScenePicture scene;
  const Thing& thing = p.scenes[std::size_t(index)].things[0];
  scene.title = "Where the networks look for a " +
                colour_names[std::size_t(thing.colour)] + ' ' +
                shape_names[std::size_t(thing.shape)] + " among confetti";
  scene.picture = select(p.pixels, 0, index);
  for (const auto& [label, network] :
       {std::pair("plain", &plain), std::pair("CBAM", &cbam)}) {
    const Tensor cells =
        select(by_cell((*network)(p.pixels, false).map), 0, index);
    const double most = double(max(cells).item());
    CellMap map{label, {}, thing.cell};
    for (const Real x : cells.values()) map.shares.push_back(double(x) / most);
    scene.maps.push_back(map);
  }
  return svg_scene(scene);
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  confetti = s.confetti;
  std::vector<Case> all = cases();
  std::vector<PictureClassifier> kept;
  FitOptions options;
  options.steps = s.steps;
  options.all_steps = std::int64_t(all.size()) * s.seeds * s.steps;
  options.schedule = CosineSchedule{.total = s.steps};
  options.replay = s.replay;
  {
    Fit fit(options);
    for (Case& c : all)
      for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i) {
        const PictureClassifier network =
            train(c.options, s.seed + std::uint64_t(i), fit);
        if (s.replay) continue;
        c.outcomes.push_back(grade(network));
        if (i == 0 && kept.size() < 3) kept.push_back(network);
      }
  }
  if (s.replay) return;
  print(all);
  if (s.seeds >= 3 && s.steps >= 300) check_claims(all);
  if (s.figures.empty()) return;
  figure(s.figures, "cbam_channels.svg", draw_channels(kept[2]));
  for (int i : {0, 1})
    figure(s.figures, "cbam_map_" + std::to_string(i + 1) + ".svg",
           draw_map(kept[0], kept[2], i));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Coloured shapes among confetti, named by networks with and "
                  "without attention to\ntheir channels and places.");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks of each kind; 3 or more are judged");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("confetti", &s.confetti, "cells of it, of fifteen");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
