#include "autograd/kernels/batch_norm.h"

#include <cmath>

#include "autograd/graph.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

using kernels::Channels;

Channels channels_of(const Tensor& x, const Tensor& weight,
                     const Tensor& bias) {
  check(x.rank() >= 2, "[batch_norm] wanted x [B, C, ...], got ", x.shape());
  const Shape width{x.size(1)};
  check(weight.shape() == width && bias.shape() == width,
        "[batch_norm] wanted weight and bias of shape ", width, ", got ",
        weight.shape(), " and ", bias.shape());
  const std::int64_t rows = std::int64_t(x.size(0)) * x.size(1);
  return {x.size(0), x.size(1), rows ? x.size() / rows : 0};
}

//   y  = h weight + bias,  h = (x - mean) rstd       Ioffe & Szegedy 2015
//   dweight = sum dy h,  dbias = sum dy
//   dx = weight rstd (dy - (dbias + h dweight) / count)
// without the last term where mean and variance do not come from x.
Tensor normalised(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  const Channels& shape, const BatchMoments& moments,
                  Real epsilon, bool of_x) {
  Tensor y = Tensor::empty(x.shape());
  const auto bytes = static_cast<std::size_t>(shape.channels) * sizeof(Real);
  const Storage mean(bytes), rstd(bytes);
  for (std::int64_t c = 0; c < shape.channels; ++c) {
    mean.as<Real>()[c] = moments.mean.data()[c];
    rstd.as<Real>()[c] = 1 / std::sqrt(moments.variance.data()[c] + epsilon);
  }
  const Tensor w = contiguous(weight), b = contiguous(bias);
  kernels::batch_norm(shape, x.data(), mean.as<Real>(), rstd.as<Real>(),
                      w.data(), b.data(), mutable_values(y).data);
  return record("batch_norm", std::move(y), {x, w, b},
                [=](const Tensor& y, const Inputs& in) {
                  Tensor sums = Tensor::empty({2, in[1].size(0)});
                  Real* to = mutable_values(sums).data;
                  const auto dx = add_to(in[0]);
                  kernels::batch_norm_gradient(
                      shape, in[0].data(), mean.as<Real>(), rstd.as<Real>(),
                      in[1].data(), gradient(y).data,
                      {dx.data, to, to + shape.channels, dx.accumulate, of_x});
                  for (int i : {0, 1})
                    if (auto slot = add_to(in[1 + i]))
                      add_into(
                          slot, [](kernels::Vec d) { return d; },
                          values(select(sums, 0, i)));
                });
}

}  // namespace

Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  Real epsilon, BatchMoments* found) {
  const Channels shape = channels_of(x, weight, bias);
  check(shape.count() >= 2, "[batch_norm] wanted at least two values a channel",
        ", got x ", x.shape());
  const Tensor dense = contiguous(x);
  Tensor mean = Tensor::empty(weight.shape());
  Tensor variance = Tensor::empty(weight.shape());
  kernels::moments(shape, dense.data(), mutable_values(mean).data,
                   mutable_values(variance).data);
  const BatchMoments moments{mean, variance};
  if (found) *found = moments;
  return normalised(dense, weight, bias, shape, moments, epsilon, true);
}

Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  const BatchMoments& given, Real epsilon) {
  const Channels shape = channels_of(x, weight, bias);
  check(given.mean.shape() == weight.shape() &&
            given.variance.shape() == weight.shape(),
        "[batch_norm] wanted a mean and a variance of shape ", weight.shape(),
        ", got ", given.mean.shape(), " and ", given.variance.shape());
  return normalised(contiguous(x), weight, bias, shape,
                    {contiguous(given.mean), contiguous(given.variance)},
                    epsilon, false);
}

}  // namespace autograd
