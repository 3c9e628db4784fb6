#include <gtest/gtest.h>

#include "autograd/ops.h"

namespace autograd {
namespace {

using Values = std::vector<Real>;

const Tensor a() { return Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6}); }
const Tensor b() { return Tensor::from({3, 2}, {1, 0, 2, 1, 0, 3}); }

TEST(Matmul, ByHand) {
  EXPECT_EQ(matmul(a(), b()).values(), (Values{5, 11, 14, 23}));
  EXPECT_EQ(matmul(transpose(b()), transpose(a())).values(),
            (Values{5, 14, 11, 23}));
}

TEST(Matmul, Vectors) {
  const Tensor v = Tensor::from({3}, {1, 0, 2});
  EXPECT_EQ(matmul(v, v).item(), 5);
  EXPECT_EQ(matmul(v, v).rank(), 0);
  EXPECT_EQ(matmul(a(), v).values(), (Values{7, 16}));
  EXPECT_EQ(matmul(v, b()).values(), (Values{1, 6}));
  EXPECT_EQ(matmul(Tensor::ones({4, 2, 3}), v).shape(), (Shape{4, 2}));
  EXPECT_EQ(matmul(Tensor::ones({2}), Tensor::ones({4, 2, 3})).shape(),
            (Shape{4, 3}));
}

TEST(Matmul, LeadingAxesBroadcast) {
  const Tensor batch =
      concat({reshape(a(), {1, 2, 3}), -reshape(a(), {1, 2, 3})}, 0);
  const Tensor y = matmul(batch, b());
  EXPECT_EQ(y.values(), (Values{5, 11, 14, 23, -5, -11, -14, -23}));
  EXPECT_EQ(matmul(Tensor::ones({5, 1, 2, 3}), Tensor::ones({4, 3, 2})).shape(),
            (Shape{5, 4, 2, 2}));
}

TEST(Matmul, GradientsByHand) {
  Tensor x = a(), w = b();
  x.requires_grad(true);
  w.requires_grad(true);
  matmul(x, w).backward(Tensor::from({2, 2}, {1, 0, 0, 2}));
  EXPECT_EQ(x.grad().values(), (Values{1, 2, 0, 0, 2, 6}));
  EXPECT_EQ(w.grad().values(), (Values{1, 8, 2, 10, 3, 12}));
}

TEST(Matmul, EmptySums) {
  EXPECT_EQ(matmul(Tensor::ones({2, 0}), Tensor::ones({0, 2})).values(),
            (Values{0, 0, 0, 0}));
  EXPECT_EQ(matmul(Tensor::ones({0, 3}), Tensor::ones({3, 2})).shape(),
            (Shape{0, 2}));
}

TEST(Matmul, RefusesWhatDoesNotFit) {
  EXPECT_THROW(matmul(a(), a()), std::invalid_argument);
  EXPECT_THROW(matmul(a(), Tensor(1)), std::invalid_argument);
  EXPECT_THROW(matmul(Tensor::ones({2, 2, 3}), Tensor::ones({3, 3, 2})),
               std::invalid_argument);
  try {
    matmul(a(), a());
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "[matmul] inner sizes differ: [2, 3] and [2, 3]");
  }
}

TEST(Linear, IsTheProductPlusTheBias) {
  const Tensor weight = transpose(b()), bias = Tensor::from({2}, {10, 20});
  EXPECT_EQ(linear(a(), weight, bias).values(), (Values{15, 31, 24, 43}));
  EXPECT_EQ(linear(a(), weight).values(), (Values{5, 11, 14, 23}));
  EXPECT_EQ(linear(select(a(), 0, 1), weight, bias).values(), (Values{24, 43}));
  EXPECT_EQ(linear(Tensor::ones({2, 5, 3}), weight, bias).shape(),
            (Shape{2, 5, 2}));
  EXPECT_THROW(linear(a(), b(), bias), std::invalid_argument);
  EXPECT_THROW(linear(a(), weight, Tensor::ones({3})), std::invalid_argument);
  EXPECT_THROW(linear(a(), Tensor::ones({3})), std::invalid_argument);
}

}  // namespace
}  // namespace autograd
