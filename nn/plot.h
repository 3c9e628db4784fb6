// Charts as SVG files: curves, bars and tables of shares.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nn/spread.h"

namespace nn {

// What an axis measures; it reaches from the least to the greatest value, or
// where it is told to. On a logarithmic axis all values are above 0.
struct Axis {
  std::string name;  // with its unit
  bool logarithmic = false;
  std::optional<double> from{}, to{};
};

// Points joined by a line. `error` is half the length of each error bar, or
// empty; at `mark` stands an upright line of the same colour. With `points`
// there is no line.
struct Curve {
  std::string name;
  std::vector<double> x, y, error{};
  std::optional<double> mark{};
  bool points = false;

  // A point with its error bar.
  void add(double at, const Spread& value) {
    x.push_back(at);
    y.push_back(value.mean);
    error.push_back(value.error);
  }
};

struct Curves {
  std::string title;  // for those who do not see the picture
  Axis x, y;
  std::vector<Curve> curves;
  double width = 640, height = 380;  // pixels
};

// A bar for each group, with half the length of its error bar, or none.
struct BarSeries {
  std::string name;
  std::vector<double> values, error{};

  void add(const Spread& value) {
    values.push_back(value.mean);
    error.push_back(value.error);
  }
};

// Bars stand beside each other in groups, one of each series.
struct Bars {
  std::string title;
  Axis y;  // always with 0
  std::vector<std::string> groups;
  std::vector<BarSeries> series;
  int decimals = 2;  // of the numbers upon the bars
  double width = 640, height = 340;
};

// A table of shares from 0 to 1, darker for more; rows may end early.
struct Grid {
  std::string title;
  std::string across, down;  // what columns and rows are
  std::vector<std::string> columns, rows;
  std::vector<std::vector<double>> shares;  // of each row
};

// Where somebody looked, drawn over how likely it was: paths over a table, from
// its first row to its last.
struct Paths {
  Grid grid;                            // every row with all columns
  std::vector<std::vector<int>> paths;  // of each one, the column in each row
  std::vector<int> right = {};  // the column that is framed in each row; none
};

// The whole file; see nn/svg.h. Throws std::invalid_argument where numbers of
// values differ, or a value is not finite or cannot be shown.
std::string svg_curves(const Curves& chart);
std::string svg_bars(const Bars& chart);
std::string svg_grid(const Grid& grid);     // nn/plot_grid.cpp
std::string svg_paths(const Paths& paths);  // there too

}  // namespace nn
