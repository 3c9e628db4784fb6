// A Tensor is a window on a Node: a counted pointer, a shape, strides and an
// offset. Transposes, slices and broadcasts are other windows on the same
// Node: they copy nothing, record nothing and need no backward of their own,
// because adding to a gradient through the window is their backward.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "autograd/kernels/real.h"
#include "autograd/random.h"
#include "autograd/shape.h"

namespace autograd {

struct Node;

class Tensor {
 public:
  // No tensor at all; only assignment and `defined` are allowed.
  Tensor() = default;
  // A scalar constant.
  Tensor(Real value);  // NOLINT: `x * 2` is meant to work
  Tensor(const Tensor& other);
  Tensor(Tensor&& other) noexcept
      : node_(std::exchange(other.node_, nullptr)),
        shape_(other.shape_),
        strides_(other.strides_),
        offset_(other.offset_) {}
  Tensor& operator=(const Tensor& other) {
    return *this = Tensor(other);  // first counted, then the old one dropped
  }
  Tensor& operator=(Tensor&& other) noexcept {
    std::swap(node_, other.node_);
    shape_ = other.shape_;
    strides_ = other.strides_;
    offset_ = other.offset_;
    return *this;
  }
  ~Tensor() {
    if (node_) drop();
  }

  // ---- Making tensors. None of these is recorded.
  static Tensor empty(const Shape& shape);  // contents undefined
  static Tensor zeros(const Shape& shape);
  static Tensor ones(const Shape& shape);
  static Tensor full(const Shape& shape, Real value);
  static Tensor arange(int count);  // 0, 1 ... count - 1
  static Tensor from(const Shape& shape, const std::vector<Real>& values);
  static Tensor uniform(const Shape& shape, Real low, Real high, Rng& rng);
  static Tensor normal(const Shape& shape, Real mean, Real deviation, Rng& rng);

  // ---- Looking at them.
  bool defined() const { return node_ != nullptr; }
  const Shape& shape() const { return shape_; }
  const Strides& strides() const { return strides_; }
  std::ptrdiff_t offset() const { return offset_; }
  int rank() const { return shape_.rank(); }
  int size(int axis) const {
    return shape_[checked_axis("size", axis, rank())];
  }
  std::int64_t size() const { return element_count(shape_); }
  bool dense() const;  // row-major without gaps

  // The only element of a tensor of size 1.
  Real item() const;
  Real at(std::initializer_list<int> position) const;
  // All elements in row-major order.
  std::vector<Real> values() const;
  // The first element of the window; the others lie by the strides.
  const Real* data() const;

  // ---- Writing in place. Only a leaf may be written; a graph that has read
  // the old value refuses to run backward.
  Real* write();
  void set(std::initializer_list<int> position, Real value);
  void fill(Real value);
  void copy_from(const Tensor& other);  // same shape
  void copy_from(const std::vector<Real>& values);

  // ---- Gradients.
  bool requires_grad() const;
  // Asks for a gradient; only for a leaf. Returns this tensor.
  Tensor& requires_grad(bool wanted);
  bool has_grad() const;
  // What the whole Node's users have sent back, seen through this window. It
  // shares memory with the Node's gradient.
  Tensor grad() const;
  void zero_grad();
  // Sends d(this)/d(this) = 1 back from a scalar to every leaf that requires a
  // gradient, adding to what is there.
  void backward(bool retain_graph = false) const;
  // The same from any shape, with the gradient of the outcome by this tensor.
  void backward(const Tensor& gradient, bool retain_graph = false) const;

  // The same values, cut off from the graph; shares memory.
  Tensor detach() const;
  // A fresh, dense leaf with the same values.
  Tensor clone() const;

  // ---- Windows on the same Node (more in ops.h).
  Tensor window(const Shape& shape, const Strides& strides,
                std::ptrdiff_t offset) const;

  const Node* node() const { return node_; }
  Node* node() { return node_; }

 private:
  friend struct Node;
  Tensor(Node* node, const Shape& shape, const Strides& strides,
         std::ptrdiff_t offset)
      : node_(node), shape_(shape), strides_(strides), offset_(offset) {}
  Tensor(Node* node, const Shape& shape)
      : node_(node), shape_(shape), strides_(dense_strides(shape)) {}
  void drop();
  std::ptrdiff_t place(const char* what,
                       std::initializer_list<int> position) const;

  Node* node_ = nullptr;
  Shape shape_;
  Strides strides_;
  std::ptrdiff_t offset_ = 0;
};

// As NumPy prints with precision=4 and suppress=True: nested brackets, four
// decimals at most, more than 1000 elements shortened; in scientific notation
// only where the largest is at least 1e8 or below 1e-4.
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

}  // namespace autograd
