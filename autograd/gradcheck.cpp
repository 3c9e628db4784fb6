#include "autograd/gradcheck.h"

#include <algorithm>
#include <cmath>
#include <iomanip>

#include "autograd/graph.h"

namespace autograd {
namespace {

// <v, y>
double project(const Tensor& y, const std::vector<Real>& direction) {
  const std::vector<Real> values = y.values();
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    sum += double(direction[i]) * double(values[i]);
  return sum;
}

Shape position_of(std::int64_t i, const Shape& shape) {
  Shape position = shape;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    position[axis] = static_cast<int>(i % shape[axis]);
    i /= shape[axis];
  }
  return position;
}

// A leaf that some inputs are windows on.
struct Leaf {
  std::size_t input;  // the first of them
  Tensor whole;
  std::vector<Real> gradient;
};

std::vector<Leaf> leaves_of(std::vector<Tensor> inputs) {
  std::vector<Leaf> leaves;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool known = std::any_of(
        leaves.begin(), leaves.end(),
        [&](Leaf& leaf) { return leaf.whole.node() == inputs[i].node(); });
    if (inputs[i].requires_grad() && !known)
      leaves.push_back({i, inputs[i].node()->whole(), {}});
  }
  return leaves;
}

}  // namespace

void check_gradients(const std::string& name, const Function& function,
                     const std::vector<Tensor>& inputs,
                     const GradientCheckOptions& options) {
  std::vector<Leaf> leaves = leaves_of(inputs);
  check(!leaves.empty(), "[check_gradients] ", name,
        ": wanted an input that requires a gradient, got none");
  check(options.every >= 1, "[check_gradients] ", name,
        ": wanted every >= 1, got ", options.every);
  for (Leaf& leaf : leaves) leaf.whole.zero_grad();

  const Tensor y = function(inputs);
  Rng rng(options.seed);
  const Tensor direction = Tensor::uniform(y.shape(), -1, 1, rng);
  const std::vector<Real> v = direction.values();
  if (y.requires_grad()) y.backward(direction);
  for (Leaf& leaf : leaves)
    leaf.gradient =
        leaf.whole.has_grad()
            ? leaf.whole.grad().values()
            : std::vector<Real>(static_cast<std::size_t>(leaf.whole.size()));

  NoGrad no_grad;
  std::int64_t differing = 0, total = 0;
  std::string first;
  for (Leaf& leaf : leaves)
    for (std::int64_t i = 0; i < leaf.whole.size(); i += options.every) {
      const Real x = leaf.whole.data()[i];
      const Real h = options.epsilon * std::max(Real(1), std::abs(x));
      const Real above = x + h, below = x - h;
      leaf.whole.write()[i] = above;
      double difference = project(function(inputs), v);
      leaf.whole.write()[i] = below;
      difference -= project(function(inputs), v);
      leaf.whole.write()[i] = x;
      const double expected = difference / (double(above) - double(below));
      const double got = leaf.gradient[static_cast<std::size_t>(i)];
      const double scale = std::max({1.0, std::abs(got), std::abs(expected)});
      ++total;
      if (std::abs(got - expected) <= double(options.tolerance) * scale)
        continue;
      if (differing++ == 0)
        first =
            text("input ", leaf.input, ", index ",
                 position_of(i, leaf.whole.shape()), " of ", leaf.whole.shape(),
                 std::setprecision(9), ": got ", got, ", expected ", expected);
    }
  if (differing > 0)
    throw std::runtime_error(text("[check_gradients] ", name, ": ", first, "; ",
                                  differing, " of ", total,
                                  " elements differ"));
}

}  // namespace autograd
