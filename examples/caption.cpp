// Says what is on a picture of coloured shapes, and where it looks at every
// word: soft, hard, and without a choice.
#include <algorithm>
#include <array>
#include <map>

#include "attention/caption_study.h"
#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/scene_plot.h"
#include "nn/shapes.h"
#include "nn/spread.h"

using namespace attention;
using nn::fixed;
using nn::Scene;
using nn::section;

namespace {

struct Settings {
  std::string kinds = "soft";
  int steps = 2000, seeds = 1, pictures = 400;
  std::uint64_t seed = 1;
  std::string figures;
  bool replay = false;
};

const nn::ShapesOptions shapes;

const nn::Vocab& vocab() {
  static const nn::Vocab words = nn::Vocab::build({nn::caption_words()});
  return words;
}

CaptionedPictures draw(int count, bool held_out, Rng& rng) {
  std::vector<Scene> scenes;
  for (int i = 0; i < count; ++i)
    scenes.push_back(nn::draw_pair(shapes, held_out, rng));
  return take_pictures(std::move(scenes), shapes, vocab(), rng);
}

// "soft", "penalty" (soft, and every cell is to be looked at), "hard", and
// "mean": all cells alike at every word.
Captioner learn(const std::string& kind, std::uint64_t seed, nn::Fit& fit) {
  CaptionerOptions options;
  options.words = vocab().size();
  options.hard = kind == "hard";
  options.doubly = kind == "penalty" ? 1 : 0;
  Rng rng(seed);
  Captioner model(options, rng);
  Parameters trained = model.parameters();
  if (kind == "mean") {
    // All scores are 0, and stay so.
    model.decoder.attend.score.v.weight.fill(0);
    std::erase_if(trained, [](const nn::NamedTensor& p) {
      return p.name.find("attention") != std::string::npos;
    });
  }
  std::vector<Baseline> baselines;
  fit(
      trained,
      [&](Rng& step) {
        const CaptionedPictures batch = draw(32, false, step);
        return model.loss(batch.pixels, batch.captions, &step, &baselines);
      },
      seed);
  return model;
}

const std::vector<const char*> roles = {
    "a", "colour", "shape", "relation", "of", "a", "colour", "shape", "end"};

void print_looks(const std::string& kind, const CaptionScore& score) {
  section("where " + kind + " looks");
  std::cout << "word        first  second  confetti  empty\n";
  for (const auto& [role, counts] : score.looks) {
    double all = 0;
    for (const double count : counts) all += count;
    const std::string name = roles[std::size_t(role)];
    std::cout << name << std::string(10 - name.size(), ' ');
    const std::array<int, 4> widths = {7, 8, 10, 7};
    for (std::size_t w = 0; w < 4; ++w) {
      const std::string share = fixed(counts[w] / all, 2);
      std::cout << std::string(std::size_t(widths[w]) - share.size(), ' ')
                << share;
    }
    std::cout << '\n';
  }
}

using Runs = std::vector<CaptionScore>;

nn::Spread spread(const Runs& runs, double CaptionScore::*what) {
  std::vector<double> values;
  for (const CaptionScore& run : runs) values.push_back(run.*what);
  return nn::spread_of(values);
}

void print(const std::vector<std::pair<std::string, Runs>>& all) {
  const std::vector<std::pair<const char*, double CaptionScore::*>> numbers = {
      {"captions exact", &CaptionScore::exact},
      {"looks at what it names", &CaptionScore::right},
      {"apart", &CaptionScore::apart},
      {"salient cell has a shape", &CaptionScore::salient}};
  for (const auto& [title, what] : numbers) {
    section(title);
    for (const auto& [kind, runs] : all)
      nn::number(kind, runs.size() > 1 ? text_of(spread(runs, what), 3)
                                       : fixed(runs[0].*what, 3));
  }
  for (const auto& [kind, runs] : all)
    if (kind != "mean") print_looks(kind, runs[0]);
}

// How much of the work is spent on what is looked at?
void print_work(const Captioner& model, const CaptionedPictures& one) {
  section("work");
  const autograd::NoGrad no_grad;
  autograd::Counter seeing;
  const Captioner::Source source = model.encode(one.pixels);
  const auto cells = seeing.total().multiply_adds;
  autograd::Counter saying;
  model.decoder.unroll(source.memory, source.state, one.captions.target_in.ids,
                       nullptr);
  nn::number("multiply-adds to see all cells", cells);
  nn::number("multiply-adds to say eight words", saying.total().multiply_adds);
}

std::vector<double> shares_of(const std::vector<Real>& weights) {
  std::vector<double> shares;
  for (const Real w : weights)
    shares.push_back(std::clamp(double(w), 0.0, 1.0));
  return shares;
}

// "a red circle left of a blue square", which nobody was trained on.
CaptionedPictures example() {
  Scene scene;
  scene.things = {{0, 0, 5}, {1, 2, 7}};
  scene.clutter = {2, 12};
  scene.caption = nn::split("a red circle left of a blue square");
  scene.places = {-1, 5, 5, -1, -1, -1, 7, 7};
  Rng rng(3);
  return take_pictures({scene}, shapes, vocab(), rng);
}

void draw_figures(const Captioner& model, const std::string& kind,
                  const std::string& folder) {
  const autograd::NoGrad no_grad;
  const CaptionedPictures one = example();
  const auto said = nn::greedy(model.describe(one.pixels), {12})[0];
  nn::ScenePicture picture;
  picture.title = "Where " + kind + " attention looks at each word";
  picture.picture = select(one.pixels, 0, 0);
  const auto words = vocab().decode(said.tokens);
  const std::vector<int> places = one.scenes[0].places;
  const bool exact = words == one.scenes[0].caption;
  for (std::size_t t = 0; t < words.size(); ++t)
    picture.maps.push_back(
        {words[t], shares_of(said.weights[t]), exact ? places[t] : -1});
  section("the example by " + kind);
  std::cout << nn::join(words) << '\n';
  nn::figure(folder, "caption_" + kind + ".svg", svg_scene(picture));
  if (kind != "soft" || !exact) return;
  const auto features = select(model.encoder.features(one.pixels), 0, 0);
  picture.title = "What strikes the eye, and what is asked for";
  picture.maps = {{"strikes the eye", salience(features), -1},
                  picture.maps[2],
                  picture.maps[7]};
  nn::figure(folder, "focus.svg", svg_scene(picture));
}

// What the chapter says.
void check_claims(const std::vector<std::pair<std::string, Runs>>& all) {
  section("claims");
  for (const auto& [kind, runs] : all) {
    const double exact = spread(runs, &CaptionScore::exact).mean;
    const double right = spread(runs, &CaptionScore::right).mean;
    if (kind == "mean") {
      nn::claim(exact < 0.5, "the mean of all cells does not do");
      continue;
    }
    nn::claim(exact >= 0.95, kind + ": 95 % of the captions are exact");
    if (kind != "penalty")
      nn::claim(right >= (kind == "hard" ? 0.8 : 0.9),
                kind + ": looks at what it names");
    nn::claim(spread(runs, &CaptionScore::apart).mean > 0.5,
              kind + ": the map depends on what is asked");
  }
}

void run(const Settings& s) {
  const auto kinds = nn::split(s.kinds, ',');
  for (const std::string& kind : kinds)
    if (kind != "soft" && kind != "penalty" && kind != "hard" && kind != "mean")
      throw nn::UsageError("--kinds wants soft, penalty, hard or mean, got " +
                           kind);
  if (s.steps < 1 || s.seeds < 1 || s.pictures < 1)
    throw nn::UsageError("--steps, --seeds and --pictures want 1 or more");
  autograd::set_threads(1);  // small models: a second thread only waits
  nn::FitOptions options;
  options.steps = s.steps;
  options.learning_rate = 0.003;
  options.schedule =
      nn::CosineSchedule{.total = s.steps, .warmup = s.steps / 20};
  options.all_steps =
      std::int64_t{s.seeds} * std::int64_t(kinds.size()) * s.steps;
  options.replay = s.replay;
  options.replayed_steps = 8;
  nn::Fit fit(options);
  Rng rng(s.seed + 1000);
  const CaptionedPictures test = draw(s.pictures, true, rng);
  std::vector<std::pair<std::string, Runs>> all;
  std::map<std::string, Captioner> models;  // of the first seed
  for (const std::string& kind : kinds) {
    all.push_back({kind, {}});
    for (int i = 0; i < s.seeds; ++i) {
      Captioner model = learn(kind, s.seed + std::uint64_t(i), fit);
      if (s.replay) continue;
      all.back().second.push_back(grade_captions(model, test, vocab()));
      if (i == 0) models.emplace(kind, std::move(model));
    }
  }
  if (s.replay) return;
  print(all);
  print_work(models.begin()->second, example());
  if (s.steps >= 1500) check_claims(all);
  if (s.figures.empty()) return;
  for (const auto& [kind, model] : models)
    if (kind != "mean") draw_figures(model, kind, s.figures);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Says what is on pictures that it was not trained on, and "
                  "grades where it looks.");
  flags.add("kinds", &s.kinds, "soft, penalty, hard, mean, with commas");
  flags.add("steps", &s.steps, "of each training, 32 pictures each");
  flags.add("seeds", &s.seeds, "runs of each kind, from --seed on");
  flags.add("pictures", &s.pictures, "that are held out, to be graded");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
