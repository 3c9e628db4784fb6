#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "answer.h"

namespace {

using exercise::is_gradient;
using Numbers = std::vector<double>;
using Row = std::span<const double>;

// x0^2 + 3 x0 x1 + sin x2, times scale.
exercise::Function mixed(double scale = 1) {
  return [scale](Row x) {
    return scale * (x[0] * x[0] + 3 * x[0] * x[1] + std::sin(x[2]));
  };
}

const Numbers x = {0.7, -1.2, 0.4};

Numbers gradient(double scale = 1) {
  return {scale * (2 * x[0] + 3 * x[1]), scale * 3 * x[0],
          scale * std::cos(x[2])};
}

TEST(GradientCheck, AcceptsARightOne) {
  EXPECT_TRUE(is_gradient(mixed(), x, gradient())) << "this one is right";
}

TEST(GradientCheck, AcceptsSmallAndLarge) {
  EXPECT_TRUE(is_gradient(mixed(1e7), x, gradient(1e7)))
      << "errors grow with the gradient: measure them against it";
  EXPECT_TRUE(is_gradient(mixed(1e-7), x, gradient(1e-7)))
      << "a small gradient may be right too";
  EXPECT_FALSE(is_gradient(mixed(1e-7), x, gradient(1.1e-7)))
      << "ten per cent are ten per cent, however small the gradient";
}

TEST(GradientCheck, AcceptsAZeroAmongOthers) {
  const exercise::Function f = [](Row p) { return p[0] * p[0] * p[0]; };
  EXPECT_TRUE(is_gradient(f, Numbers{2, 5}, Numbers{12, 0}))
      << "f does not depend on the second: 0 is right, up to rounding";
  EXPECT_TRUE(is_gradient([](Row) { return 7.0; }, x, Numbers{0, 0, 0}))
      << "a constant has a gradient of 0 everywhere";
}

TEST(GradientCheck, AcceptsAtALargeX) {
  const exercise::Function f = [](Row p) { return std::log(p[0]); };
  EXPECT_TRUE(is_gradient(f, Numbers{3e9}, Numbers{1 / 3e9}))
      << "a step of 1e-5 is lost in the rounding of 3e9: let it grow with x";
}

TEST(GradientCheck, AcceptsWhereTheCurveIsSteep) {
  const exercise::Function f = [](Row p) { return std::exp(40 * p[0]); };
  EXPECT_TRUE(is_gradient(f, Numbers{1}, Numbers{40 * std::exp(40)}))
      << "take the difference both ways, with a small step";
}

TEST(GradientCheck, KillsAFactor) {
  for (double factor : {1.01, 0.99, -1.0, 0.0, 2.0}) {
    EXPECT_FALSE(is_gradient(mixed(), x, gradient(factor)))
        << "a gradient times " << factor << " must not live";
  }
  EXPECT_TRUE(is_gradient(mixed(), x, gradient())) << "this one is right";
}

TEST(GradientCheck, KillsOneWrongAmongMany) {
  const exercise::Function f = [](Row p) {
    double sum = 0;
    for (double v : p) sum += v * v;
    return sum;
  };
  const Numbers many(100, 0.5), right(100, 1.0);
  EXPECT_TRUE(is_gradient(f, many, right)) << "this one is right";
  for (std::size_t i : {0u, 50u, 99u}) {
    Numbers wrong = right;
    wrong[i] = 1.01;
    EXPECT_FALSE(is_gradient(f, many, wrong))
        << "number " << i << " of 100 is 1 % off: look at each by itself";
  }
}

TEST(GradientCheck, KillsTwoExchanged) {
  const Numbers g = gradient();
  EXPECT_FALSE(is_gradient(mixed(), x, Numbers{g[1], g[0], g[2]}))
      << "the sum is right, and the length is right, but not the places";
  EXPECT_FALSE(is_gradient(mixed(), x, Numbers{g[0] + 1, g[1] - 1, g[2]}))
      << "two errors that cancel in the sum are still two errors";
  EXPECT_TRUE(is_gradient(mixed(), x, g)) << "this one is right";
}

TEST(GradientCheck, KillsAForgottenTerm) {
  EXPECT_FALSE(
      is_gradient(mixed(), x, Numbers{2 * x[0], 3 * x[0], std::cos(x[2])}))
      << "x0 is used twice, and 3 x1 has been forgotten";
  EXPECT_FALSE(is_gradient([](Row) { return 7.0; }, x, Numbers{0, 1e-3, 0}))
      << "a constant has no gradient";
  EXPECT_TRUE(is_gradient(mixed(), x, gradient())) << "this one is right";
}

TEST(GradientCheck, KillsWhatIsNoGradientAtAll) {
  const Numbers g = gradient();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(is_gradient(mixed(), x, Numbers{g[0], nan, g[2]}))
      << "NaN is neither near nor far";
  EXPECT_FALSE(is_gradient(mixed(), x, Numbers{nan, nan, nan}))
      << "NaN is neither near nor far";
  EXPECT_FALSE(is_gradient(mixed(), x, Numbers{g[0], g[1]}))
      << "two numbers for three x: the last one is missing";
  EXPECT_TRUE(is_gradient(mixed(), x, g)) << "this one is right";
}

}  // namespace
