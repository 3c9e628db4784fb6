#include "autograd/checkpoint.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "autograd/graph.h"

namespace autograd {
namespace {

// Leaves that stand for the Nodes that a piece read, so that its graph ends
// there. They borrow the gradients: what the piece adds comes to what others
// have added before, as it does without checkpointing.
class StandIns {
 public:
  explicit StandIns(const Inputs& inputs) {
    for (int i = 0; i < inputs.size(); ++i) {
      const Tensor& x = inputs[i];
      inputs_.push_back(x.node()->leaf()
                            ? x
                            : stand_in(const_cast<Node*>(x.node()))
                                  .window(x.shape(), x.strides(), x.offset()));
    }
  }
  ~StandIns() {
    for (auto& [node, leaf] : leaves_)
      node->grad = std::move(leaf.node()->grad);
  }
  StandIns(const StandIns&) = delete;
  StandIns& operator=(const StandIns&) = delete;

  const std::vector<Tensor>& inputs() const { return inputs_; }

 private:
  const Tensor& stand_in(Node* node) {
    for (const auto& [known, leaf] : leaves_)
      if (known == node) return leaf;
    Tensor leaf = Node::make(node->shape, node->data);
    leaf.requires_grad(true);
    leaf.node()->grad = std::move(node->grad);
    leaves_.emplace_back(node, std::move(leaf));
    return leaves_.back().second;
  }

  std::vector<std::pair<Node*, Tensor>> leaves_;
  std::vector<Tensor> inputs_;
};

// Nothing that z was made from is older than the piece: backward would run it
// before its turn.
void check_own(const Tensor& z, std::uint64_t oldest) {
  std::vector<const Node*> open = {z.node()};
  std::set<const Node*> seen;
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    if (node->leaf() || !seen.insert(node).second) continue;
    check(node->origin->id > oldest, "[checkpoint] the piece reads the result ",
          "of '", node->op(), "', which is none of its inputs");
    for (int i = 0; i < node->origin->size(); ++i)
      open.push_back(node->origin->operands()[i].node);
  }
}

void check_same(const Tensor& again, const Tensor& y) {
  check(again.shape() == y.shape(), "[checkpoint] the piece gave shape ",
        y.shape(), ", and ", again.shape(), " when computed again");
  const std::vector<Real> got = again.values(), wanted = y.values();
  check(got.empty() || std::memcmp(got.data(), wanted.data(),
                                   got.size() * sizeof(Real)) == 0,
        "[checkpoint] the piece gave other values when computed again: what it "
        "reads was written, or its random numbers are not those it is given");
}

// Whether y is a value of its own, that nobody else has a window on.
bool fresh(const Tensor& y) {
  const Node& node = *y.node();
  return node.leaf() && node.count == 1 && node.data.unique() && y.dense() &&
         y.shape() == node.shape;
}

}  // namespace

Tensor checkpoint(const Piece& piece, const std::vector<Tensor>& inputs,
                  Rng* training) {
  if (!recording() || std::none_of(inputs.begin(), inputs.end(),
                                   [](auto& x) { return x.requires_grad(); }))
    return piece(inputs, training);
  const Rng start = training ? *training : Rng();
  Tensor y;
  {
    const NoGrad no_grad;
    y = piece(inputs, training);
    if (!fresh(y)) y = y.clone();
  }
  return record("checkpoint", y, inputs,
                [piece, start, random = training != nullptr](const Tensor& y,
                                                             const Inputs& in) {
                  Rng rng = start;
                  const StandIns again(in);
                  Tensor z;
                  {
                    const Recording on(true);
                    z = piece(again.inputs(), random ? &rng : nullptr);
                  }
                  check_same(z, y);
                  check_own(z, y.node()->origin->id);
                  if (!z.requires_grad()) return;
                  Storage& dy = const_cast<Node*>(y.node())->grad;
                  z.backward(Node::make(y.shape(), std::exchange(dy, {})));
                });
}

}  // namespace autograd
