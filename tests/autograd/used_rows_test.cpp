#include "autograd/used_rows.h"

#include <gtest/gtest.h>

#include "autograd/ops.h"

namespace autograd {
namespace {

Tensor table(int rows, int width) {
  Rng rng(1);
  return Tensor::normal({rows, width}, 0, 1, rng).requires_grad(true);
}

std::vector<int> used(const Tensor& x) {
  const char* marks = used_rows(x);
  return marks ? std::vector<int>(marks, marks + x.size(0))
               : std::vector<int>();
}

const Real* memory(const Tensor& x) { return gradient(x).data; }

TEST(UsedRows, AreThoseThatAnEmbeddingReads) {
  Tensor x = table(6, 3);
  EXPECT_EQ(used_rows(x), nullptr);  // no gradient yet
  sum(embedding(x, Indices({4, 1, 4}))).backward();
  EXPECT_EQ(used(x), (std::vector<int>{0, 1, 0, 0, 1, 0}));
  sum(embedding(x, Indices(std::vector<int>{0}))).backward();
  EXPECT_EQ(used(x), (std::vector<int>{1, 1, 0, 0, 1, 0}));
  EXPECT_EQ(x.grad().values(), (std::vector<Real>{1, 1, 1, 1, 1, 1, 0, 0, 0,  //
                                                  0, 0, 0, 2, 2, 2, 0, 0, 0}));
}

TEST(UsedRows, KeepTheirMemoryFromStepToStep) {
  Tensor x = table(6, 3);
  sum(embedding(x, Indices({4, 1}))).backward();
  const Real* before = memory(x);
  x.zero_grad();
  EXPECT_FALSE(x.has_grad());
  EXPECT_EQ(used_rows(x), nullptr);
  sum(embedding(x, Indices({2, 2}))).backward();
  EXPECT_EQ(memory(x), before);
  EXPECT_EQ(used(x), (std::vector<int>{0, 0, 1, 0, 0, 0}));
  const Tensor gradient = x.grad();
  EXPECT_EQ(gradient.values(), (std::vector<Real>{0, 0, 0, 0, 0, 0, 2, 2, 2, 0,
                                                  0, 0, 0, 0, 0, 0, 0, 0}));
  // Whoever holds the gradient keeps it as it was.
  x.zero_grad();
  sum(embedding(x, Indices({5, 5}))).backward();
  EXPECT_EQ(gradient.at({2, 0}), 2);
  EXPECT_EQ(gradient.at({5, 0}), 0);
}

TEST(UsedRows, AreForgottenWhereAnyRowMayDiffer) {
  const Indices two({4, 1});
  Tensor x = table(6, 3);
  (sum(embedding(x, two)) + sum(x)).backward();
  EXPECT_EQ(used_rows(x), nullptr);
  EXPECT_EQ(x.grad().at({4, 0}), 2);
  EXPECT_EQ(x.grad().at({0, 0}), 1);
  (sum(x) + sum(embedding(x, two))).backward();
  EXPECT_EQ(used_rows(x), nullptr);
  EXPECT_EQ(x.grad().at({4, 0}), 4);

  Tensor written = table(6, 3);
  sum(embedding(written, two)).backward();
  written.grad().fill(3);
  EXPECT_EQ(used_rows(written), nullptr);
  written.zero_grad();
  sum(embedding(written, two)).backward();
  EXPECT_EQ(written.grad().at({0, 0}), 0);

  Tensor many = table(6, 3), window = table(6, 3);
  sum(embedding(many, Indices({0, 1, 2, 3}))).backward();
  EXPECT_EQ(used_rows(many), nullptr);
  sum(embedding(slice(window, 0, 1, 6), two)).backward();
  EXPECT_EQ(used_rows(window), nullptr);
  EXPECT_EQ(window.grad().at({2, 0}), 1);
}

}  // namespace
}  // namespace autograd
