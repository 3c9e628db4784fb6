#include "autograd/used_rows.h"

#include <algorithm>

namespace autograd {

GradientSlot add_to_rows(const Tensor& x, const Indices& rows) {
  if (!x.requires_grad()) return {};
  Node& node = const_cast<Node&>(*x.node());
  const bool fresh = !node.grad, few = 2 * rows.size() <= x.size(0);
  if (!node.leaf() || x.shape() != node.shape || !x.dense() || !few ||
      (!fresh && !node.by_rows))
    return partial_add_to(x);
  std::unique_ptr<UsedRows> known = node.take_used_rows();
  if (!known) {
    known = std::make_unique<UsedRows>();
    known->used.resize(static_cast<std::size_t>(x.size(0)));
  }
  if (fresh) node.grad = std::move(known->zeros);
  const GradientSlot slot = partial_add_to(x);
  for (int row : rows)
    if (!std::exchange(known->used[static_cast<std::size_t>(row)], 1))
      known->rows.push_back(row);
  node.used_rows = known.release();
  node.by_rows = true;
  return slot;
}

const char* used_rows(const Tensor& x) {
  const Node& node = *x.node();
  const bool known = node.grad && node.by_rows && x.dense();
  return known ? node.used_rows->used.data() : nullptr;
}

void drop_gradient(Node& node) {
  const Storage gradient = std::move(node.grad);
  if (!gradient || !node.by_rows) return;
  UsedRows& known = *node.used_rows;
  const int width = node.shape[1];
  for (int row : known.rows) {
    std::fill_n(gradient.as<Real>() + std::ptrdiff_t(row) * width, width,
                Real(0));
    known.used[static_cast<std::size_t>(row)] = 0;
  }
  known.rows.clear();
  known.zeros = gradient;
}

}  // namespace autograd
