#include "autograd/graph.h"

#include <algorithm>
#include <vector>

#include "autograd/anomaly.h"
#include "autograd/counter.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

thread_local bool recording_on = true;
thread_local std::uint64_t recorded = 0;
thread_local std::uint64_t passes = 0;
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

// Whether the window shows all of its Node, row-major.
bool whole(const Tensor& x) {
  return x.dense() && x.size() == element_count(x.node()->shape);
}

}  // namespace

// ---- Inputs

void Inputs::reserve(int count) {
  if (count <= capacity_) return;
  capacity_ = count;
  block_ = static_cast<Entry*>(allocate(sizeof(Entry) * count));
}

void Inputs::push_back(const Tensor& tensor) {
  new (entries() + size_) Entry{tensor, tensor.node()->data.version()};
  ++size_;
}

void Inputs::clear() {
  for (int i = 0; i < size_; ++i) entries()[i].~Entry();
  size_ = 0;
  if (block_) deallocate(block_, sizeof(Entry) * capacity_);
  block_ = nullptr;
  capacity_ = inline_count;
}

void Inputs::leave(std::uint64_t pass) {
  for (int i = 0; i < size_; ++i) Node::leave(entries()[i].tensor, pass);
  clear();
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

// A Node that dies lets go of its inputs, which may die in turn: a list, not
// recursion, so a chain of a million ops ends as quietly as one.
void Node::release(Node* node) {
  node->next = doomed;
  doomed = node;
  if (destroying) return;
  destroying = true;
  while (doomed) {
    Node* dying = doomed;
    doomed = dying->next;
    dying->~Node();
    deallocate(dying, sizeof(Node));
  }
  destroying = false;
}

void Node::leave(Tensor& x, std::uint64_t pass) {
  Node& node = *x.node_;
  if (node.visit != pass || node.released) return;  // nothing still to run
  x.node_ = nullptr;
  node.left = drops_last(node.count);
  if (node.left) node.count.store(1, std::memory_order_relaxed);
}

// ---- Recording

bool recording() { return recording_on; }

NoGrad::NoGrad() : before_(recording_on) { recording_on = false; }
NoGrad::~NoGrad() { recording_on = before_; }

namespace {

// Operands come as references or as tensors.
template <class Operands_>
bool begin(const char* op, Tensor& y, const Operands_& operands) {
  bool wanted = false;
  for (const Tensor& x : operands) {
    check(x.defined(), "[", op, "] wanted tensors, got an empty handle");
    wanted = wanted || x.requires_grad();
  }
  Counter::count_call(op, y.size());
  wanted = wanted && recording_on;
  Node& node = *y.node();
  if (wanted) {
    node.op = op;
    node.id = ++recorded;
    node.requires_grad = true;
    node.version = node.data.version();
    node.inputs.reserve(static_cast<int>(operands.size()));
    for (const Tensor& x : operands) node.inputs.push_back(x);
  }
  if (anomaly_on()) check_forward(op, y);
  return wanted;
}

}  // namespace

bool begin_record(const char* op, Tensor& y, Operands operands) {
  return begin(op, y, operands);
}

bool begin_record(const char* op, Tensor& y, std::span<const Tensor> operands) {
  return begin(op, y, operands);
}

// ---- Where gradients gather

namespace {

GradientSlot slot_of(const Tensor& x, bool may_store) {
  if (!x.requires_grad()) return {};
  Node& node = const_cast<Node&>(*x.node());
  node.used_rows.reset();
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

void give_gradient(const Tensor& x, Storage dx) {
  if (!x.requires_grad()) return;
  Node& node = const_cast<Node&>(*x.node());
  if (!node.grad && whole(x)) {
    node.used_rows.reset();
    node.grad = std::move(dx);
  } else {
    const View<const Real> added{dx.as<Real>(), x.shape(),
                                 dense_strides(x.shape())};
    add_into(
        add_to(x), [](kernels::Vec dx) { return dx; }, added);
  }
}

// ---- Backward

namespace {

struct Frame {
  Node* node;
  int next_input;
};

// The two lists of a backward pass, kept between passes for their memory. A
// Node still to run is held by what was made from it: the last of those to let
// go of it leaves its count to the pass.
struct Lists {
  std::vector<Node*> order;
  std::vector<Frame> stack;

  // Takes the last of the order, as the window on the whole of it.
  Tensor next() {
    Node* node = order.back();
    order.pop_back();
    return std::exchange(node->left, false) ? Node::adopt(node) : node->whole();
  }

  // Lets go of the Nodes left to a pass that ends here, operands first: so
  // none of them is gone before its turn.
  void abandon() {
    for (Node* node : order)
      if (node->left) Node::adopt(node);
    order.clear();
  }
};
thread_local Lists spare;

void check_usable(const Node& node) {
  check(!node.released, "[backward] the graph of '", node.op,
        "' was released by an earlier backward; retain_graph keeps it");
  if (node.data.version() != node.version)
    fail("[backward] the result of '", node.op, "' was written in place after ",
         "it was recorded: ", graph_line(node));
  for (int i = 0; i < node.inputs.size(); ++i)
    if (node.inputs[i].node()->data.version() != node.inputs.version(i))
      fail("[backward] input ", i, " of '", node.op, "' was written in place ",
           "after it was recorded: ", graph_line(node));
}

// The recorded Nodes that the root was made from, operands before results:
// depth first, inputs in the order listed, with an explicit stack.
void post_order(Node& root, std::uint64_t pass, Lists& lists) {
  auto visit = [&](Node& node) {
    check_usable(node);
    node.visit = pass;
    node.grad = Storage();  // what a pass that threw may have left
    lists.stack.push_back({&node, 0});
  };
  visit(root);
  while (!lists.stack.empty()) {
    Frame& top = lists.stack.back();
    if (top.next_input == top.node->inputs.size()) {
      lists.order.push_back(top.node);
      lists.stack.pop_back();
      continue;
    }
    Node& input = const_cast<Node&>(*top.node->inputs[top.next_input++].node());
    if (!input.leaf() && input.visit != pass) visit(input);
  }
}

// Starts the gradient of y. Its block is shared, not copied, where nothing can
// write into it: nobody else has it, and nothing that y was made from uses y.
void seed(const Tensor& y, const Tensor& dy) {
  const bool shared = !y.node()->leaf() && whole(dy);
  if (shared && dy.node()->data.unique())
    give_gradient(y, dy.node()->data);
  else
    add_into(
        add_to(y), [](kernels::Vec dy) { return dy; }, values(dy));
}

}  // namespace

void Tensor::backward(bool retain_graph) const {
  check(defined() && size() == 1, "[backward] wanted a scalar, got shape ",
        shape_, "; give the gradient of the outcome by this tensor");
  backward(full(shape_, 1), retain_graph);
}

void Tensor::backward(const Tensor& gradient_of_this, bool retain_graph) const {
  check(requires_grad(), "[backward] nothing here requires a gradient");
  check(gradient_of_this.defined() && gradient_of_this.shape() == shape_,
        "[backward] wanted a gradient of shape ", shape_, ", got ",
        gradient_of_this.shape());
  NoGrad no_grad;
  const std::uint64_t pass = ++passes;
  Lists lists = std::exchange(spare, {});
  if (!node_->leaf()) post_order(*node_, pass, lists);
  seed(*this, gradient_of_this);
  while (!lists.order.empty()) {
    Tensor y = lists.next();
    Node& node = *y.node();
    if (node.grad) {
      try {
        node.backward(y, node.inputs);
        if (anomaly_on()) check_backward(node);
      } catch (...) {
        lists.abandon();
        throw;
      }
      node.grad = Storage();
    }
    if (retain_graph) continue;
    node.released = true;
    node.backward.clear();
    node.inputs.leave(pass);
  }
  spare = std::move(lists);
}

}  // namespace autograd
