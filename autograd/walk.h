// Loops over windows: element-wise maps, and sums into expanded windows, each
// written once for every layout.
#pragma once

#include <array>
#include <cstdint>

#include "autograd/graph.h"
#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/simd_math.h"

namespace autograd {

// Walks N windows of one shape together. Axes that lie end to end in every
// window are merged, so what is dense everywhere is one long row. Operand 0 is
// the one written: only an axis along which it moves is split between
// threads, and each of its elements meets the others in ascending order.
template <int N>
class Walk {
 public:
  Walk(const Shape& shape, const std::array<const Strides*, N>& strides) {
    for (int axis = 0; axis < shape.rank(); ++axis) {
      const std::int64_t size = shape[axis];
      if (size == 1) continue;
      total_ *= size;
      bool joins = rank_ > 0;
      for (int k = 0; k < N && joins; ++k)
        joins = stride_[k][rank_ - 1] == (*strides[k])[axis] * size;
      if (!joins) size_[rank_++] = 1;
      size_[rank_ - 1] *= size;
      for (int k = 0; k < N; ++k) stride_[k][rank_ - 1] = (*strides[k])[axis];
    }
    if (rank_ == 0) {  // a single element
      size_[0] = 1;
      for (int k = 0; k < N; ++k) stride_[k][0] = 1;
      rank_ = 1;
    }
  }

  std::int64_t total() const { return total_; }

  // The step of operand k along the innermost axis.
  std::ptrdiff_t step(int k) const { return stride_[k][rank_ - 1]; }

  // Calls body(n, at) for every innermost row: n elements, operand k's first
  // one at at[k]; about `grain` elements a chunk. What it streams is fenced.
  template <class Body>
  void run(const Body& body, std::int64_t grain = 16384) const {
    if (total_ <= grain) {
      if (rank_ == 1) return body(total_, std::array<std::ptrdiff_t, N>{});
      if (total_ > 0) rows(0, 0, size_[0], body);
      return;
    }
    const int axis = split_axis(grain);
    if (axis < 0) return rows(0, 0, size_[0], body);
    const std::int64_t others = total_ / size_[axis];
    // Strips of columns: wide enough to be read in a stream.
    const std::int64_t block = axis == rank_ - 1 ? 512 : 1;
    const std::int64_t cut = (grain / others / block + 1) * block;
    kernels::parallel_for(size_[axis], cut,
                          [&](std::int64_t begin, std::int64_t end) {
                            rows(axis, begin, end, body);
                            kernels::fence();
                          });
  }

 private:
  // The outermost axis that operand 0 moves along and that cuts finely enough,
  // so that a chunk lies together; else the longest, or -1.
  int split_axis(std::int64_t grain) const {
    int longest = -1;
    for (int i = 0; i < rank_; ++i) {
      if (stride_[0][i] == 0) continue;
      if (total_ / size_[i] <= grain) return i;
      if (longest < 0 || size_[i] > size_[longest]) longest = i;
    }
    return longest;
  }

  // The rows with begin <= index < end along one axis, in ascending order.
  template <class Body>
  void rows(int split, std::int64_t begin, std::int64_t end,
            const Body& body) const {
    std::array<std::ptrdiff_t, N> at;
    for (int k = 0; k < N; ++k) at[k] = begin * stride_[k][split];
    if (rank_ == 1) return body(end - begin, at);
    std::int64_t size[max_rank], index[max_rank] = {};
    for (int i = 0; i < rank_; ++i)
      size[i] = i == split ? end - begin : size_[i];
    for (;;) {
      body(size[rank_ - 1], at);
      int axis = rank_ - 2;
      for (; axis >= 0; --axis) {
        for (int k = 0; k < N; ++k) at[k] += stride_[k][axis];
        if (++index[axis] < size[axis]) break;
        index[axis] = 0;
        for (int k = 0; k < N; ++k) at[k] -= size[axis] * stride_[k][axis];
      }
      if (axis < 0) return;
    }
  }

