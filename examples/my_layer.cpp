// A template to copy: a new op, a new layer, and its test, in one file. The
// README says where each of the three goes in a tree of your own.
#include <iostream>

#include "autograd/gradcheck.h"
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "autograd/walk.h"
#include "nn/flags.h"
#include "nn/linear.h"
#include "nn/optimizer.h"

// ---- 1. An op: its formula, its derivative, one call of `record`.
//      Goes to autograd/ops/softsign.cpp; declare it in a header beside.
namespace autograd {

//   y = x / (1 + |x|)      dy/dx = 1 / (1 + |x|)^2
Tensor softsign(const Tensor& x) {
  using kernels::Vec;
  Tensor y = Tensor::empty(x.shape());
  map_into(
      mutable_values(y), [](Vec x) { return x / (Vec(1) + abs(x)); },
      values(x));
  return record("softsign", y, {x}, [](const Tensor& y, const Inputs& in) {
    if (auto dx = add_to(in[0]))
      add_into(
          dx,
          [](Vec dy, Vec x) {
            const Vec scale = Vec(1) + abs(x);
            return dy / (scale * scale);
          },
          gradient(y), values(in[0]));
  });
}

}  // namespace autograd

// ---- 2. A layer: config, parameters, a constructor, operator().
//      Goes to nn/gated.h.
namespace nn {

//   y = softsign(W x + a) * sigmoid(V x + b)     x [..., in]   y [..., out]
struct Gated {
  Linear value, gate;

  Gated(int in, int out, Rng& rng) : value(in, out, rng), gate(in, out, rng) {}

  Tensor operator()(const Tensor& x) const {
    return autograd::softsign(value(x)) * sigmoid(gate(x));
  }
  Parameters parameters() const {
    return nested({{"value", value.parameters()}, {"gate", gate.parameters()}});
  }
};
static_assert(Layer<Gated>);

}  // namespace nn

// ---- 3. A test: its gradient is right, and it can learn.
//      Goes to tests/nn/gated_test.cpp as TEST(Gated, ...).
namespace {

using nn::Rng;
using nn::Tensor;

void gradients_are_right() {
  Rng rng(1);
  const nn::Gated layer(3, 2, rng);
  std::vector<Tensor> inputs{Tensor::normal({4, 3}, 0, 1, rng)};
  inputs[0].requires_grad(true);
  for (const auto& [name, tensor] : layer.parameters())
    inputs.push_back(tensor);
  autograd::check_gradients(
      "Gated", [&](const std::vector<Tensor>& x) { return layer(x[0]); },
      inputs);
  std::cout << "gradients of " << inputs.size() << " tensors are right\n";
}

void learns_exclusive_or() {
  Rng rng(1);
  const nn::Gated hidden(2, 8, rng);
  const nn::Linear output(8, 2, rng);
  const Tensor x = Tensor::from({4, 2}, {0, 0, 0, 1, 1, 0, 1, 1});
  const nn::Indices classes(std::vector<int>{0, 1, 1, 0});
  nn::Parameters parameters = nn::nested(
      {{"hidden", hidden.parameters()}, {"output", output.parameters()}});
  nn::Adam adam(parameters, {.learning_rate = 0.05});
  for (int step = 0; step <= 200; ++step) {
    nn::zero_grad(parameters);
    const Tensor loss = cross_entropy(output(hidden(x)), classes);
    loss.backward();
    adam.step();
    if (step % 50 == 0)
      std::cout << "step " << step << "  loss = " << loss << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  nn::Flags flags("[flags]",
                  "A new op, a new layer and its test, to copy from.");
  return nn::run_program(argc, argv, flags, [] {
    std::cout << "== the gradient ==\n";
    gradients_are_right();
    std::cout << "\n== exclusive or ==\n";
    learns_exclusive_or();
  });
}
