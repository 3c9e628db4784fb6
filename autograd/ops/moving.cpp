// Ops that put elements elsewhere: their backward puts the gradients back.
#include <algorithm>

#include "autograd/graph.h"
#include "autograd/kernels/finish.h"
#include "autograd/ops.h"
#include "autograd/used_rows.h"
#include "autograd/walk.h"

namespace autograd {

using kernels::Vec;

namespace {

Vec same(Vec x) { return x; }

}  // namespace

Tensor contiguous(const Tensor& x) {
  if (x.dense()) return x;
  Tensor y = Tensor::empty(x.shape());
  map_into(mutable_values(y), same, values(x));
  return record("contiguous", y, {x}, [](const Tensor& y, const Inputs& in) {
    if (auto dx = add_to(in[0])) add_into(dx, same, gradient(y));
  });
}

Tensor concat(const std::vector<Tensor>& parts, int axis) {
  check(!parts.empty(), "[concat] wanted at least one tensor, got none");
  axis = checked_axis("concat", axis, parts[0].rank());
  Shape shape = parts[0].shape().with(axis, 0);
  for (const Tensor& part : parts) {
    check(part.rank() == shape.rank() &&
              part.shape().with(axis, 0) == shape.with(axis, 0),
          "[concat] shapes differ off axis ", axis, ": ", parts[0].shape(),
          " and ", part.shape());
    shape[axis] += part.shape()[axis];
  }
  Tensor y = Tensor::empty(shape);
  int begin = 0;
  for (const Tensor& part : parts) {
    const int end = begin + part.shape()[axis];
    Tensor place = slice(y, axis, begin, end);
    map_into(mutable_values(place), same, values(part));
    begin = end;
  }
  return record("concat", y, parts, [axis](const Tensor& y, const Inputs& in) {
    int begin = 0;
    for (int i = 0; i < in.size(); ++i) {
      const int end = begin + in[i].shape()[axis];
      if (auto dx = add_to(in[i]))
        add_into(dx, same, gradient(slice(y, axis, begin, end)));
      begin = end;
    }
  });
}

Tensor stack(const std::vector<Tensor>& parts, int axis) {
  check(!parts.empty(), "[stack] wanted at least one tensor, got none");
  std::vector<Tensor> thick;
  for (const Tensor& part : parts) thick.push_back(unsqueeze(part, axis));
  return concat(thick, checked_axis("stack", axis, thick[0].rank()));
}

namespace {

// Calls body(i, place): the i-th index in row-major order, and where in x,
// laid out by `strides`, the element that it names lies.
template <class Body>
void each_gathered(const Indices& index, const Strides& strides, int axis,
                   const Body& body) {
  const Shape& shape = index.shape();
  Shape at = Shape::filled(shape.rank(), 0);
  for (std::int64_t i = 0; i < index.size(); ++i) {
    std::ptrdiff_t place = index[i] * strides[axis];
    for (int k = 0; k < shape.rank(); ++k)
      if (k != axis) place += at[k] * strides[k];
    body(i, place);
    for (int k = shape.rank() - 1; k >= 0 && ++at[k] == shape[k]; --k)
      at[k] = 0;
  }
}

void check_range(const char* op, const Indices& index, int size) {
  for (int i : index)
    check(0 <= i && i < size, "[", op, "] index ", i, " is outside [0, ", size,
          ")");
}

}  // namespace

Tensor gather(const Tensor& x, int axis, const Indices& index) {
  axis = checked_axis("gather", axis, x.rank());
  check(index.shape().rank() == x.rank() &&
            index.shape().with(axis, 0) == x.shape().with(axis, 0),
        "[gather] wanted indices of shape ", x.shape(), " but for axis ", axis,
        ", got ", index.shape());
  check_range("gather", index, x.shape()[axis]);
  Tensor y = Tensor::empty(index.shape());
  Real* to = mutable_values(y).data;
  const Real* from = x.data();
  each_gathered(
      index, x.strides(), axis,
      [&](std::int64_t i, std::ptrdiff_t place) { to[i] = from[place]; });
  return record("gather", y, {x},
                [axis, index](const Tensor& y, const Inputs& in) {
                  auto dx = partial_add_to(in[0]);
                  if (!dx) return;
                  const Real* dy = gradient(y).data;
                  each_gathered(index, dx.strides, axis,
                                [&](std::int64_t i, std::ptrdiff_t place) {
                                  dx.data[place] += dy[i];
                                });
                });
}

Tensor embedding(const Tensor& weight, const Indices& ids) {
  check(weight.rank() == 2, "[embedding] wanted a weight [V, D], got ",
        weight.shape());
  check_range("embedding", ids, weight.size(0));
  Shape shape = ids.shape();
  shape.push_back(weight.size(1));
  const Tensor table = contiguous(weight);
  const std::int64_t width = table.size(1);
  Tensor y = Tensor::empty(shape);
  Real* to = mutable_values(y).data;
  for (std::int64_t i = 0; i < ids.size(); ++i)
    std::copy_n(table.data() + ids[i] * width, width, to + i * width);
  return record("embedding", y, {table},
                [ids](const Tensor& y, const Inputs& in) {
                  auto dw = add_to_rows(in[0], ids);
                  if (!dw) return;
                  const std::int64_t width = in[0].size(1);
                  const Real* dy = gradient(y).data;
                  for (std::int64_t i = 0; i < ids.size(); ++i)
                    map_row<true>(
                        width, Lane<Real>{dw.data + ids[i] * width, 1},
                        [](Vec before, Vec dy) { return before + dy; },
                        Lane<const Real>{dy + i * width, 1});
                });
}

Tensor dropout(const Tensor& x, Real p, Rng& rng) {
  check(p >= 0 && p < 1, "[dropout] wanted a probability in [0, 1), got ", p);
  if (p == 0) return x;
  const kernels::Finish drop{.dropout = p, .seed = rng.bits()};
  const Tensor source = contiguous(x);
  Tensor y = Tensor::empty(x.shape());
  kernels::finish(y.size(), drop, source.data(), mutable_values(y).data, false);
  return record(
      "dropout", y, {source}, [drop](const Tensor& y, const Inputs& in) {
        if (auto dx = add_to(in[0]))
          kernels::finish_backward(y.size(), drop, nullptr, gradient(y).data,
                                   dx.data, dx.accumulate);
      });
}

}  // namespace autograd
