#include "nn/plot.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"
#include "nn/plot_scale.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::text;

constexpr double kSmall = 12.5;      // font size of numbers and names
constexpr std::size_t kMarked = 25;  // longer curves have no marks

const Svg::Style kNumber{.size = kSmall, .paint = muted};
const Svg::Style kMiddle{.anchor = "middle", .size = kSmall, .paint = muted};
const Svg::Style kEnd{.anchor = "end", .size = kSmall, .paint = muted};

// The frame of a chart in pixels.
struct Frame {
  double left, right, top, bottom, height;

  Frame(const Scale& y, double width, double tall, int legend_rows)
      : right(width - 28), bottom(tall - 52), height(tall) {
    double widest = 0;
    for (const double tick : y.ticks())
      widest = std::max(widest, text_width(short_number(tick), kSmall));
    left = 16 + widest + 10;
    top = 44 + 22 * legend_rows;
    check(right - left >= 80 && bottom - top >= 60,
          "[plot] wanted room for a chart, got ", width, " x ", tall,
          " pixels");
  }
};

// Curves differ in dash as well as in colour.
std::string dash(std::size_t i) {
  static const char* const dashes[] = {"", "7 4", "2 3", "10 3 2 3"};
  return dashes[i % 4];
}

// The names of the series, in rows above the chart; returns how many rows.
template <class Draw>
int legend(const std::vector<std::string>& names, double width,
           const Draw& draw) {
  if (names.size() == 1 && names[0].empty()) return 0;
  double x = 16;
  int row = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double needed = 34 + text_width(names[i], 13.5) + 22;
    if (x > 16 && x + needed > width) x = 16, ++row;
    draw(i, x, 20.0 + 22 * row);
    x += needed;
  }
  return names.empty() ? 0 : row + 1;
}

// The lines and numbers of the y axis, and its name above it.
void draw_y(Svg& svg, const Frame& at, const Scale& y, const Axis& axis) {
  for (const double tick : y.ticks()) {
    svg.path(text('M', px(at.left), ' ', px(y(tick)), " H", px(at.right)),
             svg.stroke(rule), 1);
    svg.text(at.left - 10, y(tick) + 4.5, short_number(tick), kEnd);
  }
  svg.text(16, at.top - 18, axis.name, kNumber);
}

void draw_error(Svg& svg, const std::string& stroke, double x, double y0,
                double y1, double cap) {
  const std::string across = text(" h", px(2 * cap));
  svg.path(text('M', px(x), ' ', px(y0), " V", px(y1), " M", px(x - cap), ' ',
                px(y0), across, " M", px(x - cap), ' ', px(y1), across),
           stroke, 1.5);
}

template <class Series>
std::vector<std::string> names_of(const std::vector<Series>& all) {
  std::vector<std::string> names;
  for (const Series& each : all) names.push_back(each.name);
  return names;
}

void check_error(const std::string& name, const std::vector<double>& values,
                 const std::vector<double>& error) {
  check(error.empty() || error.size() == values.size(), "[plot] wanted ",
        values.size(), " error bars for '", name, "', got ", error.size());
  for (const double each : error)
    check(std::isfinite(each) && each >= 0, "[plot] wanted error bars of 0 ",
          "or more for '", name, "', got ", each);
}

// A value with the ends of its error bar.
void reach(std::vector<double>& all, double value, const std::vector<double>& e,
           std::size_t i) {
  all.push_back(value);
  if (e.empty()) return;
  all.push_back(value - e[i]);
  all.push_back(value + e[i]);
}

void draw_curve(Svg& svg, const Curve& curve, std::size_t which, const Scale& x,
                const Scale& y) {
  const std::string line = svg.stroke(series(static_cast<int>(which)));
  const std::string dot = svg.fill(series(static_cast<int>(which)));
  std::string d;
  for (std::size_t i = 0; i < curve.x.size(); ++i)
    d += text(i ? " L" : "M", px(x(curve.x[i])), ' ', px(y(curve.y[i])));
  if (curve.x.size() > 1 && !curve.points)
    svg.path(d, line + " join", 2.2, dash(which));
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    const double left = x(curve.x[i]), top = y(curve.y[i]);
    if (!curve.error.empty())
      draw_error(svg, line, left, y(curve.y[i] - curve.error[i]),
                 y(curve.y[i] + curve.error[i]), 4);
    if (curve.x.size() > kMarked && !curve.points) continue;
    svg.begin(text(curve.name, curve.name.empty() ? "" : ": ",
                   short_number(curve.x[i]), ", ", short_number(curve.y[i])));
    svg.circle(left, top, 3.6, dot);
    svg.end();
  }
}

}  // namespace

