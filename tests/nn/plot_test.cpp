#include "nn/plot.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

#include "nn/plot_scale.h"
#include "tests/support/xml.h"

namespace {

using nn::Bars;
using nn::Curves;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Curves curves() {
  return {.title = "损失 <of> training",
          .x = {.name = "step"},
          .y = {.name = "loss"},
          .curves = {{"带注意力", {0, 50, 100}, {4, 2, 1}, {.5, .2, .1}},
                     {"a & b", {0, 100}, {4, 3}, {}}}};
}

Bars bars() {
  return {.title = "BLEU",
          .y = {.name = "BLEU"},
          .groups = {"短", "long <"},
          .series = {{"with", {30, 20}, {1, 2}}, {"without", {10, -5}, {}}}};
}

TEST(Plot, NumbersAreShort) {
  EXPECT_EQ(nn::short_number(0), "0");
  EXPECT_EQ(nn::short_number(0.5), "0.5");
  EXPECT_EQ(nn::short_number(-2000), "-2000");
  EXPECT_EQ(nn::short_number(0.025), "0.025");
  EXPECT_EQ(nn::short_number(3e6), "3e6");
  EXPECT_EQ(nn::short_number(1e-5), "1e-5");
}

TEST(Plot, TicksByHand) {
  nn::Scale scale({.name = "x"}, {0.3, 9.2}, 5);
  EXPECT_EQ(scale.ticks(), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  scale.place(100, -50);
  EXPECT_DOUBLE_EQ(scale(0), 100);
  EXPECT_DOUBLE_EQ(scale(10), 50);
  EXPECT_DOUBLE_EQ(scale(5), 75);
}

TEST(Plot, LogarithmicTicksByHand) {
  nn::Scale scale({.name = "x", .logarithmic = true}, {2, 3000}, 5);
  EXPECT_EQ(scale.ticks(), (std::vector<double>{10, 100, 1000}));
  scale.place(0, 100);  // from 2 to 5000
  EXPECT_NEAR(scale(2), 0, 1e-3);
  EXPECT_NEAR(scale(100), 50, 1e-3);
  EXPECT_NEAR(scale(5000), 100, 1e-3);
  const nn::Scale one({.name = "x", .logarithmic = true}, {10}, 5);
  EXPECT_EQ(one.ticks(), (std::vector<double>{10, 20}));
}

TEST(Plot, GivenEndsStay) {
  nn::Scale scale({.name = "x", .from = 0.5, .to = 2.2}, {1, 2}, 4);
  EXPECT_EQ(scale.ticks(), (std::vector<double>{0.5, 1, 1.5, 2}));
  scale.place(0, 17);
  EXPECT_DOUBLE_EQ(scale(0.5), 0);
  EXPECT_DOUBLE_EQ(scale(2.2), 17);
}

TEST(Plot, CurvesHaveLinesMarksErrorBarsAndALegend) {
  const std::string svg = nn::svg_curves(curves());
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, "<circle"), 5 + 2);  // and the legend's
  EXPECT_EQ(count(svg, "stroke-width=\"1.50\""), 3);
  EXPECT_EQ(count(svg, "stroke-dasharray"), 2);  // the second, and its legend
  EXPECT_EQ(count(svg, ">a &amp; b</text>"), 1);
  EXPECT_EQ(count(svg, "lang=\"zh-Hans\""), 1);
  EXPECT_EQ(count(svg, "a &amp; b: 4 at 0, 3 at 100."), 1);
  EXPECT_EQ(svg, nn::svg_curves(curves()));
}

// The second curve's mark is an upright line with its dashes, and on the axis.
TEST(Plot, ACurveMayHaveAMark) {
  Curves chart = curves();
  chart.curves[1].mark = 150;
  const std::string svg = nn::svg_curves(chart);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, "stroke-width=\"1.20\" stroke-dasharray=\"7 4\""), 1);
  EXPECT_EQ(count(svg, ">150</text>"), 1);
  chart.curves[1].mark = kNan;
  EXPECT_THROW(nn::svg_curves(chart), std::invalid_argument);
}

