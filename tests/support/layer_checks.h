// What every layer must hold, whatever it computes.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "autograd/graph.h"
#include "nn/module.h"

namespace tests {

// The leaves that y was made from and that want a gradient.
inline std::set<const autograd::Node*> trained_leaves(
    const autograd::Tensor& y) {
  std::set<const autograd::Node*> seen, leaves;
  std::vector<const autograd::Node*> open = {y.node()};
  while (!open.empty()) {
    const autograd::Node* node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    if (node->leaf() && node->requires_grad) leaves.insert(node);
    const autograd::Inputs inputs(*node);
    for (int i = 0; i < inputs.size(); ++i) open.push_back(inputs[i].node());
  }
  return leaves;
}

// The parameters that `forward(layer)` uses are those the layer lists, each
// under a name of its own; each gets a gradient that is not all zero; and a
// copy of the layer computes the same with weights of its own.
template <nn::Layer L, class F>
void check_layer(const L& layer, const F& forward) {
  using autograd::Tensor;
  std::set<const autograd::Node*> listed;
  std::set<std::string> names;
  for (const auto& [name, tensor] : layer.parameters()) {
    EXPECT_TRUE(names.insert(name).second) << name << " is listed twice";
    listed.insert(tensor.node());
  }
  const Tensor y = forward(layer);
  EXPECT_EQ(trained_leaves(y), listed) << "used and listed differ";

  autograd::Rng rng(99);
  y.backward(Tensor::normal(y.shape(), 0, 1, rng), true);
  for (auto& [name, tensor] : layer.parameters()) {
    ASSERT_TRUE(tensor.has_grad()) << name;
    const auto gradient = tensor.grad().values();
    EXPECT_TRUE(std::any_of(gradient.begin(), gradient.end(),
                            [](auto g) { return g != 0; }))
        << name << " has a gradient of zeros";
  }
  nn::zero_grad(layer.parameters());

  const L copy = layer;
  EXPECT_EQ(forward(copy).values(), y.values());
  for (auto& [name, tensor] : copy.parameters()) {
    EXPECT_FALSE(listed.count(tensor.node())) << name << " is shared";
    EXPECT_TRUE(tensor.requires_grad()) << name;
    Tensor(tensor).fill(autograd::Real(0.125));
  }
  EXPECT_EQ(forward(layer).values(), y.values()) << "a copy is not deep";
}

}  // namespace tests
