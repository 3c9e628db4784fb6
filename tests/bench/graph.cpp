// What recording an op and running back through it cost.
#include "autograd/ops.h"
#include "nn/optimizer.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

constexpr int chain_ops = 1000;

// A chain of 1000 ops on a few elements, forward and backward. `link` adds
// `ops` ops to it.
template <class Link>
Case chain(const std::string& name, const Shape& shape, int ops, Link link) {
  const auto setup = [=]() -> Run {
    return [=, x = random_leaf(shape), dy = random(shape)]() mutable {
      x.zero_grad();
      Tensor y = x;
      for (int i = 0; i < chain_ops; i += ops) y = link(y);
      y.backward(dy);
    };
  };
  return {.name = "overhead_chain_" + name,
          .setup = setup,
          .goal = {30, 30, element_count(shape) <= 16 ? 120e-9 * chain_ops : 0},
          .ops = chain_ops};
}

// micrograd's demo (Karpathy 2020): a perceptron 2-16-16-1 with relu on 100
// points, every number a Node of its own; hinge loss, weight decay, SGD.
struct ScalarPerceptron {
  struct Neuron {
    std::vector<Tensor> weights;
    Tensor bias;
  };
  static constexpr int widths[] = {2, 16, 16, 1}, points = 100;

  std::vector<std::vector<Neuron>> layers;
  nn::Parameters parameters;
  std::vector<std::vector<Real>> inputs;
  std::vector<Real> labels;

  ScalarPerceptron() {
    Rng rng(1);
    const auto weight = [&] {
      const Real value = rng.uniform(-1, 1);
      Tensor w = Tensor::full({}, value);
      parameters.push_back(
          {std::to_string(parameters.size()), w.requires_grad(true)});
      return w;
    };
    for (int l = 0; l < 3; ++l) {
      layers.emplace_back();
      for (int i = 0; i < widths[l + 1]; ++i) {
        Neuron neuron;
        for (int j = 0; j < widths[l]; ++j) neuron.weights.push_back(weight());
        neuron.bias = weight();
        layers.back().push_back(neuron);
      }
    }
    for (int p = 0; p < points; ++p) {
      const Real x = rng.uniform(-1, 1);
      const Real y = rng.uniform(-1, 1);
      inputs.push_back({x, y});
      labels.push_back(x * y > 0 ? Real(1) : Real(-1));
    }
  }

  Tensor score(const std::vector<Real>& point) const {
    std::vector<Tensor> values(point.begin(), point.end());
    for (const auto& layer : layers) {
      std::vector<Tensor> next;
      for (const Neuron& neuron : layer) {
        Tensor sum = neuron.bias;
        for (std::size_t i = 0; i < values.size(); ++i)
          sum = sum + neuron.weights[i] * values[i];
        next.push_back(&layer == &layers.back() ? sum : relu(sum));
      }
      values = next;
    }
    return values[0];
  }

  Tensor loss() const {
    Tensor hinge = 0, squares = 0;
    for (int p = 0; p < points; ++p)
      hinge = hinge + relu(score(inputs[p]) * -labels[p] + 1);
    for (const auto& [name, w] : parameters) squares = squares + w * w;
    return hinge * (Real(1) / points) + squares * Real(1e-4);
  }
};

Run scalar_graph() {
  const ScalarPerceptron model;
  nn::Sgd sgd(model.parameters, {.learning_rate = 0.1});
  return [model, sgd]() mutable {
    nn::zero_grad(model.parameters);
    model.loss().backward();
    sgd.step();
  };
}

}  // namespace

Cases graph_cases() {
  Cases cases;
  for (int n : {1, 16, 256}) {
    const Tensor a = random({n}, 3);
    cases.push_back(chain(std::to_string(n), {n}, 2,
                          [a](const Tensor& x) { return x * a + a; }));
  }
  cases.push_back(
      chain("tanh_16", {16}, 1, [](const Tensor& x) { return tanh(x); }));
  const Tensor square = random({16, 16}, 3);
  cases.push_back(chain("matmul_1x16", {1, 16}, 1, [square](const Tensor& x) {
    return matmul(x, square);
  }));
  cases.push_back({.name = "scalar_graph",
                   .setup = scalar_graph,
                   .goal = {.seconds = 0.010},
                   .ops = 65'818});
  return cases;
}

}  // namespace bench
