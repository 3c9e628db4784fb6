#include "nn/windows.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/expect.h"

namespace nn {
namespace {

using autograd::Indices;
using autograd::Rng;
using autograd::Shape;

std::vector<int> stream(int count) {
  std::vector<int> tokens;
  for (int i = 0; i < count; ++i) tokens.push_back(10 * i);
  return tokens;
}

// Eleven tokens: three windows of three, and one of what is left.
TEST(Windows, LieSideBySideForEvaluation) {
  const auto tokens = stream(11);
  const Windows windows(tokens, 2, 3);
  ASSERT_EQ(windows.size(), 3);
  EXPECT_EQ(windows[0].inputs, Indices(Shape{2, 3}, {0, 10, 20, 30, 40, 50}));
  EXPECT_EQ(windows[0].targets, Indices(Shape{2, 3}, {10, 20, 30, 40, 50, 60}));
  EXPECT_EQ(windows[1].inputs, Indices(Shape{1, 3}, {60, 70, 80}));
  EXPECT_EQ(windows[2].inputs, Indices(Shape{1, 1}, {90}));
  EXPECT_EQ(windows[2].targets, Indices(Shape{1, 1}, {100}));
}

TEST(Windows, EachTokenButTheFirstIsATargetOnce) {
  for (const int count : {2, 7, 8, 9, 33})
    for (const int context : {1, 7, 8, 40})
      for (const int batch : {1, 3}) {
        const auto tokens = stream(count);
        const Windows windows(tokens, batch, context);
        std::vector<int> seen = {tokens[0]};
        for (int i = 0; i < windows.size(); ++i) {
          const WindowBatch b = windows[i];
          EXPECT_LE(b.inputs.shape()[0], batch);
          EXPECT_LE(b.inputs.shape()[1], context);
          EXPECT_EQ(b.inputs[0], seen.back());
          seen.insert(seen.end(), b.targets.begin(), b.targets.end());
        }
        EXPECT_EQ(seen, tokens) << count << ' ' << context << ' ' << batch;
      }
}

TEST(Windows, BeginAnywhereForTraining) {
  const auto tokens = stream(33);
  Rng rng(3);
  std::set<int> first;
  for (int epoch = 0; epoch < 60; ++epoch) {
    const Windows windows(tokens, 3, 8, rng);
    ASSERT_EQ(windows.size(), 2);  // four windows fit, and fill two batches
    for (int i = 0; i < windows.size(); ++i) {
      const WindowBatch b = windows[i];
      ASSERT_EQ(b.inputs.shape(), (Shape{3, 8}));
      for (int k = 0; k < 24; ++k) EXPECT_EQ(b.inputs[k] + 10, b.targets[k]);
      for (int row = 0; row < 3; ++row) {
        first.insert(b.inputs[8 * row]);
        for (int k = 1; k < 8; ++k)
          EXPECT_EQ(b.inputs[8 * row + k], b.targets[8 * row + k - 1]);
      }
    }
  }
  EXPECT_EQ(first.size(), 25u);  // every place that has eight targets after it
}

TEST(Windows, AreAFunctionOfTheRandomState) {
  const auto tokens = stream(200);
  Rng rng(1);
  rng.bits();
  const auto state = rng.state();
  const Windows windows(tokens, 4, 9, rng);
  Rng again(state), other(state + 1);
  const Windows same(tokens, 4, 9, again), differ(tokens, 4, 9, other);
  EXPECT_EQ(again.state(), rng.state());
  EXPECT_EQ(same[3].inputs, windows[3].inputs);
  EXPECT_FALSE(differ[3].inputs == windows[3].inputs);
}

TEST(Windows, NeedTokens) {
  Rng rng;
  const auto three = stream(3), one = stream(1), none = stream(0);
  EXPECT_EQ(Windows(three, 1, 2, rng).size(), 1);
  EXPECT_THROW(Windows(three, 1, 3, rng), std::invalid_argument);
  EXPECT_THROW(Windows(none, 1, 1, rng), std::invalid_argument);
  EXPECT_THROW(Windows(one, 1, 1), std::invalid_argument);
  EXPECT_THROW(Windows(none, 1, 1), std::invalid_argument);
  EXPECT_THROW(Windows(three, 0, 1), std::invalid_argument);
  EXPECT_THROW(Windows(three, 1, 0, rng), std::invalid_argument);
  EXPECT_EQ(tests::thrown([&] { Windows(three, 1, 5, rng); }),
            "[Windows] wanted more than 5 tokens, got 3");
  const Windows windows(three, 1, 1);
  EXPECT_THROW(windows[2], std::invalid_argument);
  EXPECT_THROW(windows[-1], std::invalid_argument);
}

}  // namespace
}  // namespace nn
