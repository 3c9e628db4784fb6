// Along rows: softmax, cross entropy, layer norm.
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

struct Size {
  int rows, columns;

  Shape shape() const { return {rows, columns}; }
  double count() const { return double(rows) * columns; }
  double bytes() const { return count() * sizeof(Real); }
  std::string name() const {
    return std::to_string(rows) + 'x' + std::to_string(columns);
  }
};

Run softmax_forward(const Size& size) {
  return [x = random(size.shape())] {
    const autograd::NoGrad no_grad;
    keep(softmax(x));
  };
}

Run softmax_backward(const Size& size) {
  Tensor x = random_leaf(size.shape(), 1);
  return [x, y = softmax(x), dy = random(size.shape(), 2)]() mutable {
    x.zero_grad();
    y.backward(dy, true);
  };
}

Run cross_entropy(const Size& size) {
  Rng rng(1);
  std::vector<int> targets;
  for (int i = 0; i < size.rows; ++i)
    targets.push_back(rng.below(size.columns));
  return [x = random_leaf(size.shape()),
          targets = autograd::Indices(targets)]() mutable {
    x.zero_grad();
    autograd::cross_entropy(x, targets).backward();
  };
}

Run layer_norm(const Size& size) {
  return [x = random_leaf(size.shape(), 1),
          weight = random_leaf({size.columns}, 2),
          bias = random_leaf({size.columns}, 3),
          dy = random(size.shape(), 4)]() mutable {
    for (Tensor* leaf : {&x, &weight, &bias}) leaf->zero_grad();
    autograd::layer_norm(x, weight, bias).backward(dy);
  };
}

}  // namespace

Cases rows_cases() {
  Cases cases;
  for (const Size size : {Size{512, 512}, Size{4096, 128}, Size{64, 32000},
                          Size{16384, 64}, Size{1024, 50257}}) {
    const bool narrow = size.columns == 64;
    cases.push_back({.name = "softmax_fwd_" + size.name(),
                     .setup = [=] { return softmax_forward(size); },
                     .goal = narrow ? Goal{1.3, 1.3} : Goal{1.6, 1.8},
                     .flops = 22 * size.count(),  // 18 are those of exp
                     .bytes = 2 * size.bytes()});
    cases.push_back({.name = "softmax_bwd_" + size.name(),
                     .setup = [=] { return softmax_backward(size); },
                     .goal = {1, 1},
                     .bytes = 3 * size.bytes()});
  }
  for (const Size size : {Size{1280, 8000}, Size{1024, 32000}})
    cases.push_back({.name = "cross_entropy_" + size.name(),
                     .setup = [=] { return cross_entropy(size); },
                     .goal = {3.5, 3.5},
                     .flops = 24 * size.count(),
                     .bytes = 3 * size.bytes()});
  const Size size{4096, 512};
  cases.push_back({.name = "layernorm_" + size.name(),
                   .setup = [=] { return layer_norm(size); },
                   .goal = {2, 2.5},
                   .bytes = 5 * size.bytes()});
  return cases;
}

}  // namespace bench
