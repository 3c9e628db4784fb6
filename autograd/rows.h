// Tensors as rows along their last axis, for kernels that work row by row.
#pragma once

#include "autograd/kernels/rows.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {

// True where the rows of a window are dense and lie a fixed stride apart.
struct RowLayout {
  std::int64_t count = 1, width = 1;
  std::ptrdiff_t stride = 0;
  bool regular = true;

  RowLayout(const Shape& shape, const Strides& strides) {
    const int last = shape.rank() - 1;
    width = shape[last];
    regular = width == 1 || strides[last] == 1;
    for (int axis = last - 1; axis >= 0; --axis) {
      if (shape[axis] == 1) continue;
      if (count == 1)
        stride = strides[axis];
      else
        regular = regular && strides[axis] == stride * count;
      count *= shape[axis];
    }
  }
};

// The rows of x; a copy of them where they do not lie regularly.
struct RowsOf {
  explicit RowsOf(const Tensor& x) {
    RowLayout layout(x.shape(), x.strides());
    dense = x.detach();
    if (!layout.regular) {
      dense = x.clone();
      layout = RowLayout(dense.shape(), dense.strides());
    }
    count = layout.count;
    width = layout.width;
    rows = {dense.data(), layout.stride};
  }

  std::int64_t count, width;
  kernels::Rows<const Real> rows;

 private:
  Tensor dense;
};

inline kernels::Rows<Real> result_rows(Tensor& y) {
  return {mutable_values(y).data, y.shape().back()};
}

// The gradient of a fresh, dense result.
inline kernels::Rows<const Real> gradient_rows(const Tensor& y) {
  return {gradient(y).data, y.shape().back()};
}

// Calls body(dx, accumulate) with rows where x's gradient gathers, or with
// rows of a temporary that is then added.
template <class Body>
void add_rows(const Tensor& x, const Body& body) {
  auto slot = add_to(x);
  if (!slot) return;
  const RowLayout layout(slot.shape, slot.strides);
  if (layout.regular && (layout.stride != 0 || layout.count == 1))
    return body(kernels::Rows<Real>{slot.data, layout.stride}, slot.accumulate);
  Tensor dense = Tensor::empty(x.shape());
  body(result_rows(dense), false);
  add_into(
      slot, [](kernels::Vec dx) { return dx; }, values(dense));
}

}  // namespace autograd
