#include "autograd/counter.h"

#include <gtest/gtest.h>

#include "autograd/ops.h"

namespace autograd {
namespace {

TEST(Counter, CountsMultiplyAddsOfBothPasses) {
  Tensor a = Tensor::ones({2, 3}).requires_grad(true);
  Tensor b = Tensor::ones({3, 4}).requires_grad(true);
  Counter counter;
  const Tensor y = matmul(a, b);
  EXPECT_EQ(counter.rows().at("matmul").multiply_adds, 24);
  y.backward(Tensor::ones({2, 4}));
  EXPECT_EQ(counter.rows().at("matmul").multiply_adds, 72);
  EXPECT_EQ(counter.rows().at("matmul").calls, 1);
  EXPECT_EQ(counter.rows().at("matmul").bytes, 8 * int(sizeof(Real)));
}

TEST(Counter, CountsBatchesAndLinear) {
  Counter counter;
  matmul(Tensor::ones({5, 2, 3}), Tensor::ones({3, 4}));
  EXPECT_EQ(counter.total().multiply_adds, 120);
  linear(Tensor::ones({5, 3}), Tensor::ones({2, 3}), Tensor::ones({2}));
  EXPECT_EQ(counter.rows().at("linear").multiply_adds, 30);
  EXPECT_EQ(counter.total().multiply_adds, 150);
}

TEST(Counter, NestsAndEnds) {
  const Tensor x = Tensor::ones({4});
  Counter outer;
  {
    Counter inner;
    exp(x);
    exp(x);
    EXPECT_EQ(inner.rows().at("exp").calls, 2);
    EXPECT_TRUE(outer.rows().empty());
  }
  exp(x);
  EXPECT_EQ(outer.rows().at("exp").calls, 3);
  EXPECT_EQ(outer.total().bytes, 12 * int(sizeof(Real)));
}

TEST(Counter, PrintsATable) {
  Counter counter;
  exp(Tensor::ones({4}));
  const std::string table = text(counter);
  EXPECT_EQ(table.find("op "), 0u);
  EXPECT_NE(table.find("\nexp "), std::string::npos);
  EXPECT_NE(table.find("\ntotal "), std::string::npos);
}

}  // namespace
}  // namespace autograd
