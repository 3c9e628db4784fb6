#include "autograd/graph.h"
#include "autograd/kernels/rows.h"
#include "autograd/ops.h"
#include "autograd/rows.h"

namespace autograd {

//   y  = h weight + bias,  h = (x - mean) rstd
//   dx = rstd (g - mean(g) - h mean(g h)),  g = dy weight
//   dweight = sum over rows of dy h,  dbias = sum over rows of dy
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias,
                  Real epsilon) {
  check(x.rank() >= 1, "[layer_norm] wanted at least one axis, got a scalar");
  const Shape width{x.size(-1)};
  check(weight.shape() == width && bias.shape() == width,
        "[layer_norm] wanted weight and bias of shape ", width, ", got ",
        weight.shape(), " and ", bias.shape());
  Tensor y = Tensor::empty(x.shape());
  const RowsOf rows(x);
  const auto bytes = static_cast<std::size_t>(rows.count) * sizeof(Real);
  const Storage mean(bytes), rstd(bytes);
  const Tensor w = contiguous(weight), b = contiguous(bias);
  kernels::layer_norm(rows.count, rows.width, rows.rows, w.data(), b.data(),
                      epsilon, result_rows(y), mean.as<Real>(),
                      rstd.as<Real>());
  return record(
      "layer_norm", y, {x, w, b}, [=](const Tensor& y, const Inputs& in) {
        const RowsOf rows(in[0]);
        const bool weights = in[1].requires_grad() || in[2].requires_grad();
        Tensor sums = Tensor::empty({weights ? 2 : 0, in[1].size(0)});
        const auto backward = [&](kernels::Rows<Real> dx, bool accumulate) {
          kernels::layer_norm_backward(
              rows.count, rows.width, rows.rows, in[1].data(), mean.as<Real>(),
              rstd.as<Real>(), gradient_rows(y), dx, accumulate,
              weights ? mutable_values(sums).data : nullptr);
        };
        if (in[0].requires_grad())
          add_rows(in[0], backward);
        else
          backward({}, false);
        for (int i : {0, 1})
          if (auto slot = add_to(in[1 + i]))
            add_into(
                slot, [](kernels::Vec x) { return x; },
                values(select(sums, 0, i)));
      });
}

//   y  = h weight,  h = x rstd
//   dx = rstd (g - h mean(g h)),  g = dy weight
//   dweight = sum over rows of dy h
Tensor rms_norm(const Tensor& x, const Tensor& weight, Real epsilon) {
  check(x.rank() >= 1, "[rms_norm] wanted at least one axis, got a scalar");
  check(weight.shape() == Shape{x.size(-1)}, "[rms_norm] wanted a weight of ",
        "shape ", Shape{x.size(-1)}, ", got ", weight.shape());
  Tensor y = Tensor::empty(x.shape());
  const RowsOf rows(x);
  const Storage rstd(static_cast<std::size_t>(rows.count) * sizeof(Real));
  const Tensor w = contiguous(weight);
  kernels::rms_norm(rows.count, rows.width, rows.rows, w.data(), epsilon,
                    result_rows(y), rstd.as<Real>());
  return record("rms_norm", y, {x, w}, [=](const Tensor& y, const Inputs& in) {
    const RowsOf rows(in[0]);
    const bool wanted = in[1].requires_grad();
    Tensor sums = Tensor::empty({wanted ? in[1].size(0) : 0});
    const auto backward = [&](kernels::Rows<Real> dx, bool accumulate) {
      kernels::rms_norm_backward(rows.count, rows.width, rows.rows,
                                 in[1].data(), rstd.as<Real>(),
                                 gradient_rows(y), dx, accumulate,
                                 wanted ? mutable_values(sums).data : nullptr);
    };
    if (in[0].requires_grad())
      add_rows(in[0], backward);
    else
      backward({}, false);
    if (auto slot = add_to(in[1]))
      add_into(
          slot, [](kernels::Vec x) { return x; }, values(sums));
  });
}

}  // namespace autograd
