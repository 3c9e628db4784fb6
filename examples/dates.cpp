// Writes dates the ISO way, whichever way they come, and grades which
// characters it reads for the year, the month and the day.
#include "nn/dates.h"

#include <map>

#include "attention/translator.h"
#include "autograd/kernels/parallel.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/text.h"

using namespace attention;
using nn::fixed;
using nn::section;

namespace {

struct Settings {
  int dates = 4000, epochs = 5;
  std::uint64_t seed = 1;
  std::string figures;
  bool replay = false;
};

Translator learn(const std::vector<nn::Pair>& pairs, const Settings& s) {
  Seq2SeqOptions options;
  options.embedding = 32;
  TrainingOptions training = brief_training(pairs, s.epochs, s.seed);
  if (s.replay) replay(training, 20);
  return taught(pairs, options, training);
}

// The share of the digits at `from` .. `to` - 1 of the target whose most
// attended character says the same part of the date.
double right(const std::vector<nn::Pair>& pairs,
             const std::vector<Translation>& aligned, int from, int to) {
  nn::AlignmentScore score;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto only = [&](nn::Links links) {
      std::erase_if(links, [&](const auto& link) {
        return link.second < from || link.second >= to;
      });
      return links;
    };
    score.add(only(links(aligned[i])), only(pairs[i].links));
  }
  return score.precision();
}

void run(const Settings& s) {
  if (s.dates < 64 || s.epochs < 1)
    throw nn::UsageError("--dates wants 64 or more, --epochs 1 or more");
  autograd::set_threads(1);  // small models: a second thread only waits
  Rng rng(s.seed);
  const auto train = nn::draw_dates(s.dates, false, rng);
  const Translator translator = learn(train, s);
  if (s.replay) return;

  section("each way");
  double exact = 0;
  for (int format = 0; format < nn::date_formats; ++format) {
    std::vector<nn::Pair> test;
    for (int i = 0; i < 50; ++i)
      test.push_back(nn::written(nn::draw_date(true, rng), format));
    const double now = translator.evaluate(test).exact_match;
    exact += now / nn::date_formats;
    const auto example = nn::written({2026, 11, 21}, format);
    const std::string name = nn::join(example.source, "");
    std::cout << name
              << std::string(std::size_t(27 - nn::display_width(name)), ' ')
              << fixed(now, 2) << "  "
              << nn::join(translator.translate(example.source).words, "")
              << '\n';
  }
  section("held-out days");
  const auto test = nn::draw_dates(500, true, rng);
  const auto aligned = translator.align(test);
  nn::number("exact match", fixed(exact, 3));
  nn::number("year reads the year", fixed(right(test, aligned, 0, 4), 3));
  nn::number("month reads the month", fixed(right(test, aligned, 5, 7), 3));
  nn::number("day reads the day", fixed(right(test, aligned, 8, 10), 3));
  if (s.figures.empty()) return;
  const auto pair = nn::written({2026, 11, 21}, 1);
  nn::figure(s.figures, "dates.svg",
             svg_heat_map(
                 map_of(pair.source, translator.align({pair})[0], pair.links)));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]", "Learns to write dates as 2026-11-21.");
  flags.add("dates", &s.dates, "to learn from");
  flags.add("epochs", &s.epochs, "passes over them");
  flags.add("seed", &s.seed, "of all random numbers");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  flags.add("figures", &s.figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
