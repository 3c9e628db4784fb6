// Fast, and the same bits: the ladder of matrix products, exp, softmax in one
// pass. (How fast is measured by `make bench CASE=ladder`.)
#include <algorithm>
#include <cmath>

#include "autograd/kernels/ladder.h"
#include "autograd/kernels/parallel.h"
#include "autograd/kernels/simd_math.h"
#include "autograd/ops.h"
#include "nn/flags.h"
#include "nn/report.h"
#include "nn/text.h"

using namespace autograd;
using namespace autograd::kernels;
using namespace nn;

namespace {

// The work of C = A B on n x n matrices, and the least that must be moved.
void print_work() {
  section("work");
  for (double n : {8, 64, 512}) {
    const double flops = 2 * n * n * n, bytes = 3 * n * n * 4;
    std::printf("n = %-4.0f  %11.0f flops  %9.0f bytes  %5.1f flops a byte\n",
                n, flops, bytes, flops / bytes);
  }
  std::fflush(stdout);
}

// ANCHOR: order
// The same three numbers, added in two orders.
void print_order() {
  section("order");
  const Real large = 1e8, one = 1;
  number("(large + one) - large", (large + one) - large);
  number("(large - large) + one", (large - large) + one);
}
// ANCHOR_END: order

void print_rungs() {
  section("rungs");
  constexpr int m = 70, n = 90, k = 50;
  Rng rng(1);
  const Tensor a = Tensor::uniform({m, k}, -1, 1, rng);
  const Tensor b = Tensor::uniform({k, n}, -1, 1, rng);
  auto climb = [&](const char* name, auto rung) {
    Tensor c = Tensor::zeros({m, n});
    rung(m, n, k, {a.data(), k}, {b.data(), n}, {c.write(), n});
    std::printf("%-12s%s\n", name, bits(c).c_str());
  };
  climb("naive", ladder::naive);
  climb("reordered", ladder::reordered);
  climb("blocked", ladder::blocked);
  climb("vectorised", ladder::vectorised);
  climb("packed", ladder::packed);
  climb("threaded", ladder::threaded);
  std::printf("%-12s%s\n", "library", bits(matmul(a, b)).c_str());
  std::fflush(stdout);
}

void print_threads() {
  section("threads");
  Rng rng(2);
  const Tensor a = Tensor::uniform({300, 700}, -1, 1, rng);
  const Tensor b = Tensor::uniform({700, 200}, -1, 1, rng);
  const int before = autograd::threads();
  for (int count : {1, 2, 3}) {
    set_threads(count);
    const Tensor c = softmax(matmul(a, b));
    std::cout << text("threads ", count, "  ", bits(c)) << '\n';
  }
  set_threads(before);
}

// The worst error of exp from -87 to 88, in units of the last place.
double worst_error() {
  double worst = 0;
  for (int i = 0; i < 10000 * lanes; i += lanes) {
    Real x[lanes], y[lanes];
    for (int l = 0; l < lanes; ++l)
      x[l] = static_cast<Real>(-87 + 175.0 * (i + l) / (10000 * lanes));
    store(y, exp(load(x)));
    for (int l = 0; l < lanes; ++l) {
      const double exact = std::exp(static_cast<double>(x[l]));
      const double place = std::ldexp(1.0, std::ilogb(exact) - 23);
      worst = std::max(worst, std::abs(y[l] - exact) / place);
    }
  }
  return worst;
}

void print_exp() {
  section("exp");
  const Real x = 10, n = std::nearbyint(x * Real(1.44269504));
  const double r = x - n * 0.6931471805599453;
  number("n", n);
  number("r", fixed(r, 6));
  Real y[lanes];
  store(y, exp(Vec(x)));
  number("exp(10)", fixed(double(y[0]), 4));
  number("worst error", fixed(worst_error(), 2) + " units of the last place");
}

// ANCHOR: online
// The maximum and the sum of exponentials in one pass: when a larger score
// comes, what was summed so far is scaled to the new maximum.
struct Running {
  Real largest = -infinity, total = 0;

  void add(Real score) {
    const Real before = largest;
    largest = std::max(largest, score);
    total = total * power(before - largest) + power(score - largest);
  }
  static Real power(Real x) { return autograd::exp(Tensor(x)).item(); }
};
// ANCHOR_END: online

void print_online() {
  section("online");
  const std::vector<Real> scores = {2, 1, 5, 3, 8, 4};
  Running running;
  for (Real score : scores) {
    running.add(score);
    std::cout << "score " << score << "  largest " << running.largest
              << "  total " << fixed(double(running.total), 6) << '\n';
  }
  const Tensor all = Tensor::from({6}, scores);
  const Tensor total = sum(autograd::exp(all - max(all)));
  number("total in two passes", fixed(double(total.item()), 6));
}

}  // namespace

int main(int argc, char** argv) {
  nn::Flags flags("", "Fast, and the same bits on every machine.");
  return nn::run_program(argc, argv, flags, [&] {
    print_work();
    print_order();
    print_rungs();
    print_threads();
    print_exp();
    print_online();
  });
}
