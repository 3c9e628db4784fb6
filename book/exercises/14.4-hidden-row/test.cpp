#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "answer.h"

namespace {

using exercise::Gradients;
using exercise::Numbers;
using exercise::Row;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

const Row open = {
    {0.2, 1, -0.5}, {true, true, true}, {{1, 2}, {3, -1}, {0, 4}}};

Gradients back(const Row& row, const Numbers& d_context) {
  Gradients g = exercise::backward(row, d_context);
  EXPECT_EQ(g.scores.size(), row.scores.size()) << "a number for each score";
  EXPECT_EQ(g.values.size(), row.values.size()) << "a row for each value";
  g.scores.resize(row.scores.size(), nan);
  g.values.resize(row.values.size());
  for (auto& v : g.values) v.resize(d_context.size(), nan);
  return g;
}

TEST(HiddenRow, AllVisible) {
  const double a = std::exp(0.2), b = std::exp(1), c = std::exp(-0.5);
  const Numbers context = exercise::forward(open);
  ASSERT_EQ(context.size(), 2u) << "as wide as a value";
  EXPECT_NEAR(context[0], (a + 3 * b) / (a + b + c), 1e-12)
      << "a plain softmax";
}

TEST(HiddenRow, AsIfItWereNotThere) {
  Row row = open;
  row.visible[1] = false;
  const Row without = {{0.2, -0.5}, {true, true}, {{1, 2}, {0, 4}}};
  for (const double anything : {50.0, nan, infinity, -infinity}) {
    row.scores[1] = anything;
    row.values[1] = {anything, anything};
    EXPECT_EQ(exercise::forward(row), exercise::forward(without))
        << "a hidden key holds " << anything << " and is noticed";
  }
}

TEST(HiddenRow, NothingVisible) {
  Row row = open;
  row.visible = {false, false, false};
  EXPECT_EQ(exercise::forward(row), (Numbers{0, 0})) << "0 / 0 is no context";
  row.scores = {nan, infinity, -infinity};
  row.values[0] = {nan, infinity};
  EXPECT_EQ(exercise::forward(row), (Numbers{0, 0})) << "nothing is read";
}

TEST(HiddenRow, GradientsByDifferences) {
  Row row = open;
  row.visible[0] = false;
  const Numbers d = {0.7, -0.3};
  const Gradients g = back(row, d);
  const auto loss = [&](const Row& r) {
    const Numbers c = exercise::forward(r);
    return d[0] * c.at(0) + d[1] * c.at(1);
  };
  const double step = 1e-5;
  for (std::size_t s = 0; s < 3; ++s) {
    Row up = row, down = row;
    up.scores[s] += step;
    down.scores[s] -= step;
    EXPECT_NEAR(g.scores[s], (loss(up) - loss(down)) / (2 * step), 1e-8)
        << "score " << s << ": alpha times how much better than the mean it is";
    up = down = row;
    up.values[s][1] += step;
    down.values[s][1] -= step;
    EXPECT_NEAR(g.values[s][1], (loss(up) - loss(down)) / (2 * step), 1e-8)
        << "value " << s << ": its weight times the gradient";
  }
}

TEST(HiddenRow, HiddenGetsNoGradient) {
  Row row = open;
  row.visible[2] = false;
  row.scores[2] = nan;
  row.values[2] = {infinity, nan};
  const Gradients g = back(row, {1, 1});
  EXPECT_EQ(g.scores[2], 0.0) << "0 times NaN is NaN: leave it out";
  EXPECT_EQ(g.values[2], (Numbers{0, 0})) << "what is hidden learns nothing";
  EXPECT_TRUE(std::isfinite(g.scores[0]) && std::isfinite(g.scores[1]))
      << "a hidden NaN has reached a visible score";
  EXPECT_NE(g.scores[0], 0.0) << "what is visible does learn";
}

TEST(HiddenRow, ARowThatSeesNothingSendsNothing) {
  Row row = open;
  row.visible = {false, false, false};
  row.scores[1] = nan;
  row.values[1] = {nan, nan};
  const Gradients g = back(row, {3, nan});
  EXPECT_EQ(g.scores, (Numbers{0, 0, 0})) << "not NaN: zero";
  for (const Numbers& v : g.values)
    EXPECT_EQ(v, (Numbers{0, 0})) << "not NaN: zero, whatever comes back";
}

TEST(HiddenRow, MinusInfinityIsHiddenToo) {
  Row row = open;
  row.scores = {-infinity, 0, 0};
  EXPECT_NEAR(exercise::forward(row).at(0), 1.5, 1e-12) << "a weight of 0";
  EXPECT_EQ(back(row, {1, 1}).scores[0], 0.0) << "a weight of 0";
  row.scores = {-infinity, -infinity, -infinity};
  EXPECT_EQ(exercise::forward(row), (Numbers{0, 0}))
      << "-infinity less -infinity is NaN";
  EXPECT_EQ(back(row, {1, 1}).scores, (Numbers{0, 0, 0}))
      << "-infinity less -infinity is NaN";
}

TEST(HiddenRow, LargeScores) {
  const Row row = {{2000, 0, 1999}, {true, true, false}, {{1}, {2}, {3}}};
  EXPECT_NEAR(exercise::forward(row).at(0), 1, 1e-12)
      << "exp(2000) is infinite";
  const Row low = {{-2000, 0, -2000}, {true, false, true}, {{1}, {2}, {3}}};
  EXPECT_NEAR(exercise::forward(low).at(0), 2, 1e-12)
      << "the largest of the visible ones, not of all";
}

}  // namespace
