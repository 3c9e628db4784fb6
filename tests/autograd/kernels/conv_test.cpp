#include "autograd/kernels/conv.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "autograd/kernels/parallel.h"
#include "autograd/kernels/reference_conv.h"
#include "tests/support/same_bits.h"

namespace autograd::kernels {
namespace {

using tests::expect_same;
using Values = std::vector<Real>;

Values noise(std::int64_t n, std::uint32_t seed) {
  Values x(static_cast<std::size_t>(n));
  std::uint32_t state = seed * 2654435761u + 1;
  for (Real& v : x) {
    state = state * 1664525u + 1013904223u;
    v = static_cast<Real>(static_cast<int>(state >> 8) - (1 << 23)) / (1 << 23);
  }
  return x;
}

std::string name(const Convolution& c) {
  std::string text;
  for (int x : {c.batch, c.in, c.out, c.groups, c.height, c.width, c.rows.size,
                c.columns.size, c.rows.stride, c.rows.padding, c.rows.dilation})
    text += " " + std::to_string(x);
  return text;
}

// Everything that one convolution computes.
struct Outcome {
  Values y, plain, dx, dweight, dbias;
};

std::int64_t size_x(const Convolution& c) {
  return std::int64_t(c.batch) * c.in * c.height * c.width;
}

template <class Forward, class Input, class Weight>
Outcome outcome(const Convolution& c, bool accumulate, const Forward& forward,
                const Input& input, const Weight& weights) {
  const std::int64_t size_y = c.batch * c.out * c.pixels();
  const std::int64_t size_w = std::int64_t(c.out) * c.taps();
  const Values x = noise(size_x(c), 1), w = noise(size_w, 2);
  const Values bias = noise(c.out, 3), dy = noise(size_y, 4);
  Outcome all{noise(size_y, 5), noise(size_y, 6), noise(size_x(c), 7),
              noise(size_w, 8), Values(bias.size())};
  forward(c, x.data(), w.data(), bias.data(), all.y.data());
  forward(c, x.data(), w.data(), nullptr, all.plain.data());
  input(c, w.data(), dy.data(), all.dx.data(), accumulate);
  weights(c, x.data(), dy.data(), all.dweight.data(), accumulate);
  convolve_bias_gradient(c, dy.data(), all.dbias.data());
  return all;
}

Outcome fast(const Convolution& c, bool accumulate) {
  return outcome(c, accumulate, convolve, convolve_input_gradient,
                 convolve_weight_gradient);
}

void expect_equal(const Outcome& got, const Outcome& wanted,
                  const std::string& what) {
  expect_same(got.y, wanted.y, "y" + what);
  expect_same(got.plain, wanted.plain, "y without bias" + what);
  expect_same(got.dx, wanted.dx, "dx" + what);
  expect_same(got.dweight, wanted.dweight, "dweight" + what);
  expect_same(got.dbias, wanted.dbias, "dbias" + what);
}

void compare(const Convolution& c) {
  for (bool accumulate : {false, true})
    expect_equal(fast(c, accumulate),
                 outcome(c, accumulate, reference::convolve,
                         reference::convolve_input_gradient,
                         reference::convolve_weight_gradient),
                 name(c));
}

Convolution square(int batch, int in, int out, int side, Slide slide) {
  return {batch, in, out, 1, side, side, slide, slide};
}

TEST(Convolution, EqualsTheReferenceOnAwkwardSizes) {
  for (int width : {1, 2, 7, 8, 9, 16, 17, 33})
    for (int size : {1, 2, 3})
      for (int padding : {0, 1, 2}) {
        const Slide columns{size, 1, padding, 1};
        if (columns.outputs(width) > 0)
          compare({2, 2, 3, 1, 3, width, {2, 1, 1, 1}, columns});
      }
}

TEST(Convolution, EqualsTheReferenceForAllStridesAndDilations) {
  for (int stride : {1, 2, 3})
    for (int padding : {0, 1, 3})
      for (int dilation : {1, 2, 3})
        compare(square(2, 2, 3, 11, {3, stride, padding, dilation}));
}

TEST(Convolution, EqualsTheReferenceInGroups) {
  for (int groups : {1, 2, 4})
    compare({3, 4, 8, groups, 5, 6, {3, 1, 1, 1}, {3, 2, 1, 1}});
}

TEST(Convolution, EqualsTheReferenceOnOneRow) {
  compare({5, 3, 4, 1, 1, 50, {}, {5, 1, 2, 1}});
  compare({5, 1, 10, 1, 1, 20, {}, {31, 1, 15, 1}});  // wider than the axis
}

TEST(Convolution, EqualsTheReferenceOnOneTap) {
  compare(square(3, 5, 4, 9, {}));
  compare(square(3, 5, 4, 9, {1, 2, 0, 1}));
  compare(square(3, 5, 4, 9, {1, 1, 1, 1}));
}

// More taps than a chain of gemm, rows in several tiles, more pictures than
// parts.
TEST(Convolution, EqualsTheReferenceBeyondOneTile) {
  const Convolution tiles{1, 64, 2, 1, 12, 40, {3, 1, 1, 1}, {3, 1, 1, 1}};
  ASSERT_GT(tiles.taps(), 512);
  ASSERT_LT(tiles.tile_rows(), tiles.out_height() / 2);
  compare(tiles);
  const Convolution parts = square(19, 2, 3, 5, {3, 1, 1, 1});
  ASSERT_EQ(parts.parts(), 8);
  compare(parts);
  compare(square(2, 1, 2, 28, {3, 1, 1, 1}));  // pixels beyond a chain
}

TEST(Convolution, EqualsTheReferenceWithoutAnything) {
  compare(square(0, 2, 3, 4, {3, 1, 1, 1}));
  compare(square(2, 0, 3, 4, {3, 1, 1, 1}));
  compare(square(2, 2, 0, 4, {3, 1, 1, 1}));
}

TEST(Convolution, ThreadsChangeNoBit) {
  const Convolution c = square(9, 8, 16, 20, {3, 1, 1, 1});
  const Convolution one = square(1, 16, 48, 40, {3, 1, 1, 1});
  const int before = threads();
  set_threads(1);
  const Outcome alone = fast(c, false), alone_one = fast(one, true);
  for (int count : {2, 3}) {
    set_threads(count);
    expect_equal(fast(c, false), alone, " with threads");
    expect_equal(fast(one, true), alone_one, " with threads");
  }
  set_threads(before);
}

TEST(Slide, CountsOutputs) {
  EXPECT_EQ((Slide{3, 1, 1, 1}.outputs(28)), 28);
  EXPECT_EQ((Slide{3, 2, 1, 1}.outputs(28)), 14);
  EXPECT_EQ((Slide{2, 2, 0, 1}.outputs(5)), 2);
  EXPECT_EQ((Slide{3, 1, 0, 2}.outputs(5)), 1);
  EXPECT_EQ((Slide{3, 1, 0, 2}.outputs(4)), 0);
  EXPECT_EQ((Slide{3, 5, 0, 1}.outputs(1)), 0);
}

TEST(Slide, KnowsWhatLiesInside) {
  for (int length : {1, 4, 7})
    for (int stride : {1, 2, 3})
      for (int padding : {0, 2, 9})
        for (int tap : {0, 1, 2}) {
          const Slide slide{3, stride, padding, 2};
          const int count = static_cast<int>(slide.outputs(length));
          const Slide::Range range = slide.inside(length, count, tap);
          ASSERT_TRUE(0 <= range.begin && range.begin <= range.end &&
                      range.end <= count);
          for (int i = 0; i < count; ++i) {
            const auto at = slide.at(i, tap);
            EXPECT_EQ(at >= 0 && at < length,
                      i >= range.begin && i < range.end);
          }
        }
}

}  // namespace
}  // namespace autograd::kernels
