// A recurrent network by hand: one step of each kind, the product that
// vanishes, and two ways to lose words without an error.
#include <cmath>

#include "autograd/ops.h"
#include "nn/diagram.h"
#include "nn/flags.h"
#include "nn/influence.h"
#include "nn/report.h"
#include "nn/rnn.h"
#include "nn/spread.h"

using namespace autograd;
using namespace nn;

namespace {

// ---- One step

// ANCHOR: step_by_hand
// One step of an LSTM from what input and state send to its gates, each of
// i, f, g, o a number.
Tensor lstm_by_hand(const Tensor& sums, const Tensor& cell) {  // [4], []
  const Tensor i = sigmoid(select(sums, 0, 0)), f = sigmoid(select(sums, 0, 1)),
               g = tanh(select(sums, 0, 2)), o = sigmoid(select(sums, 0, 3));
  const Tensor next = f * cell + i * g;
  return stack({o * tanh(next), next}, 0);  // h', c'
}

// The same of a GRU: r, z and n, of which the state's part comes apart.
Tensor gru_by_hand(const Tensor& gi, const Tensor& gh, const Tensor& h) {
  const Tensor r = sigmoid(select(gi, 0, 0) + select(gh, 0, 0)),
               z = sigmoid(select(gi, 0, 1) + select(gh, 0, 1)),
               n = tanh(select(gi, 0, 2) + r * select(gh, 0, 2));
  return (1 - z) * n + z * h;
}
// ANCHOR_END: step_by_hand

void print_step() {
  section("one step");
  const Tensor sums = Tensor::from({4}, {0, 2, 0.5, 0}), cell = Tensor(1);
  std::cout << "LSTM by hand      " << lstm_by_hand(sums, cell) << '\n';
  const Tensor none = Tensor::zeros({1, 4});
  std::cout << "by the library    "
            << reshape(lstm_gates(unsqueeze(sums, 0), none,
                                  Tensor::from({1, 1}, {1})),
                       {2})
            << '\n';
  const Tensor gi = Tensor::from({3}, {0, 2, 0.5}),
               gh = Tensor::from({3}, {0, 0, 1}), h = Tensor(1);
  std::cout << "GRU by hand       " << gru_by_hand(gi, gh, h) << '\n';
  std::cout << "by the library    "
            << reshape(gru_gates(unsqueeze(gi, 0), unsqueeze(gh, 0),
                                 Tensor::from({1, 1}, {1})),
                       {})
            << '\n';
}

// ---- The product

Tensor leaf(const Tensor& x) { return x.clone().requires_grad(true); }

// Three steps of h_t = tanh(w h_{t-1} + x_t) from h = 0. The derivative of the
// last state by the first is the product of w (1 - h_t^2) over the others.
struct OneUnit {
  Tensor w = Tensor(Real(0.5)), x1 = leaf(1), x2 = leaf(0), x3 = leaf(0);
  Tensor h1 = tanh(x1), h2 = tanh(w * h1 + x2), h3 = tanh(w * h2 + x3);
};

void print_one_unit() {
  section("one unit");
  const auto [w, x1, x2, x3, h1, h2, h3] = OneUnit();
  h3.backward();
  std::cout << "states            " << stack({h1, h2, h3}, 0) << '\n';
  const Tensor f2 = w * (1 - h2 * h2), f3 = w * (1 - h3 * h3);
  std::cout << "factors           " << stack({f2, f3}, 0) << '\n';
  number("d h3 / d h1", f2 * f3);
  number("d h3 / d x1 by hand", f2 * f3 * (1 - h1 * h1));
  number("d h3 / d x1 by the library", x1.grad());
}

double norm(const Tensor& x) { return std::sqrt(double(sum(x * x).item())); }

// Powers of a matrix whose two eigenvalues are both 1/2.
void print_powers() {
  section("powers");
  const Tensor w = Tensor::from({2, 2}, {0.5, 2, 0, 0.5});
  Tensor power = w;
  double radius = 0.5;
  for (int k = 1; k <= 32; k *= 2) {
    std::printf("k = %-3d  radius^k %.2e  norm of U^k %.2e\n", k, radius,
                norm(power));
    power = matmul(power, power);
    radius *= radius;
  }
  std::fflush(stdout);
}

// The spectral radius is the limit of |W^k|^(1/k) (Gelfand 1941). Squared ten
// times, k is 1024; the norm n_i is taken out each time, lest the powers leave
// what a float can hold:  |W^1024|^(1/1024) = n_0 n_1^(1/2) n_2^(1/4) ...
double spectral_radius(Tensor w) {
  double radius = 1;
  for (int i = 0; i <= 10; ++i) {
    double root = norm(w);
    w = w / Real(root);
    w = matmul(w, w);
    for (int j = 0; j < i; ++j) root = std::sqrt(root);
    radius *= root;
  }
  return radius;
}

void print_radius() {
  section("radius");
  for (const int hidden : {16, 32, 64, 128}) {
    std::vector<double> radii;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      Rng rng(seed);
      const RnnCell cell({.input = 1, .hidden = hidden}, rng);
      radii.push_back(spectral_radius(cell.weight_hh.detach()));
    }
    std::printf("H = %-4d  spectral radius %s\n", hidden,
                text_of(spread_of(radii), 3).c_str());
  }
  std::fflush(stdout);
}

