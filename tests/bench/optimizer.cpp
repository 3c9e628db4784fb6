// One step of an optimiser.
#include "nn/optimizer.h"

#include "autograd/ops.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

constexpr int tensors = 10, rows = 1000, columns = 1000;

Run adam() {
  nn::Parameters parameters;
  for (int i = 0; i < tensors; ++i) {
    const Tensor w = random_leaf({rows, columns}, 2 * i);
    autograd::sum(w * random({rows, columns}, 2 * i + 1)).backward();
    parameters.push_back({std::to_string(i), w});
  }
  return [adam = nn::Adam(parameters)]() mutable { adam.step(); };
}

}  // namespace

Cases optimizer_cases() {
  // Reads weight, gradient and two moments; writes all but the gradient.
  return {{.name = "adam_10M",
           .setup = adam,
           .goal = {2.3, 2.5},
           .bytes = 7.0 * tensors * rows * columns * sizeof(Real)}};
}

}  // namespace bench