std::string svg_curves(const Curves& chart) {
  std::vector<double> all_x, all_y;
  std::string words = text(chart.y.name, " over ", chart.x.name, ".");
  for (const Curve& curve : chart.curves) {
    check(curve.x.size() == curve.y.size(), "[plot] wanted as many x as y ",
          "for '", curve.name, "', got ", curve.x.size(), " and ",
          curve.y.size());
    check_error(curve.name, curve.y, curve.error);
    all_x.insert(all_x.end(), curve.x.begin(), curve.x.end());
    if (curve.mark) all_x.push_back(*curve.mark);
    for (std::size_t i = 0; i < curve.y.size(); ++i)
      reach(all_y, curve.y[i], curve.error, i);
    if (curve.x.empty()) continue;
    check(std::isfinite(curve.y[0]) && std::isfinite(curve.y.back()),
          "[plot] wanted finite numbers in '", curve.name, "'");
    words += text(' ', curve.name.empty() ? "The curve" : curve.name, ": ",
                  short_number(curve.y[0]), " at ", short_number(curve.x[0]),
                  ", ", short_number(curve.y.back()), " at ",
                  short_number(curve.x.back()), '.');
  }
  Scale x(chart.x, all_x, 7), y(chart.y, all_y, 6);
  Svg svg;
  const int rows = legend(
      names_of(chart.curves), chart.width,
      [&](std::size_t i, double left, double line) {
        const Paint paint = series(static_cast<int>(i));
        if (!chart.curves[i].points)
          svg.path(text('M', px(left), ' ', px(line), " h26"),
                   svg.stroke(paint), 2.2, dash(i));
        svg.circle(left + 13, line, 3.6, svg.fill(paint));
        svg.text(left + 34, line + 5, chart.curves[i].name, {.size = 13.5});
      });
  const Frame at(y, chart.width, chart.height, rows);
  x.place(at.left, at.right - at.left);
  y.place(at.bottom, at.top - at.bottom);
  draw_y(svg, at, y, chart.y);
  for (const double tick : x.ticks()) {
    svg.path(text('M', px(x(tick)), ' ', px(at.bottom), " v5"),
             svg.stroke(muted), 1);
    svg.text(x(tick), at.bottom + 20, short_number(tick), kMiddle);
  }
  svg.path(text('M', px(at.left), ' ', px(at.bottom), " H", px(at.right)),
           svg.stroke(muted), 1);
  svg.text((at.left + at.right) / 2, at.bottom + 42, chart.x.name, kMiddle);
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    if (const auto& mark = chart.curves[i].mark)
      svg.path(text('M', px(x(*mark)), ' ', px(at.top), " V", px(at.bottom)),
               svg.stroke(series(static_cast<int>(i))), 1.2, dash(i));
    draw_curve(svg, chart.curves[i], i, x, y);
  }
  return svg.file(chart.width, chart.height, chart.title, words);
}

std::string svg_bars(const Bars& chart) {
  std::vector<double> all{0};
  std::string words = chart.y.name + ".";
  for (const BarSeries& each : chart.series) {
    check(each.values.size() == chart.groups.size(), "[plot] wanted ",
          chart.groups.size(), " bars of '", each.name, "', got ",
          each.values.size());
    check_error(each.name, each.values, each.error);
    for (std::size_t i = 0; i < each.values.size(); ++i) {
      check(std::isfinite(each.values[i]), "[plot] wanted finite numbers in '",
            each.name, "', got ", each.values[i]);
      reach(all, each.values[i], each.error, i);
      words +=
          text(' ', chart.groups[i], each.name.empty() ? "" : ", ", each.name,
               ": ", fixed(each.values[i], chart.decimals), '.');
    }
  }
  check(!chart.y.logarithmic,
        "[plot] bars begin at 0, which is not on a "
        "logarithmic axis");
  Scale y(chart.y, all, 5);
  Svg svg;
  const int rows = legend(names_of(chart.series), chart.width,
                          [&](std::size_t i, double left, double line) {
                            svg.rect(left + 8, line - 7, 14, 14,
                                     svg.fill(series(static_cast<int>(i))), 3);
                            svg.text(left + 34, line + 5, chart.series[i].name,
                                     {.size = 13.5});
                          });
  const Frame at(y, chart.width, chart.height, rows);
  y.place(at.bottom, at.top - at.bottom);
  draw_y(svg, at, y, chart.y);
  const auto groups = static_cast<double>(chart.groups.size());
  const auto kinds = static_cast<double>(chart.series.size());
  const double room = (at.right - at.left) / std::max(1.0, groups);
  const double thick = std::min(64.0, room * 0.78 / std::max(1.0, kinds));
  for (std::size_t g = 0; g < chart.groups.size(); ++g) {
    const double middle = at.left + room * (static_cast<double>(g) + 0.5);
    svg.text(middle, at.bottom + 22, chart.groups[g],
             {.anchor = "middle", .size = 13.5});
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
      const BarSeries& each = chart.series[i];
      const Paint paint = series(static_cast<int>(i));
      const double value = each.values[g],
                   error = each.error.empty() ? 0 : each.error[g];
      const double left = middle + thick * (static_cast<double>(i) - kinds / 2);
      const auto [top, bottom] = std::minmax({y(value), y(0)});
      const std::string shown = fixed(value, chart.decimals);
      svg.begin(text(chart.groups[g], each.name.empty() ? "" : ", ", each.name,
                     ": ", shown));
      svg.rect(left + 1, top, thick - 2, bottom - top, svg.fill(paint), 3);
      svg.end();
      if (error > 0)
        draw_error(svg, svg.stroke(ink), left + thick / 2, y(value - error),
                   y(value + error), std::min(5.0, thick / 4));
      if (text_width(shown, 12) <= thick + 4)
        svg.text(left + thick / 2,
                 value < 0 ? y(value - error) + 15 : y(value + error) - 6,
                 shown, {.anchor = "middle", .size = 12, .paint = muted});
    }
  }
  svg.path(text('M', px(at.left), ' ', px(y(0)), " H", px(at.right)),
           svg.stroke(muted), 1);
  return svg.file(chart.width, chart.height, chart.title, words);
}

}  // namespace nn
