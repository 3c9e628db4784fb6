// Which character tells us that the second of 鸿鹄之志 is 鹄? What a masked
// reader's weights say, and what it loses without each of the others.
#include <algorithm>
#include <array>

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
using attention::PositionKind;
using attention::SelfReader;

namespace {

// ANCHOR: idioms
// Idioms of four characters, chosen so that they share some.
const char* const idioms[] = {
    "鸿鹄之志", "凌云之志", "青云之志", "惊弓之鸟", "笼中之鸟", "井底之蛙",
    "池鱼之殃", "漏网之鱼", "釜底游鱼", "鱼水之欢", "天伦之乐", "不速之客",
    "座上之客", "后顾之忧", "杞人忧天", "燃眉之急", "当务之急", "一面之交",
    "君子之交", "忘年之交", "无价之宝", "传家之宝", "乌合之众", "无稽之谈",
    "老生常谈", "纸上谈兵", "切肤之痛", "丧家之犬", "害群之马", "千里之行",
    "一家之言", "一技之长", "一孔之见", "远见卓识", "真知灼见", "一臂之力",
    "举手之劳", "养家糊口", "燕雀处堂", "欢呼雀跃", "门可罗雀", "鹤立鸡群",
    "鸡犬不宁", "闻鸡起舞", "鸿篇巨制", "鸿运当头", "哀鸿遍野", "惊鸿一瞥",
    "雪泥鸿爪", "轻于鸿毛", "来鸿去燕", "刻鹄类鹜", "鸠形鹄面", "胸怀大志",
    "志同道合", "志在千里", "专心致志", "众志成城", "有志竟成", "人各有志",
    "雄心壮志", "老骥伏枥", "一鸣惊人", "鸟语花香", "鱼贯而入", "如鱼得水",
    "缘木求鱼", "浑水摸鱼", "马到成功", "老马识途", "千军万马", "画龙点睛",
    "龙飞凤舞", "守株待兔", "画蛇添足", "对牛弹琴", "亡羊补牢", "狐假虎威",
    "虎头蛇尾", "井井有条", "云开见日", "青出于蓝", "平步青云", "风起云涌"};
// ANCHOR_END: idioms

constexpr int length = 4;

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 1, steps = 1500;
  bool replay = false;
};

// The idioms as numbers of their characters; one number more is the gap.
struct Data {
  std::vector<std::string> characters;
  std::vector<std::array<int, length>> idioms;
  int gap() const { return int(characters.size()); }
};

Data read_idioms() {
  Data data;
  for (const std::string idiom : ::idioms) {
    std::array<int, length> ids{};
    for (int t = 0; t < length; ++t) {
      const std::string c = idiom.substr(std::size_t(t) * 3, 3);  // UTF-8
      const auto found =
          std::find(data.characters.begin(), data.characters.end(), c);
      ids[std::size_t(t)] = int(found - data.characters.begin());
      if (found == data.characters.end()) data.characters.push_back(c);
    }
    data.idioms.push_back(ids);
  }
  return data;
}

SelfReader fresh(const Data& data, std::uint64_t seed) {
  attention::SelfReaderOptions options;
  options.words = data.gap() + 1;
  options.answers = data.gap();
  options.position = PositionKind::learned;
  options.longest = length;
  Rng rng(seed);
  return SelfReader(options, rng);
}

// ANCHOR: loss
// One character of each idiom is asked for and stands as a gap; each of the
// others is a gap too, one time in five.
Tensor loss_of(const SelfReader& reader, const Data& data, Rng& rng) {
  std::vector<int> ids, answers;
  for (int b = 0; b < 32; ++b) {
    const auto& idiom =
        data.idioms[std::size_t(rng.below(int(data.idioms.size())))];
    const int asked = rng.below(length);
    for (int t = 0; t < length; ++t) {
      const int id = idiom[std::size_t(t)];
      ids.push_back(t == asked || rng.below(5) == 0 ? data.gap() : id);
      answers.push_back(t == asked ? id : -100);
    }
  }
  return cross_entropy(reader(Indices({32, length}, ids)),
                       Indices({32, length}, answers));
}
// ANCHOR_END: loss

using Idiom = std::array<int, length>;

// log p of the character at `asked`, from an idiom with gaps.
double log_chance(const SelfReader& reader, const Idiom& gaps, int asked,
                  int character) {
  const Indices ids({1, length}, {gaps.begin(), gaps.end()});
  return log_softmax(reader(ids)).at({0, asked, character});
}

// How the gap at `asked` reads the idiom: a weight for each character, and
// what log p loses if that character is a gap as well; at `asked`, 0.
struct Help {
  std::array<double, length> weight{}, loss{};
  bool right = false;
};

Help help_for(const SelfReader& reader, const Data& data, const Idiom& idiom,
              int asked) {
  const NoGrad no_grad;
  Idiom gaps = idiom;
  gaps[std::size_t(asked)] = data.gap();
  const Indices ids({1, length}, {gaps.begin(), gaps.end()});
  const int wanted = idiom[std::size_t(asked)];
  const Tensor weights = reader.weights(ids);  // [1, 1, 4, 4]
  const double all = log_chance(reader, gaps, asked, wanted);
  Help help;
  help.right = argmax(reader(ids))[std::size_t(asked)] == wanted;
  for (int t = 0; t < length; ++t) {
    help.weight[std::size_t(t)] = weights.at({0, 0, asked, t});
    if (t == asked) continue;
    Idiom fewer = gaps;
    fewer[std::size_t(t)] = data.gap();
    help.loss[std::size_t(t)] = all - log_chance(reader, fewer, asked, wanted);
  }
  return help;
}

