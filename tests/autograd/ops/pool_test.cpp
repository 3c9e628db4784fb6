#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/same_bits.h"

namespace autograd {
namespace {

using tests::expect_thrown;
using tests::Golden;
using Pool = Tensor (*)(const Tensor&, const PoolOptions&);

PoolOptions with(int size, int stride = 0, int padding = 0) {
  PoolOptions options;
  options.size = size;
  options.stride = stride;
  options.padding = padding;
  return options;
}

TEST(Pool, WorkedByHand) {
  const Tensor x =
      Tensor::from({1, 1, 3, 4}, {1, 5, 2, 0, 3, 4, -1, -2, 9, 9, 9, 9});
  EXPECT_EQ(max_pool2d(x).values(), (std::vector<Real>{5, 2}));
  EXPECT_EQ(avg_pool2d(x).values(), (std::vector<Real>{3.25, -0.25}));
  const Tensor row = Tensor::from({1, 1, 5}, {-3, -1, -2, -7, -5});
  EXPECT_EQ(max_pool1d(row).values(), (std::vector<Real>{-1, -2}));
  // Padding never is the largest, and counts as zeros in the mean.
  EXPECT_EQ(max_pool1d(row, with(3, 2, 1)).values(),
            (std::vector<Real>{-1, -1, -5}));
  EXPECT_EQ(avg_pool1d(row, with(4, 4, 2)).values(),
            (std::vector<Real>{-1, -3.5}));
}

TEST(Pool, TiesGoToTheFirst) {
  Tensor x = Tensor::full({1, 1, 4, 4}, 2).requires_grad(true);
  const Tensor y = max_pool2d(x);
  y.backward(Tensor::from({1, 1, 2, 2}, {1, 2, 3, 4}));
  EXPECT_EQ(x.grad().values(), (std::vector<Real>{1, 0, 2, 0, 0, 0, 0, 0,  //
                                                  3, 0, 4, 0, 0, 0, 0, 0}));
}

TEST(Pool, WindowsThatOverlapAddUp) {
  Tensor x = Tensor::from({1, 1, 4}, {1, 9, 2, 3}).requires_grad(true);
  max_pool1d(x, with(2, 1)).backward(Tensor::from({1, 1, 3}, {1, 2, 4}));
  EXPECT_EQ(x.grad().values(), (std::vector<Real>{0, 3, 0, 4}));
}

TEST(Pool, NanAndInfinityShow) {
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  const Real inf = std::numeric_limits<Real>::infinity();
  Tensor x = Tensor::from({1, 1, 6}, {nan, 1, 1, nan, -inf, -inf});
  x.requires_grad(true);
  const Tensor y = max_pool1d(x);
  EXPECT_TRUE(std::isnan(y.at({0, 0, 0})));
  EXPECT_TRUE(std::isnan(y.at({0, 0, 1})));
  EXPECT_EQ(y.at({0, 0, 2}), -inf);
  y.backward(Tensor::ones({1, 1, 3}));
  EXPECT_EQ(x.grad().values(), (std::vector<Real>{1, 0, 0, 1, 1, 0}));
}

// Every window by itself, in plain loops.
void expect_plain(Pool pool, bool largest, const Shape& shape,
                  const PoolOptions& options) {
  Rng rng(1);
  const Tensor x = Tensor::normal(shape, 0, 1, rng);
  const Tensor y = pool(x, options);
  const int size = options.size, padding = options.padding;
  const int stride = options.stride ? options.stride : size;
  for (int c = 0; c < shape[1]; ++c)
    for (int i = 0; i < y.size(2); ++i)
      for (int j = 0; j < y.size(3); ++j) {
        double most = -1e30, sum = 0;
        for (int k = 0; k < size * size; ++k) {
          const int row = i * stride + k / size - padding;
          const int column = j * stride + k % size - padding;
          if (row < 0 || row >= shape[2] || column < 0 || column >= shape[3])
            continue;
          const double v = x.at({1, c, row, column});
          most = std::max(most, v);
          sum += v;
        }
        ASSERT_NEAR(y.at({1, c, i, j}), largest ? most : sum / (size * size),
                    1e-6);
      }
}

TEST(Pool, EqualsPlainLoopsOnAwkwardSizes) {
  for (int width : {3, 7, 8, 9, 16, 33, 70})
    for (const PoolOptions& options :
         {with(2), with(3), with(1), with(3, 1, 1), with(3, 2, 1), with(2, 3),
          with(4, 2, 2)})
      if (width + 2 * options.padding >= options.size)
        for (bool largest : {false, true})
          expect_plain(largest ? max_pool2d : avg_pool2d, largest,
                       {2, 3, 6, width}, options);
}

TEST(Pool, AgreesWithPyTorch) {
  const struct {
    const char* name;
    Pool pool;
  } cases[] = {{"max1d", max_pool1d},
               {"avg1d", avg_pool1d},
               {"max2d", max_pool2d},
               {"avg2d", avg_pool2d}};
  for (const auto& [name, pool] : cases)
    for (bool padded : {false, true}) {
      const std::string full = name + std::string(padded ? "_padded" : "");
      SCOPED_TRACE(full);
      const Golden golden("pool", full);
      const Tensor x = golden.variable("x");
      const Tensor y = pool(x, padded ? with(3, 2, 1) : with(2));
      golden.expect("output", y);
      y.backward(golden["grad.output"]);
      golden.expect_gradients({{"x", x}});
    }
}

TEST(Pool, ThreadsChangeNoBit) {
  Rng rng(1);
  Tensor x = Tensor::normal({30, 7, 20, 21}, 0, 1, rng).requires_grad(true);
  tests::expect_same_with_threads([&] {
    x.zero_grad();
    const Tensor y =
        max_pool2d(x, with(3, 2, 1)) + avg_pool2d(x, with(3, 2, 1));
    y.backward(y.detach());
    return std::pair(y.values(), x.grad().values());
  });
}

TEST(Pool, RefusesWhatDoesNotFit) {
  const Tensor x = Tensor::ones({1, 1, 3, 3});
  expect_thrown([&] { max_pool1d(x); }, "[max_pool1d] wanted x [B, C, T]");
  expect_thrown([&] { avg_pool2d(select(x, 0, 0)); }, "wanted x [B, C, H, W]");
  expect_thrown([&] { max_pool2d(x, with(4)); }, "a window of 4 does not fit");
  expect_thrown([&] { max_pool2d(x, with(3, 1, 2)); }, "at most half");
  expect_thrown([&] { max_pool2d(x, with(0)); }, "a size of at least 1");
  expect_thrown([&] { avg_pool2d(x, with(2, -1)); }, "a stride of at least 0");
}

}  // namespace
}  // namespace autograd
