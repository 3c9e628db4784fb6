#include "autograd/kernels/row_sums.h"
#include "autograd/kernels/rows.h"

namespace autograd::kernels {
namespace {

void softmax_row(std::int64_t columns, const Real* x, Real* y) {
  const Real largest = row_max(columns, x);
  // A row of -inf only: exp(-inf - 0) = 0 everywhere, and a NaN still shows.
  const Vec shift = largest == -infinity ? Real(0) : largest;
  Vec total = Real(0);
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec e = exp(load(x + j, n, -infinity) - shift);
    store(y + j, e, n);
    total = total + e;
  });
  const Real s = sum(total);
  const Vec scale = s == 0 ? Real(0) : 1 / s;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    store(y + j, load(y + j, n) * scale, n);
  });
}

void softmax_backward_row(std::int64_t columns, const Real* y, const Real* dy,
                          Real* dx, bool accumulate) {
  const Vec zero = Real(0);
  // dy where y is not 0, so that 0 NaN never happens.
  const auto seen = [&](std::int64_t j, auto n) {
    return select(load(y + j, n) == zero, zero, load(dy + j, n));
  };
  Vec dot = zero;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    dot = fma(seen(j, n), load(y + j, n), dot);
  });
  const Vec mean = sum(dot);
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec weight = load(y + j, n), g = weight * (seen(j, n) - mean);
    put(dx + j, select(weight == zero, zero, g), n, accumulate);
  });
}

void log_softmax_row(std::int64_t columns, const Real* x, Real* y) {
  const Real lse = row_logsumexp(columns, x);
  const Vec shift = lse == -infinity ? Real(0) : lse;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    store(y + j, load(x + j, n) - shift, n);
  });
}

void log_softmax_backward_row(std::int64_t columns, const Real* y,
                              const Real* dy, Real* dx, bool accumulate) {
  const Vec zero = Real(0), masked = -infinity;
  Vec total = zero;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    total = total + select(load(y + j, n) == masked, zero, load(dy + j, n));
  });
  const Vec s = sum(total);
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec logs = load(y + j, n), g = load(dy + j, n) - exp(logs) * s;
    put(dx + j, select(logs == masked, zero, g), n, accumulate);
  });
}

}  // namespace

void softmax(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
             Rows<Real> y) {
  for_rows(rows, columns,
           [&](std::int64_t i) { softmax_row(columns, x[i], y[i]); });
}

void softmax_backward(std::int64_t rows, std::int64_t columns,
                      Rows<const Real> y, Rows<const Real> dy, Rows<Real> dx,
                      bool accumulate) {
  for_rows(rows, columns, [&](std::int64_t i) {
    softmax_backward_row(columns, y[i], dy[i], dx[i], accumulate);
  });
}

void logsumexp(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
               Real* y) {
  for_rows(rows, columns,
           [&](std::int64_t i) { y[i] = row_logsumexp(columns, x[i]); });
}

void log_softmax(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                 Rows<Real> y) {
  for_rows(rows, columns,
           [&](std::int64_t i) { log_softmax_row(columns, x[i], y[i]); });
}

void log_softmax_backward(std::int64_t rows, std::int64_t columns,
                          Rows<const Real> y, Rows<const Real> dy,
                          Rows<Real> dx, bool accumulate) {
  for_rows(rows, columns, [&](std::int64_t i) {
    log_softmax_backward_row(columns, y[i], dy[i], dx[i], accumulate);
  });
}

}  // namespace autograd::kernels
