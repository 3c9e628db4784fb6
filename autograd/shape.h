// Shapes and strides: short lists with a place for each axis, kept inline.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <span>
#include <utility>

#include "autograd/check.h"

namespace autograd {

inline constexpr int max_rank = 6;

// One value for each axis of a tensor, at most six.
template <class T>
class PerAxis {
 public:
  PerAxis() = default;
  PerAxis(std::initializer_list<T> values)
      : PerAxis(std::span<const T>(values.begin(), values.size())) {}
  explicit PerAxis(std::span<const T> values) {
    check(values.size() <= max_rank, "[shape] at most ", max_rank,
          " axes, got ", values.size());
    for (T value : values) values_[rank_++] = value;
  }

  // The same value for each of `rank` axes.
  static PerAxis filled(int rank, T value) {
    check(rank <= max_rank, "[shape] at most ", max_rank, " axes, got ", rank);
    PerAxis result;
    result.rank_ = rank;
    for (int i = 0; i < rank; ++i) result.values_[i] = value;
    return result;
  }

  int rank() const { return rank_; }
  T operator[](int axis) const { return values_[axis]; }
  T& operator[](int axis) { return values_[axis]; }
  const T* begin() const { return values_; }
  const T* end() const { return values_ + rank_; }
  T back() const { return values_[rank_ - 1]; }

  void push_back(T value) {
    check(rank_ < max_rank, "[shape] at most ", max_rank, " axes");
    values_[rank_++] = value;
  }

  // A copy with the value put in before `axis`.
  PerAxis inserted(int axis, T value) const {
    PerAxis result;
    for (int i = 0; i < axis; ++i) result.push_back(values_[i]);
    result.push_back(value);
    for (int i = axis; i < rank_; ++i) result.push_back(values_[i]);
    return result;
  }

  // A copy without `axis`.
  PerAxis erased(int axis) const {
    PerAxis result;
    for (int i = 0; i < rank_; ++i)
      if (i != axis) result.push_back(values_[i]);
    return result;
  }

  // A copy with two axes exchanged.
  PerAxis swapped(int i, int j) const {
    PerAxis result = *this;
    std::swap(result.values_[i], result.values_[j]);
    return result;
  }

  // A copy with another value at `axis`.
  PerAxis with(int axis, T value) const {
    PerAxis result = *this;
    result.values_[axis] = value;
    return result;
  }

  friend bool operator==(const PerAxis& a, const PerAxis& b) {
    if (a.rank_ != b.rank_) return false;
    for (int i = 0; i < a.rank_; ++i)
      if (a.values_[i] != b.values_[i]) return false;
    return true;
  }

  friend std::ostream& operator<<(std::ostream& out, const PerAxis& list) {
    out << '[';
    for (int i = 0; i < list.rank(); ++i)
      out << (i ? ", " : "") << list.values_[i];
    return out << ']';
  }

 private:
  // With one place to spare, so that the whole is copied in one move.
  T values_[max_rank + 1] = {};  // 0 beyond the rank
  int rank_ = 0;
};

using Shape = PerAxis<int>;
using Strides = PerAxis<std::ptrdiff_t>;

// How many elements a tensor of this shape has; 1 for a scalar.
inline std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (int size : shape) count *= size;
  return count;
}

// Row-major strides: the last axis lies densest. Never 0, which would mean an
// expanded axis.
inline Strides dense_strides(const Shape& shape) {
  Strides strides = Strides::filled(shape.rank(), 1);
  for (int i = shape.rank() - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * std::max(shape[i + 1], 1);
  return strides;
}

// The axis a caller means: negative ones count from the end.
inline int checked_axis(const char* op, int axis, int rank) {
  check(-rank <= axis && axis < rank, "[", op, "] axis must be in [", -rank,
        ", ", rank, "), got ", axis);
  return axis < 0 ? axis + rank : axis;
}

// The shape two operands broadcast to, as NumPy's: aligned at the last axis,
// sizes equal or one of them 1.
inline Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b) {
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape result = longer;
  for (int i = 1; i <= shorter.rank(); ++i) {
    const int x = longer[longer.rank() - i], y = shorter[shorter.rank() - i];
    check(x == y || x == 1 || y == 1, "[", op, "] shapes do not broadcast: ", a,
          " and ", b);
    if (x == 1) result[longer.rank() - i] = y;
  }
  return result;
}

}  // namespace autograd
