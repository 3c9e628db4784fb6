// Sums are what broadcasting's backward does: adding into an expanded window.
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {

using kernels::Vec;

namespace {

// x's shape with 1 on the axes to reduce; all of them where none is named.
Shape reduced_shape(const char* op, const Tensor& x,
                    const std::vector<int>& axes) {
  check(x.defined(), "[", op, "] wanted a tensor, got an empty handle");
  if (axes.empty()) return Shape::filled(x.rank(), 1);
  Shape shape = x.shape();
  for (int axis : axes) shape[checked_axis(op, axis, x.rank())] = 1;
  return shape;
}

// The kept form, or the form without the reduced axes.
Tensor finished(Tensor y, const std::vector<int>& axes, bool keep) {
  if (keep) return y;
  if (axes.empty()) return reshape(y, {});
  std::vector<bool> gone(static_cast<std::size_t>(y.rank()));
  for (int axis : axes)
    gone[static_cast<std::size_t>(axis < 0 ? axis + y.rank() : axis)] = true;
  for (int axis = y.rank() - 1; axis >= 0; --axis)
    if (gone[static_cast<std::size_t>(axis)]) y = select(y, axis, 0);
  return y;
}

// y, seen in x's shape, as a place to add to.
GradientSlot sum_slot(Tensor& y, const Shape& shape) {
  Tensor wide = expand(y, shape);
  GradientSlot slot;
  static_cast<View<Real>&>(slot) = mutable_values(wide);
  return slot;
}

View<const Real> wide_gradient(const Tensor& y, const Shape& shape) {
  return gradient(expand(y, shape));
}

Vec same(Vec x) { return x; }

}  // namespace

Tensor sum(const Tensor& x, const std::vector<int>& axes, bool keep) {
  Tensor y = Tensor::zeros(reduced_shape("sum", x, axes));
  add_into(sum_slot(y, x.shape()), same, values(x));
  y = record("sum", y, {x}, [](const Tensor& y, const Inputs& in) {
    if (auto dx = add_to(in[0]))
      add_into(dx, same, wide_gradient(y, in[0].shape()));
  });
  return finished(y, axes, keep);
}

Tensor mean(const Tensor& x, const std::vector<int>& axes, bool keep) {
  const Tensor total = sum(x, axes, keep);
  return total * (static_cast<Real>(total.size()) / x.size());
}

Tensor max(const Tensor& x, const std::vector<int>& axes, bool keep) {
  check(x.size() > 0, "[max] wanted at least one element, got shape ",
        x.shape());
  Tensor y = Tensor::full(reduced_shape("max", x, axes), -kernels::infinity);
  Tensor wide = expand(y, x.shape());
  const Walk<2> walk(x.shape(), {&wide.strides(), &x.strides()});
  Real* to = mutable_values(y).data;
  const Real* from = x.data();
  walk.run([&](std::int64_t n, const auto& at) {
    for (std::int64_t i = 0; i < n; ++i) {
      Real& best = to[at[0] + i * walk.step(0)];
      const Real value = from[at[1] + i * walk.step(1)];
      if (value > best || value != value) best = value;  // NaN stays
    }
  });
  y = record("max", y, {x}, [](const Tensor& y, const Inputs& in) {
    auto dx = add_to(in[0]);
    if (!dx) return;
    const auto wide_y = values(expand(y, in[0].shape()));
    auto winner = [](Vec x, Vec y) { return select(x == y, Vec(1), Vec(0)); };
    Tensor winners = Tensor::zeros(y.shape());
    add_into(sum_slot(winners, in[0].shape()), winner, values(in[0]), wide_y);
    add_into(
        dx,
        [&](Vec dy, Vec x, Vec y, Vec count) {
          return dy * winner(x, y) / count;
        },
        wide_gradient(y, in[0].shape()), values(in[0]), wide_y,
        values(expand(winners, in[0].shape())));
  });
  return finished(y, axes, keep);
}

Tensor variance(const Tensor& x, const std::vector<int>& axes, bool keep,
                int correction) {
  const Tensor distance = x - mean(x, axes, true);
  const Tensor total = sum(distance * distance, axes, keep);
  const auto count = static_cast<Real>(x.size()) / total.size();
  return total * (1 / (count - static_cast<Real>(correction)));
}

}  // namespace autograd
