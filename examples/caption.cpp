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
  bool all = false;
  int steps = 2500, seeds = 1, pictures = 400;
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

// Trains on pictures drawn afresh at every step.
void learn(const Captioner& model, std::uint64_t seed, int steps, double rate,
           nn::Fit& fit) {
  fit.options.steps = steps;
  fit.options.learning_rate = rate;
  fit.options.schedule =
      nn::CosineSchedule{.total = steps, .warmup = steps / 20};
  std::vector<Baseline> baselines;
  fit(
      model.parameters(),
      [&](Rng& step) {
        const CaptionedPictures batch = draw(32, false, step);
        return model.loss(batch.pixels, batch.captions, &step, &baselines);
      },
      seed);
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
    if (kind == "soft" || kind == "hard") print_looks(kind, runs[0]);
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

// What the chapter says of its networks, which took 4000 steps.
void check_claims(const std::vector<std::pair<std::string, Runs>>& all) {
  section("claims");
  for (const auto& [kind, runs] : all) {
    const double exact = spread(runs, &CaptionScore::exact).mean;
    const double right = spread(runs, &CaptionScore::right).mean;
    if (kind == "soft") {
      nn::claim(exact >= 0.95, "soft: 19 captions of 20 are exact");
      nn::claim(right >= 0.9, "soft: looks at what it names");
      nn::claim(spread(runs, &CaptionScore::apart).mean > 0.3,
                "soft: the map depends on what is asked");
    } else if (kind == "hard") {
      nn::claim(exact >= 0.9, "hard: nine captions of ten are exact");
      nn::claim(right >= 0.8, "hard: looks at what it names");
    } else if (kind == "all cells alike") {
      nn::claim(exact < 0.5, "soft: it needs its weights");
    }
  }
}

// The kinds of one seed: soft; and with --all the same read at its likeliest
// cell; trained on with hard reads; the first, made to read all cells alike;
// and one that was pulled to look at every cell once.
using Models = std::vector<std::pair<std::string, Captioner>>;
Models train_all(std::uint64_t seed, const Settings& s, nn::Fit& fit) {
  CaptionerOptions options;
  options.words = vocab().size();
  Rng rng(seed);
  Captioner soft(options, rng);
  learn(soft, seed, s.steps, 0.003, fit);
  Models models = {{"soft", soft}};
  if (!s.all) return models;
  Captioner hard = soft;
  hard.decoder.attend.read.hard = true;
  models.emplace_back("soft, read hard", hard);
  learn(hard, seed + 1, s.steps / 3, 0.001, fit);
  models.emplace_back("hard", hard);
  soft.decoder.attend.score.v.weight.fill(0);  // all scores
  models.emplace_back("all cells alike", soft);
  options.doubly = 1;
  Rng again(seed);
  Captioner pulled(options, again);
  learn(pulled, seed, s.steps, 0.003, fit);
  models.emplace_back("soft, pulled", pulled);
  return models;
}

void run(const Settings& s) {
  if (s.steps < 3 || s.seeds < 1 || s.pictures < 1)
    throw nn::UsageError("--steps wants 3, --seeds and --pictures 1 or more");
  autograd::set_threads(1);  // small models: a second thread only waits
  nn::Fit fit({.all_steps = std::int64_t{s.seeds} *
                            (s.all ? 2 * s.steps + s.steps / 3 : s.steps),
               .replay = s.replay,
               .replayed_steps = 10});
  Rng rng(s.seed + 1000);
  const CaptionedPictures test = draw(s.pictures, true, rng);
  std::vector<std::pair<std::string, Runs>> all;
  Models models;  // of the first seed
  for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i) {
    Models now = train_all(s.seed + std::uint64_t(i), s, fit);
    if (s.replay) return;
    for (std::size_t k = 0; k < now.size(); ++k) {
      if (i == 0) all.push_back({now[k].first, {}});
      all[k].second.push_back(grade_captions(now[k].second, test, vocab()));
    }
    if (i == 0) models = std::move(now);
  }
  print(all);
  print_work(models[0].second, example());
  if (s.steps >= 4000) check_claims(all);
  if (s.figures.empty()) return;
  for (const auto& [kind, model] : models)
    if (kind == "soft" || kind == "hard") draw_figures(model, kind, s.figures);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Says what is on pictures that it was not trained on, and "
                  "grades where it looks.");
  flags.add("all", &s.all, "hard attention and a control, too");
  flags.add("steps", &s.steps, "of training, 32 pictures each");
  flags.add("seeds", &s.seeds, "runs of each kind, from --seed on");
  flags.add("pictures", &s.pictures, "that are held out, to be graded");
  flags.add("seed", &s.seed, "of the first run");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write pictures to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
