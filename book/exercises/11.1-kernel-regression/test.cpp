#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::guess;
using exercise::leave_one_out;

TEST(KernelRegression, ByHand) {
  const double a = std::exp(-0.5), b = 1, c = std::exp(-2.0);
  EXPECT_NEAR(guess({0, 1, 3}, {1, 2, 4}, 1, 1),
              (a + 2 * b + 4 * c) / (a + b + c), 1e-12)
      << "kernels exp(-1/2), 1 and exp(-2)";
}

TEST(KernelRegression, WidthsCountSquared) {
  const double a = std::exp(-1.0 / 18), c = std::exp(-4.0 / 18);
  EXPECT_NEAR(guess({0, 1, 3}, {1, 2, 4}, 1, 3), (a + 2 + 4 * c) / (a + 1 + c),
              1e-12)
      << "u^2 / (2 w^2)";
}

TEST(KernelRegression, NarrowIsTheNearest) {
  EXPECT_NEAR(guess({0, 1, 3}, {5, 7, 9}, 2.5, 0.01), 9, 1e-12)
      << "every kernel is 0 to the computer: subtract the largest score first";
}

TEST(KernelRegression, FarAway) {
  EXPECT_NEAR(guess({0, 1}, {5, 7}, 1e6, 1), 7, 1e-12)
      << "far away there is still a nearest example";
}

TEST(KernelRegression, WideIsTheMean) {
  EXPECT_NEAR(guess({0, 1, 3}, {1, 2, 6}, 100, 1e6), 3, 1e-6)
      << "all weigh the same";
}

TEST(KernelRegression, MovedTogether) {
  EXPECT_NEAR(guess({10, 11, 13}, {1, 2, 4}, 11, 2),
              guess({0, 1, 3}, {1, 2, 4}, 1, 2), 1e-9)
      << "only distances count";
}

TEST(KernelRegression, LeftOutByHand) {
  // 1 from (2), 2 from (1), and so on: with two examples each guesses the
  // other's y.
  EXPECT_NEAR(leave_one_out({0, 1}, {1, 4}, 1), 9, 1e-12)
      << "each is guessed from the other alone";
  const double near = std::exp(-0.5), far = std::exp(-2.0);
  const double first = (near * 2 + far * 5) / (near + far) - 1;
  const double middle = 3.0 - 2;  // both as near: (1 + 5) / 2
  const double last = (far * 1 + near * 2) / (far + near) - 5;
  EXPECT_NEAR(leave_one_out({0, 1, 2}, {1, 2, 5}, 1),
              (first * first + middle * middle + last * last) / 3, 1e-12)
      << "the mean of three squares";
}

TEST(KernelRegression, NobodyGuessesItself) {
  EXPECT_NEAR(leave_one_out({0, 1, 3}, {5, 7, 8}, 0.01), (4 + 4 + 1) / 3.0,
              1e-9)
      << "a narrow kernel would be perfect, if an example were its own guess";
}

}  // namespace
