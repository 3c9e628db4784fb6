// Ops along the last axis; any other axis is the last one of another window.
#include "autograd/graph.h"
#include "autograd/kernels/rows.h"
#include "autograd/ops.h"
#include "autograd/rows.h"

namespace autograd {
namespace {

// op(x) along `axis`, where `last` works along the last axis.
template <class F>
Tensor along(const char* op, const Tensor& x, int axis, const F& last) {
  check(x.rank() >= 1, "[", op, "] wanted at least one axis, got a scalar");
  axis = checked_axis(op, axis, x.rank());
  if (axis == x.rank() - 1) return last(x);
  return transpose(last(transpose(x, axis, -1)), axis, -1);
}

}  // namespace

//   y_i = exp(x_i) / sum_j exp(x_j)
//   dx  = y (dy - <dy, y>)            Martins & Astudillo 2016, section 2.5
Tensor softmax(const Tensor& x, int axis) {
  return along("softmax", x, axis, [](const Tensor& x) {
    Tensor y = Tensor::empty(x.shape());
    const RowsOf from(x);
    kernels::softmax(from.count, from.width, from.rows, result_rows(y));
    return record("softmax", y, {x}, [](const Tensor& y, const Inputs& in) {
      add_rows(in[0], [&](kernels::Rows<Real> dx, bool accumulate) {
        const RowsOf rows(y);
        kernels::softmax_backward(rows.count, rows.width, rows.rows,
                                  gradient_rows(y), dx, accumulate);
      });
    });
  });
}

//   y  = x - log sum exp x
//   dx = dy - exp(y) sum(dy)
Tensor log_softmax(const Tensor& x, int axis) {
  return along("log_softmax", x, axis, [](const Tensor& x) {
    Tensor y = Tensor::empty(x.shape());
    const RowsOf from(x);
    kernels::log_softmax(from.count, from.width, from.rows, result_rows(y));
    return record("log_softmax", y, {x}, [](const Tensor& y, const Inputs& in) {
      add_rows(in[0], [&](kernels::Rows<Real> dx, bool accumulate) {
        const RowsOf rows(y);
        kernels::log_softmax_backward(rows.count, rows.width, rows.rows,
                                      gradient_rows(y), dx, accumulate);
      });
    });
  });
}

//   y  = log sum exp x
//   dx = dy exp(x - y)
Tensor logsumexp(const Tensor& x, int axis) {
  check(x.rank() >= 1, "[logsumexp] wanted at least one axis, got a scalar");
  const Tensor last = transpose(x, axis, -1);
  Tensor y = Tensor::empty(last.shape().with(last.rank() - 1, 1));
  const RowsOf from(last);
  kernels::logsumexp(from.count, from.width, from.rows, mutable_values(y).data);
  y = record("logsumexp", y, {last}, [](const Tensor& y, const Inputs& in) {
    if (auto dx = add_to(in[0])) {
      const Tensor wide = expand(y, in[0].shape());
      add_into(
          dx,
          [](kernels::Vec dy, kernels::Vec x, kernels::Vec y) {
            return select(x == kernels::Vec(-kernels::infinity),
                          kernels::Vec(0), dy * kernels::exp(x - y));
          },
          gradient(wide), values(in[0]), values(wide));
    }
  });
  return squeeze(transpose(y, axis, -1), axis);
}

//   loss = mean of lse - (1 - s) x_t - s mean(x)
//   dx   = dy / count (softmax(x) - (1 - s) [j == t] - s / V)
Tensor cross_entropy(const Tensor& logits, const Indices& targets,
                     const CrossEntropyOptions& options) {
  check(logits.rank() >= 1 &&
            logits.shape().erased(logits.rank() - 1) == targets.shape(),
        "[cross_entropy] wanted one target for each row of logits ",
        logits.shape(), ", got ", targets.shape());
  const Real smoothing = options.smoothing;
  const int ignored = options.ignored;
  check(smoothing >= 0 && smoothing <= 1,
        "[cross_entropy] wanted smoothing in [0, 1], got ", smoothing);
  int counted = 0;
  for (int target : targets) {
    check(target == ignored || (0 <= target && target < logits.size(-1)),
          "[cross_entropy] target ", target, " is outside [0, ",
          logits.size(-1), ")");
    counted += target != ignored;
  }
  const Real scale = counted ? Real(1) / static_cast<Real>(counted) : 0;
  const auto bytes = static_cast<std::size_t>(targets.size()) * sizeof(Real);
  const Storage losses(bytes), lse(bytes);
  const RowsOf rows(logits);
  kernels::cross_entropy(rows.count, rows.width, rows.rows, targets.data(),
                         ignored, smoothing, losses.as<Real>(), lse.as<Real>());
  const Real total = sum_row(
      rows.count, [](kernels::Vec x) { return x; },
      Lane<const Real>{losses.as<Real>(), 1});
  return record("cross_entropy", Tensor::full({}, total * scale), {logits},
                [=](const Tensor& y, const Inputs& in) {
                  add_rows(in[0], [&](kernels::Rows<Real> dx, bool accumulate) {
                    const RowsOf rows(in[0]);
                    kernels::cross_entropy_backward(
                        rows.count, rows.width, rows.rows, targets.data(),
                        ignored, smoothing, lse.as<Real>(),
                        *gradient(y).data * scale, dx, accumulate);
                  });
                });
}

}  // namespace autograd
