#include "autograd/anomaly.h"

#include <cmath>

#include "autograd/kernels/simd.h"

namespace autograd {
namespace {

thread_local bool on = false;

// Throws at the first element of a row-major block that is not finite.
void check_finite(const Real* data, const Shape& shape, const char* pass,
                  const std::string& what, bool masks = false) {
  const std::int64_t count = element_count(shape);
  for (std::int64_t i = 0; i < count; ++i) {
    if (std::isfinite(data[i]) || (masks && data[i] == -kernels::infinity))
      continue;
    Shape position = shape;
    std::int64_t rest = i;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      position[axis] = static_cast<int>(rest % shape[axis]);
      rest /= shape[axis];
    }
    throw std::runtime_error(text("[anomaly] ", pass, ": first ",
                                  std::isnan(data[i]) ? "NaN" : "Inf", " at ",
                                  position, " of ", what));
  }
}

std::string name_of(const Node& node) {
  return node.leaf() ? "leaf" : text('%', node.origin->id);
}

}  // namespace

Anomaly::Anomaly() : before_(on) { on = true; }
Anomaly::~Anomaly() { on = before_; }

bool anomaly_on() { return on; }

void check_forward(const char* op, const Tensor& y) {
  check_finite(
      y.node()->data.as<Real>(), y.node()->shape, "forward",
      y.node()->leaf() ? text(op, " -> ", y.shape()) : graph_line(*y.node()),
      op == std::string("where"));
}

void check_backward(const Node& node) {
  const Inputs inputs(node);
  for (int i = 0; i < inputs.size(); ++i) {
    const Node& input = *inputs[i].node();
    if (input.grad)
      check_finite(input.grad.as<Real>(), input.shape, "backward",
                   text("the gradient of input ", i, " of ", graph_line(node)));
  }
}

std::string graph_line(const Node& node) {
  std::string line = name_of(node) + " = " + node.op() + '(';
  const Inputs inputs(node);
  for (int i = 0; i < inputs.size(); ++i) {
    const Tensor& x = inputs[i];
    line += text(i ? ", " : "", name_of(*x.node()), ' ', x.shape());
  }
  return line + text(") -> ", node.shape);
}

}  // namespace autograd
