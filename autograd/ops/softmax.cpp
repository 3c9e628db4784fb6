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

//   y_i = max(x_i - tau, 0), sum y = 1
//   dx  = dy - mean(dy) over the support, 0 elsewhere
//                                     Martins & Astudillo 2016, section 2.5
Tensor sparsemax(const Tensor& x, int axis) {
  return along("sparsemax", x, axis, [](const Tensor& x) {
    Tensor y = Tensor::empty(x.shape());
    const RowsOf from(x);
    kernels::sparsemax(from.count, from.width, from.rows, result_rows(y));
    return record("sparsemax", y, {x}, [](const Tensor& y, const Inputs& in) {
      add_rows(in[0], [&](kernels::Rows<Real> dx, bool accumulate) {
        const RowsOf rows(y);
        kernels::sparsemax_backward(rows.count, rows.width, rows.rows,
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

namespace {

// The loss of each row, and where wanted scale d(their sum) by d(logits).
struct RowLosses {
  RowLosses(const Tensor& logits, const Indices& targets,
            const CrossEntropyOptions& options, Real scale, bool wanted)
      : losses(static_cast<std::size_t>(targets.size()) * sizeof(Real)) {
    const RowsOf rows(logits);
    const auto bytes = static_cast<std::size_t>(logits.size()) * sizeof(Real);
    if (wanted) gradient = Storage(bytes);
    kernels::cross_entropy(rows.count, rows.width, rows.rows, targets.data(),
                           options.ignored, options.smoothing,
                           losses.as<Real>(), scale,
                           {gradient.as<Real>(), rows.width});
  }

  Storage losses, gradient;
};

}  // namespace

//   loss = mean of lse - (1 - s) x_t - s mean(x)
//   dx   = dy / count (softmax(x) - (1 - s) [j == t] - s / V)
// The forward pass makes dx for dy = 1 while a row is in the cache, so that it
// comes from memory once; the first backward pass hands that on, a second one
// makes it again.
Tensor cross_entropy(const Tensor& logits, const Indices& targets,
                     const CrossEntropyOptions& options) {
  check(logits.rank() >= 1 &&
            logits.shape().erased(logits.rank() - 1) == targets.shape(),
        "[cross_entropy] wanted one target for each row of logits ",
        logits.shape(), ", got ", targets.shape());
  check(options.smoothing >= 0 && options.smoothing <= 1,
        "[cross_entropy] wanted smoothing in [0, 1], got ", options.smoothing);
  int counted = 0;
  for (int target : targets) {
    check(
        target == options.ignored || (0 <= target && target < logits.size(-1)),
        "[cross_entropy] target ", target, " is outside [0, ", logits.size(-1),
        ")");
    counted += target != options.ignored;
  }
  const Real scale = counted ? Real(1) / static_cast<Real>(counted) : 0;
  RowLosses rows(logits, targets, options, scale,
                 recording() && logits.requires_grad());
  const Real total = sum_row(
      targets.size(), [](kernels::Vec x) { return x; },
      Lane<const Real>{rows.losses.as<Real>(), 1});
  return record(
      "cross_entropy", Tensor::full({}, total * scale), {logits},
      [=, made = std::move(rows.gradient)](const Tensor& y,
                                           const Inputs& in) mutable {
        Storage dx = std::exchange(made, {});
        if (!dx) dx = RowLosses(in[0], targets, options, scale, true).gradient;
        const Strides dense = dense_strides(in[0].shape());
        if (const Real dy = *gradient(y).data; dy != 1)
          map_into(
              View<Real>{dx.as<Real>(), in[0].shape(), dense},
              [=](kernels::Vec d) { return kernels::Vec(dy) * d; },
              View<const Real>{dx.as<Real>(), in[0].shape(), dense});
        give_gradient(in[0], std::move(dx));
      });
}

}  // namespace autograd
