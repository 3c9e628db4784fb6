// A Node is a value, its gradient, and how it was made. Tensors are windows on
// Nodes; `record` is the only door into the graph.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "autograd/memory.h"
#include "autograd/tensor.h"

namespace autograd {

struct Node;

// The operands of an op in the order it lists them, lent to its backward
// function: the handles are not counted.
class Inputs {
 public:
  explicit Inputs(const Node& node);  // none, where nothing made it
  ~Inputs();
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;

  int size() const { return size_; }
  const Tensor& operator[](int i) const { return tensors_[i]; }

 private:
  static constexpr int inline_count = 3;
  alignas(Tensor) std::byte inline_[inline_count * sizeof(Tensor)];
  Tensor* tensors_;
  int size_;
};

// How a Node was made: the op, its operands and its backward function, in one
// block of just the size that they need.
class Origin {
 public:
  const char* op;
  std::uint64_t id;         // order of recording, for messages
  std::uint64_t visit = 0;  // the last backward pass that saw this Node
  Node* next = nullptr;     // in the list of Nodes about to be destroyed
  unsigned version;         // of the Node's data, when it was recorded
  bool released = false;    // backward has run and dropped the rest
  bool left = false;        // the Node's one count is that of a backward pass

  // With a place for each of the operands, and for the function.
  static Origin* make(const char* op, int operands, std::size_t function);
  void destroy();
  // Drops operands and function.
  void clear();
  // The same, and leaves to a pass the Nodes that it has still to run.
  void leave(std::uint64_t pass);

  // A function (y, inputs) that adds to the inputs' gradients. It captures
  // plain values, Storage or Indices, never a Tensor: so no cycle can exist.
  template <class F>
  void set_backward(F&& function) {
    using Function = std::decay_t<F>;
    static_assert(alignof(Function) <= alignment);
    new (place()) Function(std::forward<F>(function));
    call_ = [](void* place, const Tensor& y, const Inputs& inputs) {
      (*static_cast<Function*>(place))(y, inputs);
    };
    if constexpr (!std::is_trivially_destructible_v<Function>)
      destroy_ = [](void* place) {
        static_cast<Function*>(place)->~Function();
      };
  }
  void backward(const Tensor& y, const Inputs& inputs) {
    call_(place(), y, inputs);
  }

  // An operand: all of its Node, or a window on it; and the version of the
  // value that was read.
  struct Window {
    Shape shape;
    Strides strides;
    std::ptrdiff_t offset;
  };
  struct Operand {
    Node* node;
    Window* window;  // or null: all of it
    unsigned version;
  };
  void push_back(const Tensor& x);
  int size() const { return size_; }
  const Operand* operands() const {
    return reinterpret_cast<const Operand*>(this + 1);
  }

 private:
  static constexpr std::size_t alignment = 16;
  static std::size_t begin_of_function(int operands) {
    return (sizeof(Origin) + sizeof(Operand) * operands + alignment - 1) &
           ~(alignment - 1);
  }
  void* place() {
    return reinterpret_cast<std::byte*>(this) + begin_of_function(size_);
  }

  int size_ = 0;         // operands
  std::uint32_t bytes_;  // of the block
  void (*call_)(void*, const Tensor&, const Inputs&) = nullptr;
  void (*destroy_)(void*) = nullptr;
};

// What is known of a leaf's gradient while nothing but add_to_rows has reached
// it: all rows but these are zero. See used_rows.h.
struct UsedRows {
  std::vector<int> rows;   // each once
  std::vector<char> used;  // [V], 1 for those
  Storage zeros;           // the gradient's memory while there is none
};

struct Node {
  std::atomic<int> count{1};
  bool requires_grad = false;
  bool by_rows = false;  // a leaf that has used_rows
  Storage data, grad;    // grad is made when first needed
  union {
    Origin* origin = nullptr;  // none for a leaf
    UsedRows* used_rows;
  };
  Shape shape;  // the whole value, row-major

  ~Node() { forget_used_rows(); }
  bool leaf() const { return !origin || by_rows; }
  const char* op() const { return leaf() ? "leaf" : origin->op; }

