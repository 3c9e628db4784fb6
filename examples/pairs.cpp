// Can one vector be found and be read? A name is asked for, and the number that
// was paired with it is the answer: found by one vector and read as another, or
// both by one.
#include <algorithm>
#include <numeric>

#include "attention/attention.h"
#include "autograd/graph.h"
#include "nn/embedding.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/spread.h"

using namespace autograd;
using namespace nn;

namespace {

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 1, steps = 4000;
  bool replay = false;
};

// ANCHOR: task
constexpr int names = 64, numbers = 64;

// Pairs of different names with any numbers, and one name that is asked for.
struct Pairs {
  Indices names, numbers;   // [B, pairs]
  Indices asked, answered;  // [B]
};

Pairs draw(int B, int pairs, Rng& rng) {
  std::vector<int> all_names, all_numbers, asked, answered;
  std::vector<int> deck(names);
  for (int b = 0; b < B; ++b) {
    std::iota(deck.begin(), deck.end(), 0);
    shuffle(deck, rng);
    const int which = rng.below(pairs);
    for (int i = 0; i < pairs; ++i) {
      all_names.push_back(deck[std::size_t(i)]);
      all_numbers.push_back(rng.below(numbers));
      if (i != which) continue;
      asked.push_back(all_names.back());
      answered.push_back(all_numbers.back());
    }
  }
  return {Indices({B, pairs}, all_names), Indices({B, pairs}, all_numbers),
          Indices(asked), Indices(answered)};
}
// ANCHOR_END: task

// ANCHOR: model
// Two vectors a pair, one to be found by and one to be read; or their sum as
// both.
struct PairMemory {
  Embedding query, name, number;  // [64, D]
  Linear answer;                  // [64, D]
  attention::Attention<attention::DotScore> attend;
  bool key_value;

  PairMemory(int width, bool key_value, Rng& rng)
      : query(names, width, rng),
        name(names, width, rng),
        number(numbers, width, rng),
        answer(width, numbers, rng),
        key_value(key_value) {}

  Tensor operator()(const Pairs& pairs) const {
    const Tensor k = name(pairs.names), v = number(pairs.numbers);
    const Tensor both = k + v;  // [B, pairs, D]
    const attention::Memory memory =
        key_value ? attend.prepare(k, v) : attend.prepare(both, both);
    return answer(attend(query(pairs.asked), memory).context);  // [B, 64]
  }
  // ANCHOR_END: model

  Parameters parameters() const {
    return nested({{"query", query.parameters()},
                   {"name", name.parameters()},
                   {"number", number.parameters()},
                   {"answer", answer.parameters()}});
  }
};

const std::vector<int> counts = {1, 2, 4, 8, 16, 32, 64};

double accuracy(const PairMemory& memory, int pairs) {
  const NoGrad no_grad;
  Rng rng(7);
  const Pairs asked = draw(512, pairs, rng);
  const std::vector<int> best = argmax(memory(asked));
  int right = 0;
  for (std::size_t b = 0; b < best.size(); ++b)
    right += best[b] == asked.answered[std::int64_t(b)];
  return right / 512.0;
}

struct Case {
  bool key_value;
  int width;
  std::vector<std::vector<double>> right{};  // of each network, by counts

  Spread spread(std::size_t count) const {
    std::vector<double> values;
    for (const auto& each : right) values.push_back(each[count]);
    return spread_of(values);
  }
  Spread of_sixteen() const { return spread(4); }
  // Numbers that are kept for each pair.
  int kept() const { return key_value ? 2 * width : width; }
  std::string name() const {
    return text(key_value ? "K != V" : "K = V", ", D = ", width);
  }
};

void measure(Case& c, const Settings& s, Fit& fit) {
  for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i) {
    const std::uint64_t seed = s.seed + std::uint64_t(i);
    Rng rng(seed);
    const PairMemory memory(c.width, c.key_value, rng);
    fit(
        memory.parameters(),
        [&](Rng& rng) {
          const Pairs pairs = draw(32, 1 + rng.below(32), rng);
          return cross_entropy(memory(pairs), pairs.answered);
        },
        seed);
    if (s.replay) continue;
    std::vector<double> right;
    for (const int pairs : counts) right.push_back(accuracy(memory, pairs));
    c.right.push_back(right);
  }
}

void print(const std::vector<Case>& cases) {
  section("right answers");
  std::cout << "pairs            ";
  for (const int n : counts) std::printf("%6d", n);
  std::cout << std::flush << '\n';
  for (const Case& c : cases) {
    std::printf("%-17s", c.name().c_str());
    for (std::size_t i = 0; i < counts.size(); ++i)
      std::printf("%6.2f", c.spread(i).mean);
    std::printf("\n");
  }
  std::fflush(stdout);
  section("of 16 pairs");
  for (const Case& c : cases) number(c.name(), text_of(c.of_sixteen(), 3));
}

void draw_curves(const std::vector<Case>& cases, const std::string& folder) {
  for (const bool by_width : {true, false}) {
    Curves chart;
    chart.title =
        "Right answers from memories of 16 pairs, with keys of their own and "
        "without";
    chart.x.name = by_width ? "width D" : "numbers kept for each pair";
    chart.x.logarithmic = true;
    chart.y.name = "share of right answers";
    chart.y.from = 0;
    chart.curves = {{"K != V", {}, {}}, {"K = V", {}, {}}};
    for (const Case& c : cases)
      chart.curves[c.key_value ? 0 : 1].add(by_width ? c.width : c.kept(),
                                            c.of_sixteen());
    figure(folder, by_width ? "pairs_by_width.svg" : "pairs_by_numbers.svg",
           svg_curves(chart));
  }
}

void check_claims(const std::vector<Case>& cases) {
  section("claims");
  const auto right = [&](bool key_value, int width) {
    for (const Case& c : cases)
      if (c.key_value == key_value && c.width == width)
        return c.of_sixteen().mean;
    throw std::logic_error("no such case");
  };
  claim(right(true, 4) > 0.95 && right(false, 4) < 0.5,
        "width 4 is enough with keys of their own, and not without");
  claim(right(false, 8) > 0.95, "without, it takes twice the width");
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  std::vector<Case> cases;
  for (const bool key_value : {true, false})
    for (const int width : {2, 4, 8, 16, 32})
      cases.push_back({key_value, width});
  {
    FitOptions options;
    options.steps = s.steps;
    options.all_steps = std::int64_t{s.seeds} * s.steps * int(cases.size());
    options.learning_rate = 0.01;
    options.replay = s.replay;
    Fit fit(options);
    for (Case& c : cases) measure(c, s, fit);
  }
  if (s.replay) return;
  print(cases);
  if (s.seeds >= 3) check_claims(cases);
  if (!s.figures.empty()) draw_curves(cases, s.figures);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "What a memory of pairs recalls, with keys of their own and "
                  "without.");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks of each kind; 3 or more are judged");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("figures", &s.figures, "write the pictures to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