  int rank_ = 0;
  std::int64_t total_ = 1;
  std::int64_t size_[max_rank];
  std::ptrdiff_t stride_[N][max_rank];
};

// Sixteen elements, or the first n of them, `step` apart. One element moves as
// a scalar: after a masked store a load of the same place has to wait.
inline kernels::Vec take(const Real* p, std::ptrdiff_t step, int n) {
  using namespace kernels;
  if (step == 0 || n == 1) return Vec(*p);
  if (step == 1) return n == lanes ? load(p) : load(p, n);
  Real gathered[lanes] = {};
  for (int i = 0; i < n; ++i) gathered[i] = p[i * step];
  return load(gathered);
}

inline void put(Real* p, std::ptrdiff_t step, kernels::Vec v, int n) {
  using namespace kernels;
  if (step == 1 && n > 1) return n == lanes ? store(p, v) : store(p, v, n);
  Real scattered[lanes];
  store(scattered, v);
  for (int i = 0; i < n; ++i) p[i * step] = scattered[i];
}

// A pointer and its step along a row; results may be written past the caches.
template <class T>
struct Lane {
  T* data;
  std::ptrdiff_t step;
  bool streams = false;
};

// y[i] = f(y[i], x[i]...) along one row; f sees y only where `reads` is set.
template <bool reads, class F, class... X>
void map_row(std::int64_t n, Lane<Real> y, const F& f, X... x) {
  using namespace kernels;
  auto one = [&](std::int64_t i, int count) {
    if constexpr (reads)
      return f(take(y.data + i * y.step, y.step, count),
               take(x.data + i * x.step, x.step, count)...);
    else
      return f(take(x.data + i * x.step, x.step, count)...);
  };
  std::int64_t i = 0;
  if (y.step == 1 && ((x.step == 1) && ...)) {
    if constexpr (!reads)
      if (y.streams && on_lanes(y.data))
        for (; i + lanes <= n; i += lanes)
          stream(y.data + i, f(load(x.data + i)...));
    for (; i + lanes <= n; i += lanes) {
      if constexpr (reads)
        store(y.data + i, f(load(y.data + i), load(x.data + i)...));
      else
        store(y.data + i, f(load(x.data + i)...));
    }
  } else {
    for (; i + lanes <= n; i += lanes)
      put(y.data + i * y.step, y.step, one(i, lanes), lanes);
  }
  const int rest = static_cast<int>(n - i);
  if (rest > 0) put(y.data + i * y.step, y.step, one(i, rest), rest);
}

// The sum of f(x[i]...) along one row: sixteen lanes, then a fixed tree.
template <class F, class... X>
Real sum_row(std::int64_t n, const F& f, X... x) {
  using namespace kernels;
  Vec sum_of_lanes(0);
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    sum_of_lanes =
        sum_of_lanes + f(take(x.data + i * x.step, x.step, lanes)...);
  if (const int rest = static_cast<int>(n - i); rest > 0) {
    Real tail[lanes] = {};
    store(tail, f(take(x.data + i * x.step, x.step, rest)...), rest);
    sum_of_lanes = sum_of_lanes + load(tail);
  }
  return sum(sum_of_lanes);
}

// y = f(x...), element by element; all windows have y's shape. An f that costs
// `work` times a sum is worth a second thread so much earlier.
template <int work = 1, class F, class... X>
void map_into(const View<Real>& y, const F& f, const X&... x) {
  const Walk<1 + sizeof...(X)> walk(y.shape, {&y.strides, &x.strides...});
  const bool streams = walk.total() >= kernels::streamed;
  walk.run(
      [&](std::int64_t n, const auto& at) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
          map_row<false>(
              n, Lane<Real>{y.data + at[0], walk.step(0), streams}, f,
              Lane<const Real>{x.data + at[I + 1], walk.step(I + 1)}...);
        }
        (std::index_sequence_for<X...>());
      },
      16384 / work);
}

// dx += f(x...), or dx = f(x...) where nothing has been added yet. Along an
// expanded axis of dx this is a sum: broadcasting's backward.
template <class F, class... X>
void add_into(const GradientSlot& dx, const F& f, const X&... x) {
  using kernels::Vec;
  const Walk<1 + sizeof...(X)> walk(dx.shape, {&dx.strides, &x.strides...});
  const bool streams = walk.total() >= kernels::streamed;
  walk.run([&](std::int64_t n, const auto& at) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const Lane<Real> y{dx.data + at[0], walk.step(0), streams};
      if (y.step == 0 && n > 1)
        *y.data += sum_row(
            n, f, Lane<const Real>{x.data + at[I + 1], walk.step(I + 1)}...);
      else if (dx.accumulate)
        map_row<true>(
            n, y, [&](Vec before, auto... v) { return before + f(v...); },
            Lane<const Real>{x.data + at[I + 1], walk.step(I + 1)}...);
      else
        map_row<false>(
            n, y, f, Lane<const Real>{x.data + at[I + 1], walk.step(I + 1)}...);
    }
    (std::index_sequence_for<X...>());
  });
}

// Writes a window's elements in row-major order.
inline void copy(const View<const Real>& from, Real* to) {
  map_into(
      View<Real>{to, from.shape, dense_strides(from.shape)},
      [](kernels::Vec x) { return x; }, from);
}

}  // namespace autograd