// Of the pairs of the three other characters, those that both numbers put in
// one order, less those that they do not, as a share: Kendall's tau.
double tau(const Help& help, int asked) {
  int agree = 0;
  for (int a = 0; a < length; ++a)
    for (int b = 0; b < a; ++b) {
      if (a == asked || b == asked) continue;
      const auto i = std::size_t(a), j = std::size_t(b);
      agree +=
          (help.weight[i] > help.weight[j]) == (help.loss[i] > help.loss[j])
              ? 1
              : -1;
    }
  return agree / 3.0;
}

// Of the three other characters the one with the largest number.
int best(const std::array<double, length>& numbers, int asked) {
  int result = asked == 0 ? 1 : 0;
  for (int t = 0; t < length; ++t)
    if (t != asked && numbers[std::size_t(t)] > numbers[std::size_t(result)])
      result = t;
  return result;
}

struct Outcome {
  Help of_hu;                     // of 鹄 in 鸿鹄之志
  double right = 0;               // gaps filled right, of all
  double tau = 0, same_best = 0;  // weight against loss, mean of all gaps
};

Outcome judge(const SelfReader& reader, const Data& data) {
  Outcome outcome;
  const double n = double(data.idioms.size()) * length;
  for (const Idiom& idiom : data.idioms)
    for (int asked = 0; asked < length; ++asked) {
      const Help help = help_for(reader, data, idiom, asked);
      outcome.right += help.right / n;
      outcome.tau += tau(help, asked) / n;
      outcome.same_best +=
          (best(help.weight, asked) == best(help.loss, asked)) / n;
    }
  outcome.of_hu = help_for(reader, data, data.idioms[0], 1);
  return outcome;
}

// How many other idioms have the same character at the same place.
void print_list(const Data& data) {
  section("list");
  number("idioms", data.idioms.size());
  number("characters", data.characters.size());
  for (const int t : {0, 2, 3}) {
    const int id = data.idioms[0][std::size_t(t)];
    int same = 0, anywhere = 0;
    for (std::size_t i = 1; i < data.idioms.size(); ++i) {
      same += data.idioms[i][std::size_t(t)] == id;
      anywhere +=
          std::count(data.idioms[i].begin(), data.idioms[i].end(), id) > 0;
    }
    std::cout << data.characters[std::size_t(id)] << "  in " << anywhere
              << " other idioms, in " << same << " of them at this place\n";
  }
}

void print_outcomes(const Data& data, const std::vector<Outcome>& outcomes) {
  section("鹄 in 鸿鹄之志");
  for (const int t : {0, 2, 3}) {
    const auto i = std::size_t(t);
    std::vector<double> weight, loss;
    int heaviest = 0, dearest = 0;
    for (const Outcome& o : outcomes) {
      weight.push_back(o.of_hu.weight[i]);
      loss.push_back(o.of_hu.loss[i]);
      heaviest += best(o.of_hu.weight, 1) == t;
      dearest += best(o.of_hu.loss, 1) == t;
    }
    const std::string c = data.characters[std::size_t(data.idioms[0][i])];
    number("weight of " + c, text_of(spread_of(weight), 2));
    number("loss of log p without " + c, text_of(spread_of(loss), 2));
    number("runs in which " + c + " has the largest weight", heaviest);
    number("runs in which " + c + " is missed most", dearest);
  }
  section("all gaps");
  std::vector<double> right, tau, same;
  for (const Outcome& o : outcomes) {
    right.push_back(o.right);
    tau.push_back(o.tau);
    same.push_back(o.same_best);
  }
  number("filled right", text_of(spread_of(right), 3));
  number("Kendall's tau of weight and loss", text_of(spread_of(tau), 2));
  number("the heaviest is missed most", text_of(spread_of(same), 2));
}

// The three weights, and the three losses as shares of their sum.
std::string draw_help(const Data& data, const std::vector<Outcome>& outcomes) {
  Bars bars;
  bars.title =
      "Who helps 鹄: the weights of the other characters, and what "
      "is lost without each, as a share";
  bars.y.name = "share";
  bars.series = {{"weight", {}}, {"loss without it", {}}};
  for (const int t : {0, 2, 3}) {
    const auto i = std::size_t(t);
    bars.groups.push_back(data.characters[std::size_t(data.idioms[0][i])]);
    std::vector<double> weight, loss;
    for (const Outcome& o : outcomes) {
      double sum = 0;
      for (const double l : o.of_hu.loss) sum += std::max(l, 0.0);
      weight.push_back(o.of_hu.weight[i]);
      loss.push_back(sum > 0 ? std::max(o.of_hu.loss[i], 0.0) / sum : 0);
    }
    bars.series[0].add(spread_of(weight));
    bars.series[1].add(spread_of(loss));
  }
  return svg_bars(bars);
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  const Data data = read_idioms();
  std::vector<Outcome> outcomes;
  {
    FitOptions options;
    options.steps = s.steps;
    options.all_steps = std::int64_t{s.seeds} * s.steps;
    options.replay = s.replay;
    options.replayed_steps = 20;
    Fit fit(options);
    for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i) {
      const SelfReader reader = fresh(data, s.seed + std::uint64_t(i));
      fit(
          reader.parameters(),
          [&](Rng& rng) { return loss_of(reader, data, rng); },
          s.seed + std::uint64_t(i));
      if (!s.replay) outcomes.push_back(judge(reader, data));
    }
  }
  if (s.replay) return;
  print_list(data);
  print_outcomes(data, outcomes);
  if (!s.figures.empty())
    figure(s.figures, "idiom.svg", draw_help(data, outcomes));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Which character tells us that the second of 鸿鹄之志 is "
                  "鹄.");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks; 3 or more are judged");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("figures", &s.figures, "write the picture to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
