#include "autograd/dot.h"

#include <gtest/gtest.h>

#include "autograd/ops.h"

namespace autograd {
namespace {

TEST(Dot, DrawsOperandsAboveResults) {
  Tensor w = Tensor::ones({2, 3}).requires_grad(true);
  const Tensor x = Tensor::ones({3});
  EXPECT_EQ(graph_dot(w * x, {{"w", w}}),
            "digraph {\n"
            "  rankdir=TB;\n"
            "  n0 [label=\"multiply\\n[2, 3]\"];\n"
            "  n1 [label=\"w\\n[2, 3]\", shape=box, style=bold];\n"
            "  n2 [label=\"leaf\\n[3]\", shape=box];\n"
            "  n1 -> n0;\n"
            "  n2 -> n0;\n"
            "}\n");
}

TEST(Dot, DrawsASharedNodeOnce) {
  Tensor x = Tensor::ones({}).requires_grad(true);
  const Tensor h = exp(x);
  const std::string dot = graph_dot(h * h + h);
  std::size_t count = 0;
  for (auto at = dot.find("label=\"exp"); at != std::string::npos;
       at = dot.find("label=\"exp", at + 1))
    ++count;
  EXPECT_EQ(count, 1u);
}

TEST(Dot, ALongChainDoesNotRecurse) {
  Tensor y = Tensor::ones({}).requires_grad(true);
  for (int i = 0; i < 100000; ++i) y = -y;
  EXPECT_GT(graph_dot(y).size(), 1000000u);
}

}  // namespace
}  // namespace autograd
