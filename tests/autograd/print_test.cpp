// Expected texts are NumPy's, under
// numpy.set_printoptions(precision=4, suppress=True).
#include <gtest/gtest.h>

#include <limits>

#include "autograd/ops.h"

namespace autograd {
namespace {

constexpr Real infinity = std::numeric_limits<Real>::infinity();
constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();

std::string printed(const Tensor& x) { return text(x); }

TEST(Print, Scalars) {
  EXPECT_EQ(printed(3), "3.");
  EXPECT_EQ(printed(Real(-0.25)), "-0.25");
  EXPECT_EQ(printed(-infinity), "-inf");
  EXPECT_EQ(printed(Tensor()), "Tensor()");
}

TEST(Print, Rows) {
  EXPECT_EQ(printed(Tensor::arange(4)), "[0. 1. 2. 3.]");
  EXPECT_EQ(printed(Tensor::from({3}, {-1.5, 2, 3})), "[-1.5  2.   3. ]");
  EXPECT_EQ(printed(Tensor::from({3}, {Real(0.1), Real(0.12345678), 100})),
            "[  0.1      0.1235 100.    ]");
  EXPECT_EQ(printed(Tensor::from({2}, {1, nan})), "[ 1. nan]");
  EXPECT_EQ(printed(Tensor::from({3}, {Real(1.5), -infinity, nan})),
            "[ 1.5 -inf  nan]");
}

TEST(Print, NoElements) {
  EXPECT_EQ(printed(Tensor::zeros({0})), "[]");
  EXPECT_EQ(printed(Tensor::zeros({2, 0})), "[]");
}

TEST(Print, Nests) {
  EXPECT_EQ(printed(Tensor::from({2, 2}, {1, Real(-0.5), 10, 2})),
            "[[ 1.  -0.5]\n [10.   2. ]]");
  EXPECT_EQ(printed(reshape(Tensor::arange(8), {2, 2, 2})),
            "[[[0. 1.]\n  [2. 3.]]\n\n [[4. 5.]\n  [6. 7.]]]");
}

TEST(Print, WindowsAsTheyAreSeen) {
  EXPECT_EQ(printed(transpose(reshape(Tensor::arange(4), {2, 2}))),
            "[[0. 2.]\n [1. 3.]]");
}

TEST(Print, Scientific) {
  EXPECT_EQ(printed(Tensor::from({2}, {Real(1.5e-5), Real(2e-5)})),
            "[1.5e-05 2.0e-05]");
  EXPECT_EQ(printed(Tensor::from({2}, {Real(1e8), 1})), "[1.e+08 1.e+00]");
  EXPECT_EQ(printed(Tensor::from({2}, {Real(1e-5), 1})), "[0. 1.]");
}

TEST(Print, ShortensMoreThanAThousandElements) {
  EXPECT_EQ(printed(Tensor::arange(2000)),
            "[   0.    1.    2. ... 1997. 1998. 1999.]");
  EXPECT_EQ(printed(reshape(Tensor::arange(2002), {2, 1001})),
            "[[   0.    1.    2. ...  998.  999. 1000.]\n"
            " [1001. 1002. 1003. ... 1999. 2000. 2001.]]");
  EXPECT_EQ(printed(reshape(Tensor::arange(1010), {1010, 1})),
            "[[   0.]\n [   1.]\n [   2.]\n ...\n [1007.]\n [1008.]\n "
            "[1009.]]");
}

TEST(Print, BreaksLongRows) {
  EXPECT_EQ(
      printed(Tensor::arange(20)),
      "[ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. "
      "17.\n 18. 19.]");
}

}  // namespace
}  // namespace autograd
