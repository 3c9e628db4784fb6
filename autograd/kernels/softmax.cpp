#include "autograd/kernels/row_sums.h"
#include "autograd/kernels/rows.h"

namespace autograd::kernels {
namespace {

// What is streamed is first gathered in `row`, which stays in the cache.
void softmax_row(std::int64_t columns, const Real* x, const Real* next,
                 Real* row, Real* y) {
  const Real largest = row_max(columns, x);
  // A row of -inf only: exp(-inf - 0) = 0 everywhere, and a NaN still shows.
  const Real shift = largest == -infinity ? Real(0) : largest;
  const Real s =
      row_exp(columns, x, shift, next,
              [&](std::int64_t j, Vec e, auto n) { store(row + j, e, n); });
  const Vec scale = s == 0 ? Real(0) : 1 / s;
  fill_row(columns, y, row != y,
           [&](std::int64_t j, auto n) { return load(row + j, n) * scale; });
}

void softmax_backward_row(std::int64_t columns, const Real* y, const Real* dy,
                          Real* dx, bool accumulate, bool streams) {
  const Vec zero = Real(0);
  Vec dot = zero;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec weight = load(y + j, n);
    dot = select(weight == zero, dot, fma(load(dy + j, n), weight, dot));
  });
  const Vec mean = sum(dot);
  fill_row(columns, dx, streams, [&](std::int64_t j, auto n) {
    const Vec weight = load(y + j, n), g = weight * (load(dy + j, n) - mean);
    const Vec d = select(weight == zero, zero, g);
    return accumulate ? load(dx + j, n) + d : d;
  });
}

void log_softmax_row(std::int64_t columns, const Real* x, const Real* next,
                     Real* y) {
  const Real lse = row_logsumexp(columns, x, next);
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
  const bool streams = rows * columns >= streamed;
  for_rows(rows, columns, [&](std::int64_t i) {
    softmax_row(columns, x[i], row_after(x, i, rows),
                streams ? row_buffer(columns) : y[i], y[i]);
  });
}

void softmax_backward(std::int64_t rows, std::int64_t columns,
                      Rows<const Real> y, Rows<const Real> dy, Rows<Real> dx,
                      bool accumulate) {
  const bool streams = !accumulate && rows * columns >= streamed;
  for_rows(rows, columns, [&](std::int64_t i) {
    softmax_backward_row(columns, y[i], dy[i], dx[i], accumulate, streams);
  });
}

void logsumexp(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
               Real* y) {
  for_rows(rows, columns, [&](std::int64_t i) {
    y[i] = row_logsumexp(columns, x[i], row_after(x, i, rows));
  });
}

void log_softmax(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
                 Rows<Real> y) {
  for_rows(rows, columns, [&](std::int64_t i) {
    log_softmax_row(columns, x[i], row_after(x, i, rows), y[i]);
  });
}

void log_softmax_backward(std::int64_t rows, std::int64_t columns,
                          Rows<const Real> y, Rows<const Real> dy,
                          Rows<Real> dx, bool accumulate) {
  for_rows(rows, columns, [&](std::int64_t i) {
    log_softmax_backward_row(columns, y[i], dy[i], dx[i], accumulate);
  });
}

}  // namespace autograd::kernels
