// Who may read whom? Masks as pictures, and what goes wrong with them.
#include <algorithm>
#include <cmath>
#include <limits>

#include "attention/multihead.h"
#include "autograd/graph.h"
#include "nn/flags.h"
#include "nn/report.h"

using namespace autograd;
using namespace nn;
using attention::Mask;
using attention::MultiHeadAttention;

namespace {

constexpr int T = 6, width = 16;

MultiHeadAttention drawn() {
  attention::MultiHeadOptions options;
  options.width = width;
  options.heads = 4;
  Rng rng(1);
  return MultiHeadAttention(options, rng);
}

void print_pictures() {
  section("causal");
  std::cout << Mask::causal(T);
  section("padding");
  std::cout << Mask::padding({4, 6}, T);
  section("both");
  std::cout << (Mask::causal(T) & Mask::padding({4, 6}, T));
  section("window");
  std::cout << Mask::window(T, T, 2, 0);
  section("the last two ask");
  std::cout << Mask::causal(2, T);
}

// Which words' contexts change if word `at` is another one: x for a change.
std::string changed(const MultiHeadAttention& attend, const Tensor& x,
                    const Mask& mask, int at) {
  Tensor other = x.clone();
  slice(other, 1, at, at + 1).fill(Real(0.5));
  const Tensor a = attend(x, mask, nullptr), b = attend(other, mask, nullptr);
  std::string line;
  for (int t = 0; t < x.size(1); ++t) {
    const bool same = select(a, 1, t).values() == select(b, 1, t).values();
    line += same ? '.' : 'x';
  }
  return line;
}

// ANCHOR: upside_down
// A mask in which 1 means "hidden", given to a layer in which it means
// "visible".
Mask upside_down() {
  std::vector<Real> hidden;
  for (int t = 0; t < T; ++t)
    for (int s = 0; s < T; ++s) hidden.push_back(s > t ? 1 : 0);
  return Mask(Tensor::from({1, T, T}, hidden));
}
// ANCHOR_END: upside_down

void print_changes(const MultiHeadAttention& attend, const Tensor& x) {
  const auto print = [&](const std::string& name, const Mask& mask) {
    section(name);
    for (int at = 0; at < T; ++at)
      std::cout << "word " << at << " changed  " << changed(attend, x, mask, at)
                << '\n';
  };
  print("who notices, causal", Mask::causal(T));
  print("who notices, no mask", Mask());
  print("who notices, upside down", upside_down());
  for (int at = 1; at < T; ++at)
    if (changed(attend, x, Mask::causal(T), at).substr(0, std::size_t(at)) !=
        std::string(std::size_t(at), '.'))
      throw std::runtime_error("the future changes the past");
}

// ANCHOR: careless
// Right on paper: minus infinity is added to what is hidden. A row of which
// nothing is visible is 0 / 0.
Tensor careless_softmax(const Tensor& scores, const Tensor& mask) {
  const Tensor hidden = scores + mask;
  const Tensor e = exp(hidden - max(hidden, {-1}, true));
  return e / sum(e, {-1}, true);
}
// ANCHOR_END: careless

// Two queries, of which the second sees nothing; the loss is of the first.
void print_hidden_row() {
  section("a row that sees nothing");
  constexpr Real no = -std::numeric_limits<Real>::infinity();
  const Tensor added = Tensor::from({1, 2, 3}, {0, 0, no, no, no, no});
  const Mask mask(Tensor::from({1, 2, 3}, {1, 1, 0, 0, 0, 0}));
  const Tensor values = Tensor::from({1, 3, 1}, {1, 2, 3});
  for (const bool careless : {true, false}) {
    Tensor w = Tensor::from({1}, {Real(0.5)});
    w.requires_grad(true);
    const Tensor scores = w * Tensor::from({1, 2, 3}, {1, 2, 3, 4, 5, 6});
    const Tensor weights =
        careless ? careless_softmax(scores, added) : softmax(mask.hide(scores));
    const Tensor context = matmul(weights, values);  // [1, 2, 1]
    select(context, 1, 0).backward(Tensor::ones({1, 1}));
    std::cout << (careless ? "careless" : "ours") << "\n  weights "
              << select(weights, 1, 0) << ' ' << select(weights, 1, 1)
              << "\n  d w     " << w.grad() << '\n';
    if (std::isfinite(w.grad().item()) == careless)
      throw std::runtime_error("wanted NaN from the careless one only");
  }
}

void run() {
  print_pictures();
  Rng rng(2);
  const Tensor x = Tensor::normal({1, T, width}, 0, 1, rng);
  print_changes(drawn(), x);
  print_hidden_row();
}

}  // namespace

int main(int argc, char** argv) {
  nn::Flags flags("[flags]", "Masks as pictures, and what goes wrong.");
  return nn::run_program(argc, argv, flags, [&] { run(); });
}
