// Functions of each element, and dropout.
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

using Function = Tensor (*)(const Tensor&);

// `flops` are those of one element, a multiply-add counting two: exp has nine.
void add(Cases& cases, const char* name, Function function, double flops) {
  constexpr std::pair<const char*, int> sizes[] = {
      {"64KiB", 1 << 16}, {"1MiB", 1 << 20}, {"16MiB", 1 << 24}};
  for (const auto& [size, bytes] : sizes) {
    const int count = bytes / static_cast<int>(sizeof(Real));
    cases.push_back({.name = std::string(name) + '_' + size,
                     .setup = [=]() -> Run {
                       return [function, x = random({count})] {
                         const autograd::NoGrad no_grad;
                         keep(function(x));
                       };
                     },
                     .goal = {2, 2},
                     .flops = flops * count,
                     .bytes = 2.0 * bytes});
  }
}

Run dropout() {
  return [x = random({4096, 512}), rng = Rng(1)]() mutable {
    const autograd::NoGrad no_grad;
    keep(autograd::dropout(x, Real(0.1), rng));
  };
}

}  // namespace

Cases elementwise_cases() {
  Cases cases;
  add(cases, "exp", autograd::exp, 18);
  add(cases, "tanh", autograd::tanh, 34);
  add(cases, "sigmoid", autograd::sigmoid, 20);
  add(cases, "gelu", autograd::gelu, 26);
  cases.push_back({.name = "dropout_4096x512",
                   .setup = dropout,
                   .goal = {30, 30},
                   .bytes = 2.0 * 4096 * 512 * sizeof(Real)});
  return cases;
}

}  // namespace bench
