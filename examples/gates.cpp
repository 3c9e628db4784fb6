// What the gates of a trained LSTM do: it has learnt to keep a name over forty
// filler words.
#include <algorithm>
#include <cmath>

#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/plot.h"
#include "nn/recall.h"
#include "nn/report.h"
#include "nn/text.h"

using namespace autograd;
using namespace nn;

namespace {

constexpr int fillers = 40;

// ANCHOR: trace
// Of one sentence: the input and the forget gate, and the cell, each [T, H].
struct Trace {
  Tensor in, forget, cell;
};

Trace trace(const Reader<Lstm>& reader, const Indices& ids) {
  const LstmCell& cell = reader.layer.cells[0];
  const int H = cell.options.hidden;
  const Tensor gi = cell.project(reader.embedding(ids));  // [1, T, 4 H]
  Tensor state = cell.start(1);                           // [2, 1, H]
  std::vector<Tensor> in, forget, kept;
  for (int t = 0; t < gi.size(1); ++t) {
    const Tensor gh =
        linear(cell.hidden(state), cell.weight_hh, cell.bias_hh);  // [1, 4 H]
    const Tensor gates = sigmoid(select(gi, 1, t) + gh);
    in.push_back(slice(gates, 1, 0, H));
    forget.push_back(slice(gates, 1, H, 2 * H));
    state = cell.step(select(gi, 1, t), state);
    kept.push_back(select(state, 0, 1));
  }
  return {concat(in, 0), concat(forget, 0), concat(kept, 0)};
}
// ANCHOR_END: trace

// What is left of the first cell at the end, if nothing else were written: the
// product of the forget gates after the name, of each unit.
std::vector<double> kept_share(const Tensor& forget) {  // [T, H]
  std::vector<double> product(std::size_t(forget.size(1)), 1.0);
  for (int t = 1; t < forget.size(0); ++t)
    for (int j = 0; j < forget.size(1); ++j)
      product[std::size_t(j)] *= double(forget.at({t, j}));
  return product;
}

std::vector<double> column(const Tensor& x, int unit) {
  std::vector<double> values;
  for (Real v : select(x, 1, unit).values()) values.push_back(double(v));
  return values;
}

double mean_of(const Tensor& x) { return double(mean(x).item()); }

void run(std::uint64_t seed, const std::string& figures) {
  Rng rng(seed);
  const Reader<Lstm> reader(recall_reader, rng);
  {
    Fit fit({.steps = 1000, .all_steps = 1000});
    fit(
        reader.parameters(),
        [&](Rng& rng) { return recall_loss(reader, 32, 0, fillers, rng); },
        seed);
  }
  section("training");
  number("names told right after 40 fillers",
         fixed(recall_accuracy(reader, fillers), 3));
  Rng words(5);
  const Trace t = trace(reader, draw_recall({fillers}, words).ids);
  const auto after = [](const Tensor& x) { return slice(x, 0, 1, x.size(0)); };
  section("gates");
  number("input gates at the name", fixed(mean_of(select(t.in, 0, 0)), 2));
  number("input gates at the fillers", fixed(mean_of(after(t.in)), 2));
  number("forget gates at the fillers", fixed(mean_of(after(t.forget)), 2));
  const std::vector<double> kept = kept_share(t.forget);
  const auto best = std::max_element(kept.begin(), kept.end());
  const int unit = int(best - kept.begin());
  number("unit that keeps most", unit);
  number("its share that is kept", fixed(*best, 2));
  number("units that keep a tenth",
         std::count_if(kept.begin(), kept.end(),
                       [](double share) { return share >= 0.1; }));
  const auto in = column(t.in, unit), forget = column(t.forget, unit),
             cell = column(t.cell, unit);
  for (std::size_t i : {0u, 1u, 2u, 10u, 20u, 40u})
    std::printf("word %-3zu  input gate %.2f  forget gate %.2f  cell %6.2f\n",
                i, in[i], forget[i], cell[i]);
  std::fflush(stdout);
  number("mean of its input gate at the fillers",
         fixed(mean_of(select(after(t.in), 1, unit)), 2));
  section("claims");
  claim(*best > 0.5, "there is a unit that keeps more than half");
  claim(mean_of(select(after(t.in), 1, unit)) > 0.1,
        "its input gate does not close");
  claim(cell[0] * cell[fillers] > 0 &&
            std::abs(cell[fillers]) > 4 * std::abs(cell[0]),
        "its cell keeps its sign and grows to more than four times its size");
  if (figures.empty()) return;
  const std::vector<double> shown = column(tanh(t.cell), unit);
  std::vector<double> x;
  for (std::size_t i = 0; i < in.size(); ++i) x.push_back(double(i));
  figure(figures, "gates.svg",
         svg_curves({.title = "One unit of a trained LSTM: its input gate, its "
                              "forget gate and its cell, word by word",
                     .x = {.name = "word; 0 is the name"},
                     .y = {.name = "value"},
                     .curves = {{"input gate", x, in},
                                {"forget gate", x, forget},
                                {"tanh of the cell", x, shown}}}));
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::string figures;
  nn::Flags flags("[flags]", "What the gates of a trained LSTM do.");
  flags.add("seed", &seed, "of all random numbers");
  flags.add("figures", &figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] { run(seed, figures); });
}
