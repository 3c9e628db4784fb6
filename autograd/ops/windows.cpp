// Other windows on the same Node. There is no backward code here: a window's
// gradient is the same window on the Node's gradient.
#include "autograd/graph.h"
#include "autograd/ops.h"

namespace autograd {

Tensor transpose(const Tensor& x, int i, int j) {
  i = checked_axis("transpose", i, x.rank());
  j = checked_axis("transpose", j, x.rank());
  return x.window(x.shape().swapped(i, j), x.strides().swapped(i, j),
                  x.offset());
}

Tensor permute(const Tensor& x, const std::vector<int>& axes) {
  check(static_cast<int>(axes.size()) == x.rank(), "[permute] shape ",
        x.shape(), " wants ", x.rank(), " axes, got ", axes.size());
  Shape shape;
  Strides strides;
  std::vector<bool> seen(axes.size());
  for (int axis : axes) {
    axis = checked_axis("permute", axis, x.rank());
    check(!seen[static_cast<std::size_t>(axis)], "[permute] axis ", axis,
          " is named twice");
    seen[static_cast<std::size_t>(axis)] = true;
    shape.push_back(x.shape()[axis]);
    strides.push_back(x.strides()[axis]);
  }
  return x.window(shape, strides, x.offset());
}

Tensor slice(const Tensor& x, int axis, int begin, int end, int step) {
  axis = checked_axis("slice", axis, x.rank());
  const int size = x.shape()[axis];
  if (begin < 0) begin += size;
  if (end < 0) end += size;
  check(step >= 1, "[slice] wanted a step of at least 1, got ", step);
  check(0 <= begin && begin <= end && end <= size, "[slice] wanted 0 <= begin ",
        "<= end <= ", size, " on axis ", axis, ", got ", begin, " and ", end);
  return x.window(x.shape().with(axis, (end - begin + step - 1) / step),
                  x.strides().with(axis, x.strides()[axis] * step),
                  x.offset() + begin * x.strides()[axis]);
}

Tensor select(const Tensor& x, int axis, int index) {
  axis = checked_axis("select", axis, x.rank());
  const int size = x.shape()[axis];
  check(-size <= index && index < size, "[select] index ", index,
        " is outside axis ", axis, " of shape ", x.shape());
  if (index < 0) index += size;
  return x.window(x.shape().erased(axis), x.strides().erased(axis),
                  x.offset() + index * x.strides()[axis]);
}

std::vector<Tensor> split(const Tensor& x, int axis, int part) {
  axis = checked_axis("split", axis, x.rank());
  check(part >= 1, "[split] wanted parts of at least 1, got ", part);
  std::vector<Tensor> parts;
  const int size = x.shape()[axis];
  for (int begin = 0; begin < size; begin += part)
    parts.push_back(slice(x, axis, begin, std::min(begin + part, size)));
  return parts;
}

Tensor expand(const Tensor& x, const Shape& shape) {
  const int extra = shape.rank() - x.rank();
  check(extra >= 0, "[expand] cannot expand ", x.shape(), " to ", shape);
  Strides strides = Strides::filled(shape.rank(), 0);
  for (int i = 0; i < x.rank(); ++i) {
    const bool same = x.shape()[i] == shape[i + extra];
    check(same || x.shape()[i] == 1, "[expand] cannot expand ", x.shape(),
          " to ", shape);
    if (same) strides[i + extra] = x.strides()[i];
  }
  return x.window(shape, strides, x.offset());
}

Tensor unsqueeze(const Tensor& x, int axis) {
  axis = checked_axis("unsqueeze", axis, x.rank() + 1);
  return x.window(x.shape().inserted(axis, 1), x.strides().inserted(axis, 1),
                  x.offset());
}

Tensor squeeze(const Tensor& x, int axis) {
  axis = checked_axis("squeeze", axis, x.rank());
  check(x.shape()[axis] == 1, "[squeeze] wanted size 1 on axis ", axis,
        ", got shape ", x.shape());
  return select(x, axis, 0);
}

namespace {

// The sizes wanted, with -1 worked out.
Shape completed(const Shape& from, const Shape& wanted) {
  Shape shape = wanted;
  int open = -1;
  std::int64_t known = 1;
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] == -1) {
      check(open < 0, "[reshape] at most one size may be -1, got ", shape);
      open = i;
    } else {
      check(shape[i] >= 0, "[reshape] sizes must not be negative, got ", shape);
      known *= shape[i];
    }
  }
  const std::int64_t size = element_count(from);
  if (open >= 0 && known > 0) shape[open] = static_cast<int>(size / known);
  check(element_count(shape) == size && (open < 0 || known > 0), "[reshape] ",
        from, " has ", size, " elements, which do not fit ", shape);
  return shape;
}

// Strides for `shape` over the same elements in the same order, where such
// exist: every new axis must divide a run of old axes that lie end to end.
bool strides_for(const Tensor& x, const Shape& shape, Strides& strides) {
  Strides sizes, steps;  // the runs, outermost first
  for (int axis = 0; axis < x.rank(); ++axis) {
    const std::ptrdiff_t size = x.shape()[axis], step = x.strides()[axis];
    if (size == 1) continue;
    const int last = sizes.rank() - 1;
    if (last >= 0 && steps[last] == step * size) {
      sizes[last] *= size;
      steps[last] = step;
    } else {
      sizes.push_back(size);
      steps.push_back(step);
    }
  }
  strides = Strides::filled(shape.rank(), 1);
  int run = sizes.rank();
  std::ptrdiff_t left = 1, step = 1;  // of the current run
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    if (shape[axis] == 1) continue;
    if (left == 1) {
      --run;
      left = sizes[run];
      step = steps[run];
    }
    if (left % shape[axis] != 0) return false;
    strides[axis] = step;
    step *= shape[axis];
    left /= shape[axis];
  }
  return true;
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& wanted) {
  const Shape shape = completed(x.shape(), wanted);
  if (x.dense() || x.size() == 0)
    return x.window(shape, dense_strides(shape), x.offset());
  Strides strides;
  if (strides_for(x, shape, strides))
    return x.window(shape, strides, x.offset());
  const Tensor dense = contiguous(x);
  return dense.window(shape, dense_strides(shape), dense.offset());
}

}  // namespace autograd
