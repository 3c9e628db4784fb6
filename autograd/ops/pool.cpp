#include "autograd/kernels/pool.h"

#include <limits>

#include "autograd/graph.h"
#include "autograd/ops.h"

namespace autograd {
namespace {

using kernels::Pooling;
using kernels::Slide;

// The pooling of the last `axes` axes of x.
Pooling pooling(const char* op, const Tensor& x, int axes,
                const PoolOptions& options) {
  check(x.rank() == axes + 2, "[", op, "] wanted x [B, C, ",
        axes == 1 ? "T]" : "H, W]", ", got ", x.shape());
  const int size = options.size;
  const int stride = options.stride == 0 ? size : options.stride;
  check(size >= 1 && stride >= 1 && options.padding >= 0 &&
            options.padding <= size / 2,
        "[", op, "] wanted a size of at least 1, a stride of at least 0 and a ",
        "padding of at most half the size, got ", size, ", ", options.stride,
        " and ", options.padding);
  const Slide slide{size, stride, options.padding};
  const Pooling pool{std::int64_t(x.size(0)) * x.size(1),
                     axes == 1 ? 1 : x.size(2), x.size(-1),
                     axes == 1 ? Slide{} : slide, slide};
  check(pool.pixels() > 0 && std::int64_t(pool.height) * pool.width <=
                                 std::numeric_limits<int>::max(),
        "[", op, "] a window of ", size, " does not fit x ", x.shape(),
        " with a padding of ", options.padding);
  return pool;
}

Tensor result(const Tensor& x, const Pooling& pool) {
  Shape shape = x.shape().with(x.rank() - 1, pool.out_width());
  if (x.rank() == 4) shape[2] = pool.out_height();
  return Tensor::empty(shape);
}

//   y = max over the window     dx[the place of y] += dy
Tensor max_pool(const char* op, const Tensor& x, const Pooling& pool) {
  const Tensor dense = contiguous(x);
  Tensor y = result(x, pool);
  const Storage chosen(static_cast<std::size_t>(y.size()) * sizeof(Real));
  kernels::max_pool(pool, dense.data(), mutable_values(y).data,
                    chosen.as<Real>());
  return record(
      op, std::move(y), {dense}, [=](const Tensor& y, const Inputs& in) {
        if (auto dx = add_to(in[0]))
          kernels::max_pool_gradient(pool, chosen.as<Real>(), gradient(y).data,
                                     dx.data, dx.accumulate);
      });
}

//   y = sum over the window / taps     dx of the window += dy / taps
Tensor average_pool(const char* op, const Tensor& x, const Pooling& pool) {
  const Tensor dense = contiguous(x);
  Tensor y = result(x, pool);
  kernels::average_pool(pool, dense.data(), mutable_values(y).data);
  return record(op, std::move(y), {dense},
                [=](const Tensor& y, const Inputs& in) {
                  if (auto dx = add_to(in[0]))
                    kernels::average_pool_gradient(pool, gradient(y).data,
                                                   dx.data, dx.accumulate);
                });
}

}  // namespace

Tensor max_pool1d(const Tensor& x, const PoolOptions& options) {
  return max_pool("max_pool1d", x, pooling("max_pool1d", x, 1, options));
}

Tensor max_pool2d(const Tensor& x, const PoolOptions& options) {
  return max_pool("max_pool2d", x, pooling("max_pool2d", x, 2, options));
}

Tensor avg_pool1d(const Tensor& x, const PoolOptions& options) {
  return average_pool("avg_pool1d", x, pooling("avg_pool1d", x, 1, options));
}

Tensor avg_pool2d(const Tensor& x, const PoolOptions& options) {
  return average_pool("avg_pool2d", x, pooling("avg_pool2d", x, 2, options));
}

}  // namespace autograd