  std::unique_ptr<UsedRows> take_used_rows() {
    std::unique_ptr<UsedRows> taken(by_rows ? used_rows : nullptr);
    if (std::exchange(by_rows, false)) origin = nullptr;
    return taken;
  }
  void forget_used_rows() {
    if (by_rows) take_used_rows();
  }

  // A leaf that owns `data`, and the window on all of it.
  static Tensor make(const Shape& shape, Storage data);
  static void release(Node* node);
  // The window on the whole of this Node.
  Tensor whole();
  // The same, taking over one count that the caller holds.
  static Tensor adopt(Node* node);
  // A window on it, likewise.
  static Tensor adopt(Node* node, const Origin::Window* window);
  // Drops a count.
  void drop() {
    if (drops_last(count)) release(this);
  }
};

// As many as there are Nodes in a graph: one line of the cache each.
static_assert(sizeof(Node) <= 64);

// ---- Recording.

// Whether this thread records; it does unless a scope says otherwise.
bool recording();

// While one lives, ops are recorded or not; scopes may nest.
class Recording {
 public:
  explicit Recording(bool on);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

 private:
  bool before_;
};

class NoGrad : public Recording {
 public:
  NoGrad() : Recording(false) {}
};

using Operands = std::initializer_list<std::reference_wrapper<const Tensor>>;

// Makes y, fresh and dense, the result of `op` on the operands. Where a
// backward function is wanted: the origin, with so many bytes for it.
Origin* begin_record(const char* op, Tensor& y, Operands operands,
                     std::size_t function);
Origin* begin_record(const char* op, Tensor& y,
                     std::span<const Tensor> operands, std::size_t function);

// Every differentiable op ends here. `backward(y, inputs)` reads y.grad()
// through `gradient(y)` and adds to `add_to(inputs[i])`.
template <class Operands_, class F>
Tensor record(const char* op, Tensor y, const Operands_& operands,
              F&& backward) {
  if (Origin* origin = begin_record(op, y, operands, sizeof(backward)))
    origin->set_backward(std::forward<F>(backward));
  return y;
}
template <class F>
Tensor record(const char* op, Tensor y, Operands operands, F&& backward) {
  if (Origin* origin = begin_record(op, y, operands, sizeof(backward)))
    origin->set_backward(std::forward<F>(backward));
  return y;
}

// ---- For backward functions.

// A window on raw values: what kernels and loops walk over.
template <class T>
struct View {
  T* data = nullptr;
  Shape shape;
  Strides strides;
};

inline View<const Real> values(const Tensor& x) {
  check(x.defined(), "[values] wanted a tensor, got an empty handle");
  return {x.node()->data.as<Real>() + x.offset(), x.shape(), x.strides()};
}

// Of a fresh result only.
inline View<Real> mutable_values(Tensor& y) {
  return {y.node()->data.as<Real>() + y.offset(), y.shape(), y.strides()};
}

// The gradient of y, complete when its backward runs.
inline View<const Real> gradient(const Tensor& y) {
  return {y.node()->grad.as<Real>() + y.offset(), y.shape(), y.strides()};
}

// The place where x's gradient gathers: add to it, or store where nothing has
// been added yet. Empty where x needs no gradient.
struct GradientSlot : View<Real> {
  bool accumulate = true;
  explicit operator bool() const { return data != nullptr; }
};
GradientSlot add_to(const Tensor& x);
// The same for an op that reaches only some of x's elements: always to add.
GradientSlot partial_add_to(const Tensor& x);
// Adds dx, row-major in x's shape, to x's gradient; where that is all there is
// yet, the block itself becomes the gradient, so nobody else may write to it.
void give_gradient(const Tensor& x, Storage dx);
// Whether x shows all of its Node, row-major, in whatever shape.
bool shows_all(const Tensor& x);

// One line of the graph: `%7 = matmul(%5 [2, 3], leaf [3, 4]) -> [2, 4]`.
std::string graph_line(const Node& node);

}  // namespace autograd
