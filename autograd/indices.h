// Integers with a shape: token ids, class labels, positions.
#pragma once

#include <algorithm>
#include <ostream>
#include <vector>

#include "autograd/memory.h"
#include "autograd/shape.h"

namespace autograd {

// A row-major block of ints that is never changed once made; copies share it.
class Indices {
 public:
  Indices() : Indices(Shape{0}, {}) {}

  // The values in row-major order, as many as the shape holds.
  Indices(const Shape& shape, const std::vector<int>& values)
      : shape_(shape), storage_(values.size() * sizeof(int)) {
    check(element_count(shape) == static_cast<std::int64_t>(values.size()),
          "[Indices] shape ", shape, " wants ", element_count(shape),
          " values, got ", values.size());
    std::copy(values.begin(), values.end(), storage_.as<int>());
  }
  explicit Indices(const std::vector<int>& values)
      : Indices(Shape{static_cast<int>(values.size())}, values) {}

  const Shape& shape() const { return shape_; }
  std::int64_t size() const { return element_count(shape_); }
  const int* data() const { return storage_.as<int>(); }
  const int* begin() const { return data(); }
  const int* end() const { return data() + size(); }
  int operator[](std::int64_t i) const { return data()[i]; }

  // The values at position `step` of the last axis: [..., T] to [...].
  Indices step(int step) const {
    check(shape_.rank() >= 1 && 0 <= step && step < shape_.back(),
          "[Indices] no step ", step, " in shape ", shape_);
    std::vector<int> values;
    for (std::int64_t i = step; i < size(); i += shape_.back())
      values.push_back((*this)[i]);
    return Indices(shape_.erased(shape_.rank() - 1), values);
  }

  friend bool operator==(const Indices& a, const Indices& b) {
    return a.shape_ == b.shape_ && std::equal(a.begin(), a.end(), b.begin());
  }

  friend std::ostream& operator<<(std::ostream& out, const Indices& indices) {
    out << "Indices" << indices.shape_ << " {";
    for (std::int64_t i = 0; i < indices.size(); ++i)
      out << (i ? ", " : "") << indices[i];
    return out << '}';
  }

 private:
  Shape shape_;
  Storage storage_;
};

}  // namespace autograd
