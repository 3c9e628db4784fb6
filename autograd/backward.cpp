// The way back: each recorded Node once, results before operands.
#include <utility>
#include <vector>

#include "autograd/anomaly.h"
#include "autograd/graph.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

thread_local std::uint64_t passes = 0;

struct Frame {
  Node* node;
  int next_operand;
};

// The two lists of a backward pass, kept between passes for their memory.
struct Lists {
  std::vector<Node*> order;
  std::vector<Frame> stack;

  // Takes the last of the order, as the window on the whole of it. A large
  // graph has left the near caches: what comes soon is asked for now.
  Tensor next() {
    Node* node = order.back();
    order.pop_back();
    if (const std::size_t left = order.size(); left >= 8) {
      __builtin_prefetch(order[left - 8]);
      __builtin_prefetch(order[left - 4]->origin);
      __builtin_prefetch(order[left - 4]->origin->operands());
      __builtin_prefetch(order[left - 4]->data.as<Real>());
    }
    return std::exchange(node->origin->left, false) ? Node::adopt(node)
                                                    : node->whole();
  }

  // Lets go of the Nodes left to a pass that ends here, operands first: so
  // none of them is gone before its turn.
  void abandon() {
    for (Node* node : order)
      if (node->origin->left) Node::adopt(node);
    order.clear();
  }
};
thread_local Lists spare;

void check_usable(const Node& node) {
  const Origin& origin = *node.origin;
  check(!origin.released, "[backward] the graph of '", origin.op,
        "' was released by an earlier backward; retain_graph keeps it");
  if (node.data.version() != origin.version)
    fail("[backward] the result of '", origin.op, "' was written in place ",
         "after it was recorded: ", graph_line(node));
  for (int i = 0; i < origin.size(); ++i) {
    const Origin::Operand& x = origin.operands()[i];
    if (x.node->data.version() != x.version)
      fail("[backward] input ", i, " of '", origin.op, "' was written in ",
           "place after it was recorded: ", graph_line(node));
  }
}

// The recorded Nodes that the root was made from, operands before results:
// depth first, operands in the order listed, with an explicit stack.
void post_order(Node& root, std::uint64_t pass, Lists& lists) {
  auto visit = [&](Node& node) {
    check_usable(node);
    node.origin->visit = pass;
    node.grad = Storage();  // what a pass that threw may have left
    lists.stack.push_back({&node, 0});
  };
  visit(root);
  while (!lists.stack.empty()) {
    Frame& top = lists.stack.back();
    const Origin& origin = *top.node->origin;
    if (top.next_operand == origin.size()) {
      lists.order.push_back(top.node);
      lists.stack.pop_back();
      continue;
    }
    Node& operand = *origin.operands()[top.next_operand++].node;
    if (!operand.leaf() && operand.origin->visit != pass) visit(operand);
  }
}

// Starts the gradient of y. Its block is shared, not copied, where nothing can
// write into it: nobody else has it, and nothing that y was made from uses y.
void seed(const Tensor& y, const Tensor& dy) {
  if (!y.node()->leaf() && shows_all(dy) && dy.node()->data.unique())
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
        node.origin->backward(y, Inputs(node));
        if (anomaly_on()) check_backward(node);
      } catch (...) {
        lists.abandon();
        throw;
      }
      node.grad = Storage();
    }
    if (retain_graph) continue;
    node.origin->released = true;
    node.origin->leave(pass);
  }
  spare = std::move(lists);
}

}  // namespace autograd
