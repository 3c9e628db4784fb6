#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "autograd/ops.h"
#include "tests/support/expect.h"
#include "tests/support/same_bits.h"

namespace autograd {
namespace {

using tests::expect_near;

TEST(Rotary, ByHand) {
  const Tensor x = Tensor::from({2, 4}, {1, 2, 0, 0, 0, 1, 1, 0});
  // Pairs (1, 0) and (2, 0) at position 0; at 1, (0, 1) turned by 1 and (1, 0)
  // by 10000^(-1/2) = 0.01.
  expect_near(rotary(x), {1, 2, 0, 0, -std::sin(1), std::cos(0.01), std::cos(1),
                          std::sin(0.01)});
  expect_near(rotary(slice(x, 0, 1, 2), 3, 4),
              {-std::sin(3), std::cos(1.5), std::cos(3), std::sin(1.5)});
}

// Against the standard library's sines, far out.
TEST(Rotary, TurnsByItsAngles) {
  const int T = 5000, n = 32;
  std::vector<Real> pattern;
  for (int i = 0; i < 2 * n; ++i) pattern.push_back(i < n);
  const Tensor x = expand(Tensor::from({2 * n}, pattern), {T, 2 * n});
  const Tensor y = rotary(x, 3);
  for (int t = 0; t < T; t += 7)
    for (int i = 0; i < n; ++i) {
      const double angle = (t + 3) * std::pow(10000., -double(i) / n);
      ASSERT_NEAR(y.at({t, i}), std::cos(angle), 1e-7) << t << ' ' << i;
      ASSERT_NEAR(y.at({t, i + n}), std::sin(angle), 1e-7) << t << ' ' << i;
    }
}

// Products of turned queries and keys know their distance only (Su et al.
// 2021, section 3.1).
TEST(Rotary, ProductsKnowTheDistanceOnly) {
  Rng rng(1);
  const Tensor q = Tensor::normal({1, 16}, 0, 1, rng),
               k = Tensor::normal({1, 16}, 0, 1, rng);
  const auto product = [&](int at, int of) {
    return sum(rotary(q, at) * rotary(k, of)).item();
  };
  const Real near = product(7, 4);
  EXPECT_NEAR(product(503, 500), near, 1e-4);
  EXPECT_GT(std::abs(product(8, 4) - near), 1e-3);
}

// However it is asked: together, alone, backwards, with others between.
TEST(Rotary, APositionHasItsBits) {
  Rng rng(1);
  const Tensor x = Tensor::normal({2, 40, 6}, 0, 1, rng);
  const Tensor all = rotary(x, 2);
  for (int t : {39, 3, 0, 20, 21}) {
    rotary(slice(x, 2, 0, 4), t);
    EXPECT_EQ(rotary(slice(x, 1, t, t + 1), 2 + t).values(),
              slice(all, 1, t, t + 1).values());
  }
}

TEST(Rotary, ThreadsChangeNoBit) {
  Rng rng(1);
  const Tensor x = Tensor::normal({4, 200, 64}, 0, 1, rng);
  tests::expect_same_with_threads([&] { return rotary(x).values(); });
}

TEST(Rotary, RefusesWhatItCannotTurn) {
  EXPECT_THROW(rotary(Tensor::ones({4})), std::invalid_argument);
  EXPECT_THROW(rotary(Tensor::ones({2, 3})), std::invalid_argument);
  EXPECT_THROW(rotary(Tensor::ones({2, 4}), -1), std::invalid_argument);
  EXPECT_THROW(rotary(Tensor::ones({2, 4}), 0, Real(0.5)),
               std::invalid_argument);
  EXPECT_EQ(rotary(Tensor::ones({2, 0})).size(), 0);
  EXPECT_EQ(rotary(Tensor::ones({0, 4})).size(), 0);
}

}  // namespace
}  // namespace autograd