TEST(Plot, AGridHasACellForEachShare) {
  nn::Grid grid{.title = "a < b",
                .across = "place",
                .down = "words",
                .columns = {"1", "2", "三"},
                .rows = {"one", "two"},
                .shares = {{0.25}, {1, 0, 0.5}}};
  const std::string svg = nn::svg_grid(grid);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, "<rect"), 4);
  EXPECT_EQ(count(svg, ">.25</text>"), 1);
  EXPECT_EQ(count(svg, ">1.0</text>"), 1);
  EXPECT_EQ(count(svg, "two, 三: 0.50"), 1);
  EXPECT_EQ(count(svg, "one: 0.25. two: 1.00 0.00 0.50."), 1);
  EXPECT_EQ(xml_fault(nn::svg_grid({})), "");
  const auto refused = [&](std::vector<std::vector<double>> shares) {
    nn::Grid bad = grid;
    bad.shares = std::move(shares);
    EXPECT_THROW(nn::svg_grid(bad), std::invalid_argument);
  };
  refused({{0.25}});
  refused({{0.25}, {1, 0, 0.5, 1}});
  refused({{0.25}, {1.1}});
  refused({{-0.1}, {1}});
  refused({{kNan}, {1}});
}

TEST(Plot, BarsHaveHeightsErrorBarsAndNumbers) {
  Bars chart = bars();
  chart.height = 44 + 22 + 52 + 200;  // 200 pixels for -10 to 40
  const std::string svg = nn::svg_bars(chart);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, "<rect"), 4 + 2);
  EXPECT_EQ(count(svg, "height=\"120.0\""), 1);  // 30
  EXPECT_EQ(count(svg, "height=\"20.0\""), 1);   // -5, below the line
  EXPECT_EQ(count(svg, "stroke-width=\"1.50\""), 2);
  EXPECT_EQ(count(svg, ">30.00</text>"), 1);
  EXPECT_EQ(count(svg, ">-5.00</text>"), 1);
  EXPECT_EQ(count(svg, "long &lt;</text>"), 1);
}

TEST(Plot, EmptyAndOnePoint) {
  EXPECT_EQ(xml_fault(nn::svg_curves({})), "");
  EXPECT_EQ(xml_fault(nn::svg_bars({})), "");
  Curves one;
  one.curves = {{"", {3}, {0}, {}}};
  EXPECT_EQ(xml_fault(nn::svg_curves(one)), "");
  EXPECT_EQ(count(nn::svg_curves(one), "<circle"), 1);
  EXPECT_EQ(count(nn::svg_curves(one), "nan"), 0);
  one.curves[0] = {"empty", {}, {}, {}};
  EXPECT_EQ(xml_fault(nn::svg_curves(one)), "");
}

TEST(Plot, RefusesWhatItCannotDraw) {
  const auto refused = [](auto change) {
    Curves chart = curves();
    change(chart);
    EXPECT_THROW(nn::svg_curves(chart), std::invalid_argument);
  };
  refused([](Curves& c) { c.curves[0].y[1] = kNan; });
  refused([](Curves& c) { c.curves[0].y[0] = kNan; });
  refused([](Curves& c) { c.curves[0].x[1] = 1 / 0.0; });
  refused([](Curves& c) { c.curves[0].error[1] = kNan; });
  refused([](Curves& c) { c.curves[0].error[1] = -1; });
  refused([](Curves& c) { c.curves[0].error.pop_back(); });
  refused([](Curves& c) { c.curves[0].x.pop_back(); });
  refused([](Curves& c) { c.x.logarithmic = true; });
  refused([](Curves& c) { c.y.from = 9, c.y.to = 1; });
  refused([](Curves& c) { c.width = 60; });
  const auto refused_bars = [](auto change) {
    Bars chart = bars();
    change(chart);
    EXPECT_THROW(nn::svg_bars(chart), std::invalid_argument);
  };
  refused_bars([](Bars& b) { b.series[0].values[0] = kNan; });
  refused_bars([](Bars& b) { b.series[1].values.pop_back(); });
  refused_bars([](Bars& b) { b.y.logarithmic = true; });
}

}  // namespace
