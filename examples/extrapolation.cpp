// Six kinds of positions learn two tasks; then the sentences get longer than
// any of the training.
#include <algorithm>

#include "attention/self_reader.h"
#include "autograd/graph.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace autograd;
using namespace nn;
using attention::Mask;
using attention::PositionKind;
using attention::SelfReader;

namespace {

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 1, steps = 1500;
  bool replay = false;
};

struct Kind {
  std::string name;
  PositionKind kind;
};
const std::vector<Kind> kinds = {{"none", PositionKind::none},
                                 {"sinusoidal", PositionKind::sinusoidal},
                                 {"learned", PositionKind::learned},
                                 {"rotary", PositionKind::rotary},
                                 {"ALiBi", PositionKind::alibi},
                                 {"relative", PositionKind::relative}};

constexpr int shortest = 4, longest = 16;  // sentences of the training
const std::vector<int> tested = {8, 16, 24, 32, 64, 128};

// ---- Two tasks, each with an answer at every word

// ANCHOR: tasks
constexpr int names = 8, fillers = 8;

enum class Task { three_back, last_name };

struct Sentences {
  Indices ids, answers;  // [B, T]; an answer of -100 is not asked for
};

// The word three places before; or the last name said so far, where each word
// but the first, a name, is one with a chance of a quarter.
Sentences draw(Task task, int B, int T, Rng& rng) {
  std::vector<int> ids, answers;
  for (int b = 0; b < B; ++b)
    for (int t = 0; t < T; ++t) {
      const bool name = task == Task::three_back || t == 0 || rng.below(4) == 0;
      ids.push_back(name ? rng.below(names) : names + rng.below(fillers));
      if (task == Task::three_back)
        answers.push_back(t < 3 ? -100 : ids[ids.size() - 4]);
      else
        answers.push_back(name ? ids.back() : answers.back());
    }
  return {Indices({B, T}, ids), Indices({B, T}, answers)};
}
// ANCHOR_END: tasks

SelfReader fresh(PositionKind kind, std::uint64_t seed) {
  attention::SelfReaderOptions options;
  options.words = names + fillers;
  options.answers = names;
  options.heads = 4;
  options.position = kind;
  options.longest = tested.back();
  Rng rng(seed);
  return SelfReader(options, rng);
}

Tensor loss_of(const SelfReader& reader, Task task, Rng& rng) {
  const int T = shortest + rng.below(longest - shortest + 1);
  const Sentences s = draw(task, 32, T, rng);
  return cross_entropy(reader(s.ids, Mask::causal(T)), s.answers);
}

// The share of right answers at the last four words of sentences of a length.
double accuracy(const SelfReader& reader, Task task, int T) {
  const NoGrad no_grad;
  Rng rng(7);
  const Sentences s = draw(task, 64, T, rng);
  const std::vector<int> best = argmax(reader(s.ids, Mask::causal(T)));
  int right = 0;
  for (int b = 0; b < 64; ++b)
    for (int t = T - 4; t < T; ++t)
      right += best[std::size_t(b * T + t)] == s.answers[b * T + t];
  return right / 256.0;
}

// ---- Beyond the training

using Rows = std::vector<std::vector<Spread>>;  // by kind, by tested length

Rows measure(Task task, const Settings& s, Fit& fit) {
  Rows rows;
  for (const Kind& kind : kinds) {
    std::vector<std::vector<double>> right(tested.size());
    for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i) {
      const std::uint64_t seed = s.seed + std::uint64_t(i);
      const SelfReader reader = fresh(kind.kind, seed);
      fit(
          reader.parameters(),
          [&](Rng& rng) { return loss_of(reader, task, rng); }, seed);
      for (std::size_t j = 0; j < tested.size() && !s.replay; ++j)
        right[j].push_back(accuracy(reader, task, tested[j]));
    }
    if (s.replay) continue;
    rows.emplace_back();
    for (const auto& values : right) rows.back().push_back(spread_of(values));
  }
  return rows;
}

