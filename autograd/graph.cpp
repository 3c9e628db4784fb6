#include "autograd/graph.h"

#include <algorithm>

#include "autograd/anomaly.h"
#include "autograd/counter.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

thread_local bool recording_on = true;
thread_local std::uint64_t recorded = 0;
constexpr std::uint64_t no_pass = ~std::uint64_t{0};
thread_local Node* doomed = nullptr;  // Nodes about to be destroyed
thread_local bool destroying = false;

// Whether the window shows each of a Node's `count` elements once.
bool covers(const Tensor& x, std::int64_t count) {
  // Windows overlap only by stride 0, so equal counts mean each element once.
  if (x.size() != count) return false;
  for (int i = 0; i < x.rank(); ++i)
    if (x.strides()[i] == 0 && x.shape()[i] > 1) return false;
  return true;
}

void end(Node* node) {
  node->~Node();
  deallocate(node, sizeof(Node));
}

}  // namespace

// ---- Operands

Inputs::Inputs(const Node& node)
    : tensors_(reinterpret_cast<Tensor*>(inline_)),
      size_(node.leaf() ? 0 : node.origin->size()) {
  if (size_ > inline_count)
    tensors_ = static_cast<Tensor*>(allocate(sizeof(Tensor) * size_));
  for (int i = 0; i < size_; ++i) {
    const Origin::Operand& x = node.origin->operands()[i];
    new (tensors_ + i) Tensor(Node::adopt(x.node, x.window));
  }
}

Inputs::~Inputs() {  // the handles are not counted: they just end
  if (size_ > inline_count) deallocate(tensors_, sizeof(Tensor) * size_);
}

// ---- Origin

Origin* Origin::make(const char* op, int operands, std::size_t function) {
  const std::size_t bytes = begin_of_function(operands) + function;
  Origin* origin = new (allocate(bytes)) Origin;
  origin->op = op;
  origin->id = ++recorded;
  origin->bytes_ = static_cast<std::uint32_t>(bytes);
  return origin;
}

void Origin::destroy() {
  clear();
  deallocate(this, bytes_);
}

void Origin::push_back(const Tensor& x) {
  Node* node = const_cast<Node*>(x.node());
  node->count.fetch_add(1, std::memory_order_relaxed);
  Window* window = nullptr;
  if (x.shape() != node->shape || !shows_all(x))
    window = new (allocate(sizeof(Window)))
        Window{x.shape(), x.strides(), x.offset()};
  new (const_cast<Operand*>(operands()) + size_++)
      Operand{node, window, node->data.version()};
}

void Origin::clear() { leave(no_pass); }

// A Node still to run is held by what was made from it: the last of those to
// let go of it leaves its count to the pass.
void Origin::leave(std::uint64_t pass) {
  if (destroy_) destroy_(place());
  call_ = nullptr;
  destroy_ = nullptr;
  const int size = std::exchange(size_, 0);
  for (int i = 0; i < size; ++i) {
    const Operand& x = operands()[i];
    if (x.window) deallocate(x.window, sizeof(Window));
    const bool leaf = x.node->leaf();
    Origin* origin = x.node->origin;
    if (leaf || origin->visit != pass || origin->released)
      x.node->drop();  // nothing still to run
    else if ((origin->left = drops_last(x.node->count)))
      x.node->count.store(1, std::memory_order_relaxed);
  }
}

// ---- Node

Tensor Node::make(const Shape& shape, Storage data) {
  Node* node = new (allocate(sizeof(Node))) Node;
  node->shape = shape;
  node->data = std::move(data);
  return adopt(node);
}

Tensor Node::whole() {
  count.fetch_add(1, std::memory_order_relaxed);
  return adopt(this);
}

Tensor Node::adopt(Node* node) { return Tensor(node, node->shape); }

Tensor Node::adopt(Node* node, const Origin::Window* window) {
  if (!window) return adopt(node);
  return Tensor(node, window->shape, window->strides, window->offset);
}

// A Node that dies lets go of its operands, which may die in turn: a list, not
// recursion, so a chain of a million ops ends as quietly as one.
void Node::release(Node* node) {
  if (node->leaf()) return end(node);
  node->origin->next = doomed;
  doomed = node;
  if (destroying) return;
  destroying = true;
  while (doomed) {
    Node* dying = doomed;
    doomed = dying->origin->next;
    dying->origin->destroy();
    end(dying);
  }
  destroying = false;
}

// ---- Recording

bool recording() { return recording_on; }

Recording::Recording(bool on) : before_(std::exchange(recording_on, on)) {}
Recording::~Recording() { recording_on = before_; }

namespace {

// Operands come as references or as tensors.
template <class Operands_>
Origin* begin(const char* op, Tensor& y, const Operands_& operands,
              std::size_t function) {
  bool wanted = false;
  for (const Tensor& x : operands) {
    check(x.defined(), "[", op, "] wanted tensors, got an empty handle");
    wanted = wanted || x.requires_grad();
  }
  Counter::count_call(op, y.size());
  Origin* origin = nullptr;
  if (wanted && recording_on) {
    Node& node = *y.node();
    origin = Origin::make(op, static_cast<int>(operands.size()), function);
    origin->version = node.data.version();
    for (const Tensor& x : operands) origin->push_back(x);
    node.origin = origin;
    node.requires_grad = true;
  }
  if (anomaly_on()) check_forward(op, y);
  return origin;
}

}  // namespace

Origin* begin_record(const char* op, Tensor& y, Operands operands,
                     std::size_t function) {
  return begin(op, y, operands, function);
}

Origin* begin_record(const char* op, Tensor& y,
                     std::span<const Tensor> operands, std::size_t function) {
  return begin(op, y, operands, function);
}

// ---- Where gradients gather

namespace {

GradientSlot slot_of(const Tensor& x, bool may_store) {
  if (!x.requires_grad()) return {};
  Node& node = const_cast<Node&>(*x.node());
  node.forget_used_rows();
  bool accumulate = true;
  if (!node.grad) {
    const std::int64_t count = element_count(node.shape);
    node.grad = Storage(static_cast<std::size_t>(count) * sizeof(Real));
    accumulate = !(may_store && covers(x, count));
    if (accumulate) std::fill_n(node.grad.as<Real>(), count, Real{0});
  }
  return {{node.grad.as<Real>() + x.offset(), x.shape(), x.strides()},
          accumulate};
}

}  // namespace

GradientSlot add_to(const Tensor& x) { return slot_of(x, true); }

GradientSlot partial_add_to(const Tensor& x) { return slot_of(x, false); }

bool shows_all(const Tensor& x) {
  return x.dense() && x.size() == element_count(x.node()->shape);
}

void give_gradient(const Tensor& x, Storage dx) {
  if (!x.requires_grad()) return;
  Node& node = const_cast<Node&>(*x.node());
  if (!node.grad && shows_all(x)) {
    node.forget_used_rows();
    node.grad = std::move(dx);
  } else {
    const View<const Real> added{dx.as<Real>(), x.shape(),
                                 dense_strides(x.shape())};
    add_into(
        add_to(x), [](kernels::Vec dx) { return dx; }, added);
  }
}

}  // namespace autograd
