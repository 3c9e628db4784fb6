#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "autograd/kernels/row_sums.h"
#include "autograd/kernels/rows.h"

namespace autograd::kernels {
namespace {

// With z = x - max x the threshold lies in [-1, 0), so that no z of -1 or less
// is above it. In descending order z_k is in the support as long as
//   1 + k z_k > z_1 + ... + z_k,   and then   tau = (z_1 + ... + z_k - 1) / k.
// `top` has room for a row.
Real threshold(std::int64_t columns, const Real* x, Real largest, Real* top) {
  Real* end = top;
  for (std::int64_t j = 0; j < columns; ++j)
    if (const Real z = x[j] - largest; z > -1) *end++ = z;
  std::sort(top, end, std::greater<Real>());
  Real total = 0, tau = -1;
  for (const Real* z = top; z != end; ++z) {
    total += *z;
    const Real t = (total - 1) / static_cast<Real>(z - top + 1);
    if (*z <= t) break;
    tau = t;
  }
  return tau;
}

void sparsemax_row(std::int64_t columns, const Real* x, Real* y) {
  Real largest = -infinity;
  bool finite = true;  // or -inf
  for (std::int64_t j = 0; j < columns; ++j) {
    finite = finite && x[j] < infinity;
    largest = std::max(largest, x[j]);
  }
  if (!finite || largest == -infinity) {
    const Real nan = std::numeric_limits<Real>::quiet_NaN();
    std::fill_n(y, columns, finite ? Real(0) : nan);
    return;
  }
  const Real tau = threshold(columns, x, largest, row_buffer(columns));
  const Vec zero = Real(0), shift = largest, least = tau;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    store(y + j, max(load(x + j, n) - shift - least, zero), n);
  });
}

void sparsemax_backward_row(std::int64_t columns, const Real* y, const Real* dy,
                            Real* dx, bool accumulate) {
  const Vec zero = Real(0), one = Real(1);
  Vec totals = zero, counts = zero;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Mask out = load(y + j, n, 0) == zero;
    totals = totals + select(out, zero, load(dy + j, n, 0));
    counts = counts + select(out, zero, one);
  });
  const Real count = sum(counts);
  const Vec mean = count == 0 ? Real(0) : sum(totals) / count;
  for_lanes(columns, [&](std::int64_t j, auto n) {
    const Vec d = load(dy + j, n) - mean;
    put(dx + j, select(load(y + j, n) == zero, zero, d), n, accumulate);
  });
}

}  // namespace

void sparsemax(std::int64_t rows, std::int64_t columns, Rows<const Real> x,
               Rows<Real> y) {
  for_rows(rows, columns,
           [&](std::int64_t i) { sparsemax_row(columns, x[i], y[i]); });
}

void sparsemax_backward(std::int64_t rows, std::int64_t columns,
                        Rows<const Real> y, Rows<const Real> dy, Rows<Real> dx,
                        bool accumulate) {
  for_rows(rows, columns, [&](std::int64_t i) {
    sparsemax_backward_row(columns, y[i], dy[i], dx[i], accumulate);
  });
}

}  // namespace autograd::kernels
