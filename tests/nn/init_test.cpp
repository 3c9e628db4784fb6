#include "nn/init.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Tensor;
namespace init = nn::init;

// Mean near 0, the given deviation, and no value beyond the bound.
void expect_spread(const Tensor& x, double deviation, double bound) {
  EXPECT_NEAR(mean(x).item(), 0, deviation / 20);
  EXPECT_NEAR(std::sqrt(variance(x).item()), deviation, deviation / 20);
  double largest = 0;
  for (Real v : x.values()) largest = std::max(largest, std::abs(double(v)));
  EXPECT_LE(largest, bound * 1.000001);
  EXPECT_GE(largest, std::min(bound, 3 * deviation) * 0.99);
}

constexpr double unbounded = 1e9;

TEST(Init, DeviatesAsItsSourceSays) {
  Rng rng(1);
  Tensor weight = Tensor::empty({60, 90});  // fan out 60, fan in 90
  const double xavier = std::sqrt(2. / 150), kaiming = std::sqrt(2. / 90);
  init::xavier_uniform(weight, rng);
  expect_spread(weight, xavier, xavier * std::sqrt(3.));
  init::xavier_normal(weight, rng, 2);
  expect_spread(weight, 2 * xavier, unbounded);
  init::kaiming_uniform(weight, rng);
  expect_spread(weight, kaiming, kaiming * std::sqrt(3.));
  init::kaiming_normal(weight, rng, 1);
  expect_spread(weight, std::sqrt(1. / 90), unbounded);
  init::uniform(weight, -2, 2, rng);
  expect_spread(weight, 2 / std::sqrt(3.), 2);
  init::normal(weight, 0, 3, rng);
  expect_spread(weight, 3, unbounded);
}

TEST(Init, CountsTheReceptiveField) {
  Rng rng(1);
  Tensor weight = Tensor::empty({20, 10, 3, 3});  // fan in 90
  init::kaiming_normal(weight, rng, 1);
  expect_spread(weight, std::sqrt(1. / 90), unbounded);
}

TEST(Init, OrthogonalRowsOrColumns) {
  Rng rng(1);
  for (autograd::Shape shape : {autograd::Shape{9, 33}, {33, 9}, {8, 8}}) {
    Tensor weight = Tensor::empty(shape);
    init::orthogonal(weight, rng, 2);
    const Tensor w = shape[0] <= shape[1] ? weight : transpose(weight);
    const Tensor product = matmul(w, transpose(w));
    for (int i = 0; i < w.size(0); ++i)
      for (int j = 0; j < w.size(0); ++j)
        EXPECT_NEAR(product.at({i, j}), i == j ? 4 : 0, 2e-6);
  }
}

TEST(Init, FillsWindowsOnly) {
  Rng rng(1);
  Tensor weight = Tensor::full({4, 4}, 7);
  init::zeros(select(weight, 1, 2));
  init::constant(select(weight, 1, 0), 3);
  EXPECT_EQ(select(weight, 0, 1).values(), (std::vector<Real>{3, 7, 0, 7}));
}

TEST(Init, RefusesVectors) {
  Rng rng(1);
  const Tensor vector = Tensor::zeros({4});
  EXPECT_THROW(init::xavier_uniform(vector, rng), std::invalid_argument);
  EXPECT_THROW(init::kaiming_normal(vector, rng), std::invalid_argument);
  EXPECT_THROW(init::orthogonal(vector, rng), std::invalid_argument);
}

}  // namespace
