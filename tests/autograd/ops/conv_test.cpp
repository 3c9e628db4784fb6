#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "autograd/counter.h"
#include "autograd/kernels/parallel.h"
#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/same_bits.h"

namespace autograd {
namespace {

using tests::Golden;
using tests::thrown;

ConvOptions with(int stride, int padding, int dilation = 1, int groups = 1) {
  ConvOptions options;
  options.stride = stride;
  options.padding = padding;
  options.dilation = dilation;
  options.groups = groups;
  return options;
}

TEST(Conv1d, WorkedByHand) {
  const Tensor x = Tensor::from({1, 1, 4}, {1, 2, 3, 4});
  const Tensor weight = Tensor::from({1, 1, 3}, {10, 1, -1});
  // 10 1 + 2 - 3,  10 2 + 3 - 4
  EXPECT_EQ(conv1d(x, weight).values(), (std::vector<Real>{9, 19}));
  // 0 + 1 - 2,  ...,  10 3 + 4 - 0; and 0.5 more
  EXPECT_EQ(conv1d(x, weight, Tensor::from({1}, {0.5}), with(1, 1)).values(),
            (std::vector<Real>{-0.5, 9.5, 19.5, 34.5}));
  EXPECT_EQ(conv1d(x, weight, {}, with(2, 1)).values(),
            (std::vector<Real>{-1, 19}));
  EXPECT_EQ(conv1d(x, weight, {}, with(1, 2, 2)).values(),
            (std::vector<Real>{1 - 3, 2 - 4, 10 + 3, 20 + 4}));
}

TEST(Conv2d, WorkedByHand) {
  Tensor x = Tensor::from({1, 1, 2, 3}, {1, 2, 3, 4, 5, 6});
  Tensor weight = Tensor::from({1, 1, 2, 2}, {1, 10, 100, 1000});
  x.requires_grad(true);
  weight.requires_grad(true);
  const Tensor y = conv2d(x, weight);
  ASSERT_EQ(y.shape(), (Shape{1, 1, 1, 2}));
  EXPECT_EQ(y.values(), (std::vector<Real>{5421, 6532}));
  y.backward(Tensor::from({1, 1, 1, 2}, {1, 2}));
  // Each pixel's weights: 1 w at its own place, 2 w one to the right.
  EXPECT_EQ(x.grad().values(),
            (std::vector<Real>{1, 10 + 2, 20, 100, 1000 + 200, 2000}));
  EXPECT_EQ(weight.grad().values(),
            (std::vector<Real>{1 + 4, 2 + 6, 4 + 10, 5 + 12}));
}

TEST(Conv2d, GroupsAreConvolutionsSideBySide) {
  Rng rng(1);
  const Tensor x = Tensor::normal({3, 4, 6, 5}, 0, 1, rng);
  const Tensor weight = Tensor::normal({6, 2, 3, 3}, 0, 1, rng);
  const Tensor bias = Tensor::normal({6}, 0, 1, rng);
  const Tensor y = conv2d(x, weight, bias, with(1, 1, 1, 2));
  std::vector<Tensor> parts;
  for (int g : {0, 1})
    parts.push_back(conv2d(slice(x, 1, 2 * g, 2 * g + 2),
                           slice(weight, 0, 3 * g, 3 * g + 3),
                           slice(bias, 0, 3 * g, 3 * g + 3), with(1, 1)));
  tests::expect_same(y.values(), concat(parts, 1).values());
}

TEST(Conv2d, OneTapIsALinearLayer) {
  Rng rng(1);
  const Tensor x = Tensor::normal({2, 5, 3, 4}, 0, 1, rng);
  const Tensor weight = Tensor::normal({7, 5, 1, 1}, 0, 1, rng);
  const Tensor bias = Tensor::normal({7}, 0, 1, rng);
  const Tensor wanted =
      linear(permute(x, {0, 2, 3, 1}), reshape(weight, {7, 5}), bias);
  tests::expect_same(conv2d(x, weight, bias).values(),
                     permute(wanted, {0, 3, 1, 2}).values());
}

TEST(Conv1d, IsAConvolutionOfOneRow) {
  Rng rng(1);
  const Tensor x = Tensor::normal({2, 3, 9}, 0, 1, rng);
  const Tensor weight = Tensor::normal({4, 3, 5}, 0, 1, rng);
  tests::expect_same(
      conv1d(x, weight, {}, with(2, 0)).values(),
      conv2d(unsqueeze(x, 2), unsqueeze(weight, 2), {}, with(2, 0)).values());
}

// A picture moved is an answer moved, and mates in the batch change nothing.
TEST(Conv2d, MovesWithThePictureAndLeavesOthersAlone) {
  Rng rng(1);
  const Tensor x = Tensor::normal({4, 2, 8, 9}, 0, 1, rng);
  const Tensor weight = Tensor::normal({3, 2, 3, 3}, 0, 1, rng);
  const Tensor y = conv2d(x, weight);
  tests::expect_same(conv2d(slice(x, 3, 1, 9), weight).values(),
                     slice(y, 3, 1, 7).values());
  tests::expect_same(conv2d(slice(x, 0, 2, 3), weight).values(),
                     slice(y, 0, 2, 3).values());
}

struct Case {
  const char* name;
  ConvOptions options;
};

void expect_pytorch(const Case& example, bool picture) {
  SCOPED_TRACE(example.name);
  const Golden golden("conv", example.name);
  const Tensor x = golden.variable("x");
  const Tensor weight = golden.variable("weight.weight");
  const bool biased = golden.has("weight.bias");
  const Tensor bias = biased ? golden.variable("weight.bias") : Tensor();
  const Tensor y = picture ? conv2d(x, weight, bias, example.options)
                           : conv1d(x, weight, bias, example.options);
  golden.expect("output", y);
  y.backward(golden["grad.output"]);
  golden.expect_gradients({{"x", x}, {"weight", weight}});
  if (biased) golden.expect_gradients({{"bias", bias}});
}

TEST(Conv1d, AgreesWithPyTorch) {
  expect_pytorch({"signal", with(1, 1)}, false);
  expect_pytorch({"signal_strided", with(2, 3, 2, 2)}, false);
}

TEST(Conv2d, AgreesWithPyTorch) {
  expect_pytorch({"picture", with(1, 1)}, true);
  expect_pytorch({"strided", with(2, 1)}, true);
  expect_pytorch({"dilated", with(1, 0, 2)}, true);
  expect_pytorch({"grouped", with(1, 2, 1, 4)}, true);
  expect_pytorch({"pointwise", with(1, 0)}, true);
}

TEST(Conv2d, CountsItsWork) {
  Rng rng(1);
  Tensor x = Tensor::normal({2, 4, 5, 6}, 0, 1, rng).requires_grad(true);
  Tensor weight = Tensor::normal({6, 2, 3, 3}, 0, 1, rng).requires_grad(true);
  const std::int64_t one = 2 * 6 * (5 * 6) * (2 * 3 * 3);
  const Counter counter;
  const Tensor y = conv2d(x, weight, {}, with(1, 1, 1, 2));
  EXPECT_EQ(counter.rows().at("conv2d").multiply_adds, one);
  EXPECT_EQ(counter.total().bytes, y.size() * std::int64_t(sizeof(Real)));
  y.backward(Tensor::ones(y.shape()));
  EXPECT_EQ(counter.rows().at("conv2d").multiply_adds, 3 * one);
}

// What is padded is no picture: its NaN would be.
TEST(Conv2d, AHiddenNanStaysInItsWindows) {
  Tensor x = Tensor::zeros({1, 1, 5, 5});
  x.set({0, 0, 0, 0}, std::numeric_limits<Real>::quiet_NaN());
  const Tensor y = conv2d(x, Tensor::ones({1, 1, 3, 3}), {}, with(1, 1));
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j)
      EXPECT_EQ(std::isnan(y.at({0, 0, i, j})), i < 2 && j < 2) << i << j;
}

TEST(Conv2d, RefusesWhatDoesNotFit) {
  const Tensor x = Tensor::ones({2, 4, 5, 6}),
               weight = Tensor::ones({6, 4, 3, 3});
  const auto message = [&](const Tensor& x, const Tensor& w, const Tensor& bias,
                           const ConvOptions& options) {
    return thrown([&] { conv2d(x, w, bias, options); });
  };
  const auto expect = [&](const std::string& got, const char* part) {
    EXPECT_NE(got.find(part), std::string::npos) << got;
  };
  expect(message(select(x, 0, 0), weight, {}, {}), "wanted x [B, C, H, W]");
  expect(message(x, select(weight, 0, 0), {}, {}), "weight [O, C / groups");
  expect(message(x, slice(weight, 1, 0, 3), {}, {}), "reads 4 channels");
  expect(message(x, weight, {}, with(1, 0, 1, 3)), "3 groups share evenly");
  expect(message(x, weight, {}, with(1, 0, 1, 2)), "reads 2 channels");
  expect(message(x, weight, Tensor::ones({4}), {}), "bias of shape [6]");
  expect(message(x, weight, {}, with(0, 0)), "a stride, a dilation");
  expect(message(x, weight, {}, with(1, -1)), "a padding of at least 0");
  expect(message(x, weight, {}, with(1, 0, 3)), "does not fit");
  expect(message(x, Tensor::ones({6, 4, 0, 3}), {}, {}), "does not fit");
  expect(message(x, weight, {}, with(1, 1 << 30)), "does not fit");
  expect(thrown([&] { conv1d(x, weight); }), "wanted x [B, C, T]");
  expect(thrown([&] {
           conv1d(Tensor::ones({1, 2, 3}), Tensor::ones({1, 2, 4}));
         }),
         "[conv1d] a weight [1, 2, 4] does not fit x [1, 2, 3]");
}

}  // namespace
}  // namespace autograd