// ---- Where the reset gate sits

// ANCHOR: reset
// The candidate of a GRU: the reset gate before the matrix, as the paper has
// it, or after, as we do.
Tensor candidate_before(const Tensor& u, const Tensor& r, const Tensor& h) {
  return tanh(matmul(u, r * h));
}
Tensor candidate_after(const Tensor& u, const Tensor& r, const Tensor& h) {
  return tanh(r * matmul(u, h));
}
// ANCHOR_END: reset

void print_reset() {
  section("reset");
  const Tensor u = Tensor::from({2, 2}, {1, -1, 2, 1}),
               r = Tensor::from({2}, {0.9, 0.1}),
               h = Tensor::from({2}, {0.5, 0.5});
  std::cout << "before the matrix " << candidate_before(u, r, h)
            << "\nafter the matrix  " << candidate_after(u, r, h) << '\n';
}

// ---- Lost words

void row(const std::string& name, const std::vector<double>& sizes) {
  std::cout.flush();
  std::printf("%-26s", name.c_str());
  for (const double size : sizes) std::printf("  %7.1e", size);
  std::printf("\n");
  std::fflush(stdout);
}

// ANCHOR: padding
// How much each of three words counts in C: alone, and in a batch that was
// padded to twelve, with the lengths and without.
void print_padding() {
  section("padding");
  Rng rng(1);
  const Gru gru({.input = 8, .hidden = 16}, rng);
  const Tensor words = Tensor::normal({1, 3, 8}, 0, 1, rng);
  const Tensor padded = concat({words, Tensor::zeros({1, 9, 8})}, 1);
  auto first_three = [](std::vector<double> sizes) {
    sizes.resize(3);
    return sizes;
  };
  const Tensor alone = leaf(words), told = leaf(padded),
               not_told = leaf(padded);
  row("alone", influence(select(gru(alone).state, 0, 0), alone));
  row("padded, with lengths",
      first_three(influence(select(gru(told, {3}).state, 0, 0), told)));
  row("padded, without",
      first_three(influence(select(gru(not_told).state, 0, 0), not_told)));
}
// ANCHOR_END: padding

// A sentence read in both directions: how much each word counts in the reverse
// half of the last column, and in the reverse direction's own last state.
void print_column() {
  section("last column");
  Rng rng(1);
  const Gru gru({.input = 8, .hidden = 16, .bidirectional = true}, rng);
  const Tensor words = Tensor::normal({1, 6, 8}, 0, 1, rng);
  const Tensor x = leaf(words), y = leaf(words);
  const Tensor column = select(gru(x).outputs, 1, 5);  // [1, 32]
  row("last column, reverse half", influence(slice(column, 1, 16, 32), x));
  row("last state, reverse", influence(select(gru(y).state, 0, 1), y));
}

}  // namespace

int main(int argc, char** argv) {
  std::string figures;
  nn::Flags flags("[flags]", "Recurrent networks by hand.");
  flags.add("figures", &figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] {
    print_step();
    print_one_unit();
    print_powers();
    print_radius();
    print_reset();
    print_padding();
    print_column();
    if (figures.empty()) return;
    const OneUnit unit;
    figure(
        figures, "unrolled.svg",
        nn::svg_graph(
            unit.h3,
            {{"w", unit.w}, {"x1", unit.x1}, {"x2", unit.x2}, {"x3", unit.x3}},
            "Three steps of a recurrent network of one unit"));
  });
}
