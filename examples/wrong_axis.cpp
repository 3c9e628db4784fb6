// A gate for each channel, from what is pooled over the picture: and the same
// with the axes mixed up, which no shape gives away.
#include <algorithm>
#include <cmath>

#include "autograd/ops.h"
#include "nn/flags.h"
#include "nn/report.h"

using namespace autograd;
using nn::section;

namespace {

constexpr int B = 2, C = 16, S = 16;  // pictures, channels, cells

// ANCHOR: gates
// One gate a channel, from its mean over all cells.   x [B, C, S]   [B, C, 1]
Tensor gates(const Tensor& x, const Tensor& weight) {
  const Tensor pooled = mean(x, {2});  // [B, C]
  return unsqueeze(sigmoid(linear(pooled, weight)), 2);
}

// The same, given cells as an attention keeps them, [B, S, C].
Tensor wrong_gates(const Tensor& cells, const Tensor& weight) {
  return gates(cells, weight);
}
// ANCHOR_END: gates

// The cells in the opposite order: the same picture, seen in a mirror.
Tensor turned(const Tensor& x, int axis) {
  std::vector<Tensor> parts = split(x, axis, 1);
  std::reverse(parts.begin(), parts.end());
  return concat(parts, axis);
}

Real difference(const Tensor& a, const Tensor& b) {
  Real worst = 0;
  const std::vector<Real> x = a.values(), y = b.values();
  for (std::size_t i = 0; i < x.size(); ++i)
    worst = std::max(worst, std::abs(x[i] - y[i]));
  return worst;
}

void run(std::uint64_t seed) {
  Rng rng(seed);
  const Tensor x = Tensor::normal({B, C, S}, 0, 1, rng);
  const Tensor weight = Tensor::normal({C, C}, 0, 1, rng);
  const Tensor cells = transpose(x);  // [B, S, C]
  section("shapes");
  std::cout << "right " << gates(x, weight).shape() << '\n';
  std::cout << "wrong " << wrong_gates(cells, weight).shape() << '\n';
  section("in a mirror");
  const Real right = difference(gates(x, weight), gates(turned(x, 2), weight));
  const Real wrong = difference(wrong_gates(cells, weight),
                                wrong_gates(turned(cells, 1), weight));
  nn::number("right gates change by", nn::significant(right, 2));
  nn::number("wrong gates change by", nn::significant(wrong, 2));
  nn::claim(right < Real(1e-5) && wrong > Real(0.1),
            "a channel's gate does not care where a thing stands");
  section("one cell less");
  try {
    wrong_gates(slice(cells, 1, 0, S - 1), weight);
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  nn::Flags flags("[flags]", "Pools a picture over the wrong axis.");
  flags.add("seed", &seed, "of all random numbers");
  return nn::run_program(argc, argv, flags, [&] { run(seed); });
}
