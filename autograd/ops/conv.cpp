#include "autograd/kernels/conv.h"

#include <limits>

#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

using kernels::Convolution;
using kernels::Slide;

// The convolution of x by the weight, the rows' slide of one axis or of two.
Convolution convolution(const char* op, const Tensor& x, const Tensor& weight,
                        const Tensor& bias, const ConvOptions& options) {
  const auto& [stride, padding, dilation, groups] = options;
  check(stride >= 1 && padding >= 0 && dilation >= 1 && groups >= 1, "[", op,
        "] wanted a stride, a dilation and groups of at least 1 and a padding ",
        "of at least 0, got ", stride, ", ", dilation, ", ", groups, " and ",
        padding);
  const int axes = weight.rank() - 2;
  const int in = x.size(1), out = weight.size(0);
  check(in % groups == 0 && out % groups == 0, "[", op, "] wanted channels ",
        "that ", groups, " groups share evenly, got ", in, " to ", out);
  check(weight.size(1) * groups == in, "[", op, "] wanted a weight that reads ",
        in / groups, " channels, got x ", x.shape(), " and weight ",
        weight.shape());
  check(!bias.defined() || bias.shape() == Shape{out}, "[", op, "] wanted a ",
        "bias of shape ", Shape{out}, ", got ", bias.shape());
  const Slide columns{weight.size(-1), stride, padding, dilation};
  const Slide rows =
      axes == 1 ? Slide{} : Slide{weight.size(2), stride, padding, dilation};
  const Convolution conv{
      x.size(0),  in,   out,    groups, axes == 1 ? 1 : x.size(2),
      x.size(-1), rows, columns};
  check(rows.size >= 1 && columns.size >= 1 && conv.pixels() > 0 &&
            conv.pixels() <= std::numeric_limits<int>::max(),
        "[", op, "] a weight ", weight.shape(), " does not fit x ", x.shape(),
        " with a padding of ", padding);
  return conv;
}

//   y   = W columns(x) + b       Chellapilla et al. 2006
//   dx  = columns'(W' dy)        dW = dy columns(x)'       db = sum dy
Tensor convolve(const char* op, const Tensor& x, const Tensor& weight,
                const Tensor& bias, const Convolution& conv, Tensor y) {
  const Tensor dense_x = contiguous(x), w = contiguous(weight);
  std::vector<Tensor> operands = {dense_x, w};
  if (bias.defined()) operands.push_back(contiguous(bias));
  kernels::convolve(conv, dense_x.data(), w.data(),
                    bias.defined() ? operands[2].data() : nullptr,
                    mutable_values(y).data);
  Counter::count_multiply_adds(op, conv.multiply_adds());
  return record(
      op, std::move(y), operands, [=](const Tensor& y, const Inputs& in) {
        const Real* dy = gradient(y).data;
        if (auto dx = add_to(in[0])) {
          kernels::convolve_input_gradient(conv, in[1].data(), dy, dx.data,
                                           dx.accumulate);
          Counter::count_multiply_adds(op, conv.multiply_adds());
        }
        if (auto dw = add_to(in[1])) {
          kernels::convolve_weight_gradient(conv, in[0].data(), dy, dw.data,
                                            dw.accumulate);
          Counter::count_multiply_adds(op, conv.multiply_adds());
        }
        if (in.size() < 3 || !in[2].requires_grad()) return;
        Tensor sums = Tensor::empty(in[2].shape());
        kernels::convolve_bias_gradient(conv, dy, mutable_values(sums).data);
        add_into(
            add_to(in[2]), [](kernels::Vec db) { return db; }, values(sums));
      });
}

}  // namespace

Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ConvOptions& options) {
  check(x.rank() == 3 && weight.rank() == 3, "[conv1d] wanted x [B, C, T] and ",
        "weight [O, C / groups, K], got ", x.shape(), " and ", weight.shape());
  const Convolution conv = convolution("conv1d", x, weight, bias, options);
  return convolve("conv1d", x, weight, bias, conv,
                  Tensor::empty({conv.batch, conv.out, conv.out_width()}));
}

Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ConvOptions& options) {
  check(x.rank() == 4 && weight.rank() == 4, "[conv2d] wanted x [B, C, H, W] ",
        "and weight [O, C / groups, K, K'], got ", x.shape(), " and ",
        weight.shape());
  const Convolution conv = convolution("conv2d", x, weight, bias, options);
  return convolve("conv2d", x, weight, bias, conv,
                  Tensor::empty({conv.batch, conv.out, conv.out_height(),
                                 conv.out_width()}));
}

}  // namespace autograd