void print_rows(const std::string& name, const Rows& rows) {
  section(name);
  std::cout.flush();
  std::printf("%-12s", "words");
  for (const int T : tested) std::printf("%9d ", T);
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    std::printf("\n%-12s", kinds[k].name.c_str());
    for (const Spread& s : rows[k])
      std::printf("  %4.2f %s", s.mean, fixed(s.error, 2).substr(1).c_str());
  }
  std::printf("\n");
  std::fflush(stdout);
}

// The cells that the book speaks of.
void print_cells(const Rows& three, const Rows& last) {
  section("cells");
  const auto cell = [](const std::string& task, const Rows& rows,
                       std::size_t kind, std::size_t length) {
    number(task + ", " + kinds[kind].name + " at " +
               std::to_string(tested[length]),
           text_of(rows[kind][length], 2));
  };
  for (const auto& [kind, length] : {std::pair{0, 1},
                                     {1, 2},
                                     {1, 4},
                                     {2, 2},
                                     {3, 3},
                                     {3, 4},
                                     {4, 1},
                                     {5, 3},
                                     {5, 5}})
    cell("three", three, std::size_t(kind), std::size_t(length));
  for (const auto& [kind, length] :
       {std::pair{0, 1}, {1, 2}, {2, 2}, {3, 3}, {3, 5}, {4, 5}, {5, 5}})
    cell("last", last, std::size_t(kind), std::size_t(length));
}

std::string chart(const std::string& title, const Rows& rows) {
  Curves chart;
  chart.title = title;
  chart.x.name = "words of the sentence; trained on 4 to 16";
  chart.x.logarithmic = true;
  chart.y.name = "right answers";
  chart.y.from = 0;
  chart.y.to = 1.05;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    Curve curve;
    curve.name = kinds[k].name;
    for (std::size_t i = 0; i < tested.size(); ++i)
      curve.add(tested[i], rows[k][i]);
    chart.curves.push_back(curve);
  }
  return svg_curves(chart);
}

// ---- What the book says of it

void check_claims(const Rows& three, const Rows& last) {
  section("claims");
  enum { none, sinusoidal, learned, rotary, alibi, relative };
  bool trained = true, table = true;
  for (const int k : {sinusoidal, learned, rotary, relative})
    trained &= three[std::size_t(k)][1].mean > 0.95;
  for (const Rows* rows : {&three, &last})
    table &= (*rows)[learned][2].mean < 0.6;
  claim(three[none][1].mean < 0.4 && last[none][1].mean < 0.7,
        "without positions neither task is learnt");
  claim(trained, "at 16 words four kinds find three back");
  claim(three[alibi][1].mean < 0.6, "ALiBi does not");
  claim(table, "a learned table fails at 24 words, on both tasks");
  claim(last[alibi][5].mean > 0.9,
        "ALiBi finds the last name among 128 words, trained on 16");
  claim(last[sinusoidal][3].mean < 0.6 && three[sinusoidal][4].mean < 0.6,
        "sinusoids fail on both tasks by four times the length");
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  Rows three, last;
  {
    FitOptions options;
    options.steps = s.steps;
    options.all_steps =
        std::int64_t{2} * s.seeds * std::int64_t(kinds.size()) * s.steps;
    options.schedule = CosineSchedule{.total = s.steps};
    options.replay = s.replay;
    Fit fit(options);
    three = measure(Task::three_back, s, fit);
    last = measure(Task::last_name, s, fit);
  }
  if (s.replay) return;
  print_rows("three words back", three);
  print_rows("the last name", last);
  print_cells(three, last);
  if (s.seeds >= 3 && s.steps >= 1500) check_claims(three, last);
  if (s.figures.empty()) return;
  figure(s.figures, "three_back.svg",
         chart("Which word stood three places before, by length", three));
  figure(s.figures, "last_name.svg",
         chart("Which name was said last, by length", last));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "What six kinds of positions can do, in training and on "
                  "longer sentences.");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks of each kind; 3 or more are judged");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("figures", &s.figures, "write pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
