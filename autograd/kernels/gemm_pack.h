// Copies of parts of A and B, laid out in the order the tiles read them.
#pragma once

#include <algorithm>

#include "autograd/kernels/gemm_kernels.h"

namespace autograd::kernels {

// How many of the `left` rows the next panel takes: full panels, the last two
// of about equal height.
inline int panel_rows(int left, int height = tile_rows) {
  if (left >= 2 * height || left <= height) return std::min(left, height);
  return (left + 1) / 2;
}

// packed[k * panel_stride + i] = a(i, k) for i < rows; `left` rows follow a.
inline void pack_panel(Matrix<const Real> a, int rows, int left, int k,
                       Real* packed) {
  int done = 0;
  if (a.row == 1) {
    for (; done < k; ++done)
      store(packed + done * panel_stride, load(a.data + done * a.column, rows),
            rows);
  } else if (a.column == 1 && panel_stride == lanes && left >= lanes) {
    for (; done + lanes <= k; done += lanes)
      transpose(a.data + done, a.row, packed + done * panel_stride,
                panel_stride);
  }
  for (; done < k; ++done)
    for (int i = 0; i < rows; ++i)
      packed[done * panel_stride + i] = a.data[i * a.row + done * a.column];
}

// Asks the L2 for sixteen rows of sixteen.
ATTENTION_INLINE void ask_for(const Real* from, std::ptrdiff_t row) {
#pragma GCC unroll 16
  for (int i = 0; i < lanes; ++i) __builtin_prefetch(from + i * row, 0, 2);
}

// packed[k * width + j] = b(k, j) for j < columns <= width, else 0.
inline void pack_sliver(Matrix<const Real> b, int k, int columns, int width,
                        Real* packed) {
  for (int j = 0; j < width; j += lanes, packed += lanes) {
    const Matrix<const Real> from = {b.data + j * b.column, b.row, b.column};
    const int n = std::clamp(columns - j, 0, lanes);
    int done = 0;
    if (b.column == 1) {
      for (; done < k; ++done)
        store(packed + done * width, load(from.data + done * b.row, n));
    } else if (b.row == 1 && n == lanes) {
      for (; done + lanes <= k; done += lanes) {
        ask_for(from.data + lanes * b.column + done, b.column);
        transpose(from.data + done, b.column, packed + done * width, width);
      }
    }
    for (; done < k; ++done)
      for (int i = 0; i < lanes; ++i)
        packed[done * width + i] =
            i < n ? from.data[done * b.row + i * b.column] : Real(0);
  }
}

}  // namespace autograd::kernels
