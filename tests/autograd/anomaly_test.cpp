#include "autograd/anomaly.h"

#include <gtest/gtest.h>

#include "autograd/kernels/simd.h"
#include "autograd/ops.h"
#include "tests/support/expect.h"

namespace autograd {
namespace {

Tensor leaf(const Shape& shape, const std::vector<Real>& values) {
  return Tensor::from(shape, values).requires_grad(true);
}

TEST(Anomaly, NamesTheOpAndItsLineForward) {
  const Tensor x = leaf({2, 2}, {1, 2, -1, 3});
  Anomaly anomaly;
  const std::string text = tests::thrown([&] { log(x * 2) + 1; });
  EXPECT_NE(text.find("[anomaly] forward: first NaN at [1, 0] of %"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(" = log(%"), std::string::npos) << text;
  EXPECT_NE(text.find(" [2, 2]) -> [2, 2]"), std::string::npos) << text;
  EXPECT_NE(tests::thrown([] { log(Tensor::zeros({1})); })
                .find("first Inf at [0] "
                      "of log -> [1]"),
            std::string::npos);
}

TEST(Anomaly, NamesTheOpAndItsLineBackward) {
  const Tensor x = leaf({3}, {1, 0, 4});
  Anomaly anomaly;
  const Tensor y = sum(sqrt(x));
  const std::string text = tests::thrown([&] { y.backward(); });
  EXPECT_NE(text.find("[anomaly] backward: first Inf at [1] of the gradient "
                      "of input 0 of %"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(" = sqrt(leaf [3]) -> [3]"), std::string::npos) << text;
}

TEST(Anomaly, AMaskIsNone) {
  const Tensor x = leaf({2}, {1, 2});
  Anomaly anomaly;
  const Tensor y =
      softmax(masked_fill(x, Tensor::from({2}, {0, 1}), -kernels::infinity));
  EXPECT_EQ(tests::thrown([&] { sum(y * y).backward(); }),
            "nothing was thrown");
}

TEST(Anomaly, EndsWithItsScope) {
  const Tensor zero = Tensor::zeros({1});
  {
    Anomaly anomaly;
    { Anomaly inner; }
    EXPECT_THROW(log(zero), std::runtime_error);
  }
  EXPECT_FALSE(anomaly_on());
  EXPECT_NO_THROW(log(zero));
}

TEST(Anomaly, APassThatThrewLeavesNothingBehind) {
  const Tensor x = leaf({}, {0});
  const Tensor h = x * 1, y = sqrt(h) * 0 + h * 3;
  {
    Anomaly anomaly;
    EXPECT_THROW(y.backward(true), std::runtime_error);
  }
  Tensor(x).zero_grad();
  const Tensor z = h * 5;
  z.backward();
  EXPECT_EQ(x.grad().item(), 5);
}

}  // namespace
}  // namespace autograd
