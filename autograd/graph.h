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

// The operands of an op in the order it lists them, each with the version of
// the value that it read. Two lie inline, more in one block.
class Inputs {
 public:
  Inputs() = default;
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;
  ~Inputs() { clear(); }

  void reserve(int count);  // once, before the first push_back
  void push_back(const Tensor& tensor);
  void clear();
  // Clears, and leaves to a backward pass the Nodes that it has still to run.
  void leave(std::uint64_t pass);
  int size() const { return size_; }
  const Tensor& operator[](int i) const { return entries()[i].tensor; }
  unsigned version(int i) const { return entries()[i].version; }

 private:
  struct Entry {
    Tensor tensor;
    unsigned version;
  };
  static constexpr int inline_count = 2;
  const Entry* entries() const {
    return block_ ? block_ : reinterpret_cast<const Entry*>(inline_);
  }
  Entry* entries() {
    return const_cast<Entry*>(std::as_const(*this).entries());
  }

  alignas(Entry) std::byte inline_[inline_count * sizeof(Entry)];
  Entry* block_ = nullptr;
  int size_ = 0, capacity_ = inline_count;
};

// A function (y, inputs) that adds to the inputs' gradients. It captures small
// plain values, Storage or Indices, never a Tensor: so no cycle can exist. It
// lies inside the Node.
class Backward {
 public:
  Backward() = default;
  Backward(const Backward&) = delete;
  Backward& operator=(const Backward&) = delete;
  ~Backward() { clear(); }

  template <class F>
  void set(F&& function) {
    using Function = std::decay_t<F>;
    static_assert(sizeof(Function) <= sizeof(closure_),
                  "a backward function captures at most 96 bytes");
    new (closure_) Function(std::forward<F>(function));
    call_ = [](void* closure, const Tensor& y, const Inputs& inputs) {
      (*static_cast<Function*>(closure))(y, inputs);
    };
    if constexpr (!std::is_trivially_destructible_v<Function>)
      destroy_ = [](void* closure) {
        static_cast<Function*>(closure)->~Function();
      };
  }
  void clear() {
    if (destroy_) destroy_(closure_);
    call_ = nullptr;
    destroy_ = nullptr;
  }
  explicit operator bool() const { return call_ != nullptr; }
  void operator()(const Tensor& y, const Inputs& inputs) {
    call_(closure_, y, inputs);
  }

 private:
  void (*call_)(void*, const Tensor&, const Inputs&) = nullptr;
  void (*destroy_)(void*) = nullptr;
  alignas(16) std::byte closure_[96];
};

// What is known of a table's gradient while nothing but add_to_rows has reached
// it: all rows but these are zero. See used_rows.h.
struct UsedRows {
  std::vector<int> rows;   // each once
  std::vector<char> used;  // [V], 1 for those
  Storage zeros;           // the gradient's memory while there is none
};

struct Node {
  std::atomic<int> count{1};
  bool requires_grad = false;
  bool released = false;    // backward has run and dropped how it was made
  bool left = false;        // the one count is that of a backward pass
  std::uint64_t visit = 0;  // the last backward pass that saw this Node
  std::uint64_t id = 0;     // order of recording, for messages; 0 for a leaf
  const char* op = "leaf";
  Storage data, grad;    // grad is made when first needed
  Node* next = nullptr;  // in the list of those about to be destroyed
  unsigned version = 0;  // of data, when it was recorded
  Shape shape;           // the whole value, row-major
  Inputs inputs;
  Backward backward;
  std::unique_ptr<UsedRows> used_rows;

  bool leaf() const { return id == 0; }

  // A leaf that owns `data`, and the window on all of it.
  static Tensor make(const Shape& shape, Storage data);
  static void release(Node* node);
  // The window on the whole of this Node.
  Tensor whole();
  // The same, taking over one count that the caller holds.
  static Tensor adopt(Node* node);
  // Drops a handle; the last one of a Node that the pass has still to run is
  // left to the pass.
  static void leave(Tensor& x, std::uint64_t pass);
};

// ---- Recording.

// False inside a NoGrad scope of this thread: then nothing is recorded.
bool recording();

class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};

using Operands = std::initializer_list<std::reference_wrapper<const Tensor>>;

// Makes y, fresh and dense, the result of `op` on the operands; true where
// a backward function is wanted.
bool begin_record(const char* op, Tensor& y, Operands operands);
bool begin_record(const char* op, Tensor& y, std::span<const Tensor> operands);

// Every differentiable op ends here. `backward(y, inputs)` reads y.grad()
// through `gradient(y)` and adds to `add_to(inputs[i])`.
template <class Operands_, class F>
Tensor record(const char* op, Tensor y, const Operands_& operands,
              F&& backward) {
  if (begin_record(op, y, operands))
    y.node()->backward.set(std::forward<F>(backward));
  return y;
}
template <class F>
Tensor record(const char* op, Tensor y, Operands operands, F&& backward) {
  if (begin_record(op, y, operands))
    y.node()->backward.set(std::forward<F>(backward));
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
// One line of the graph: `%7 = matmul(%5 [2, 3], leaf [3, 4]) -> [2, 4]`.
std::string graph_line(const Node& node);

}  // namespace autograd
