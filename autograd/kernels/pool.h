// Pooling of pictures: a window slides over each plane by itself.
#pragma once

#include <cstdint>

#include "autograd/kernels/real.h"
#include "autograd/kernels/slide.h"

namespace autograd::kernels {

//   x [planes, height, width]   y [planes, height', width'], both dense
struct Pooling {
  std::int64_t planes;
  int height, width;    // of x
  Slide rows, columns;  // over its height and its width; padded by half at most

  int out_height() const { return static_cast<int>(rows.outputs(height)); }
  int out_width() const { return static_cast<int>(columns.outputs(width)); }
  std::int64_t pixels() const {
    return rows.outputs(height) * columns.outputs(width);
  }
};

// The largest in each window, and the tap, counted row by row, that saw it: of
// equal ones the first, of several NaN the last; padding never is.
void max_pool(const Pooling& pool, const Real* x, Real* y, Real* chosen);

// dx[where the chosen tap reads] = or += dy, in ascending order.
void max_pool_gradient(const Pooling& pool, const Real* chosen, const Real* dy,
                       Real* dx, bool accumulate);

// The sum of each window, tap by tap, by the number of its taps: padding counts
// as zeros.
void average_pool(const Pooling& pool, const Real* x, Real* y);

// dx of each window's elements = or += dy by the number of taps, window rows
// and then taps in ascending order.
void average_pool_gradient(const Pooling& pool, const Real* dy, Real* dx,
                           bool accumulate);

}  // namespace autograd::kernels
