#include "nn/plot_paths.h"

#include <algorithm>

#include "autograd/check.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::text;

constexpr double kWide = 46, kTall = 30, kGap = 3, kMargin = 16;

void check_columns(const std::vector<int>& columns, const Grid& grid) {
  check(columns.size() == grid.rows.size(), "[svg_paths] wanted a column for ",
        "each of ", grid.rows.size(), " rows, got ", columns.size());
  for (const int c : columns)
    check(0 <= c && c < static_cast<int>(grid.columns.size()),
          "[svg_paths] wanted columns below ", grid.columns.size(), ", got ",
          c);
}

void check_paths(const Paths& all) {
  const Grid& grid = all.grid;
  check(grid.shares.size() == grid.rows.size(), "[svg_paths] wanted ",
        grid.rows.size(), " rows, got ", grid.shares.size());
  for (const std::vector<double>& row : grid.shares) {
    check(row.size() == grid.columns.size(), "[svg_paths] wanted ",
          grid.columns.size(), " shares in each row, got ", row.size());
    for (const double share : row)
      check(share >= 0 && share <= 1,
            "[svg_paths] wanted shares from 0 to 1, got ", share);
  }
  for (const std::vector<int>& path : all.paths) check_columns(path, grid);
  if (!all.right.empty()) check_columns(all.right, grid);
}

}  // namespace

std::string svg_paths(const Paths& all) {
  check_paths(all);
  const Grid& grid = all.grid;
  double widest = text_width(grid.down, 12.5);
  for (const std::string& row : grid.rows)
    widest = std::max(widest, text_width(row, 13.5));
  const double left = kMargin + widest + 12, top = kMargin + 46;
  const auto columns = static_cast<double>(grid.columns.size());
  const auto x = [&](auto c) {
    return left + (kWide + kGap) * static_cast<double>(c);
  };
  const auto y = [&](auto r) {
    return top + (kTall + kGap) * static_cast<double>(r);
  };
  Svg svg;
  svg.text(left + (kWide + kGap) * columns / 2, kMargin + 10, grid.across,
           {.anchor = "middle", .size = 12.5, .paint = muted});
  svg.text(left - 12, top - 10, grid.down,
           {.anchor = "end", .size = 12.5, .paint = muted});
  for (std::size_t c = 0; c < grid.columns.size(); ++c)
    svg.text(x(c) + kWide / 2, top - 10, grid.columns[c],
             {.anchor = "middle", .size = 12.5});
  std::string words = text(grid.down, " down, ", grid.across, " across.");
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    svg.text(left - 12, y(r) + kTall / 2 + 5, grid.rows[r],
             {.anchor = "end", .size = 13.5});
    for (std::size_t c = 0; c < grid.columns.size(); ++c) {
      const double share = grid.shares[r][c];
      svg.begin(
          text(grid.rows[r], ", ", grid.columns[c], ": ", fixed(share, 2)));
      svg.rect(x(c), y(r), kWide, kTall,
               svg.fill(heat(static_cast<int>(20 * share + 0.5) / 20.0)), 3);
      svg.end();
    }
    if (!all.right.empty())
      svg.rect(x(all.right[r]) + 1, y(r) + 1, kWide - 2, kTall - 2,
               svg.stroke(gold) + " ring", 3);
  }
  // Beside each other, so that none hides another; on a rim, so that they are
  // seen on any share.
  const auto count = static_cast<double>(all.paths.size());
  for (std::size_t p = 0; p < all.paths.size(); ++p) {
    const double shift =
        (static_cast<double>(p) - (count - 1) / 2) * std::min(11.0, 30 / count);
    const Paint paint = series(static_cast<int>(p) + 1);
    const auto at = [&](std::size_t r) {
      return x(all.paths[p][r]) + kWide / 2 + shift;
    };
    std::string line;
    words += text(" Path ", p + 1, ':');
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
      line += (r ? " L" : "M") + px(at(r)) + ' ' + px(y(r) + kTall / 2);
      words += ' ' + grid.columns[static_cast<std::size_t>(all.paths[p][r])];
    }
    words += '.';
    svg.path(line, svg.stroke(page), 5);
    svg.path(line, svg.stroke(paint), 2);
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
      svg.circle(at(r), y(r) + kTall / 2, 5.5, svg.fill(page));
      svg.circle(at(r), y(r) + kTall / 2, 4, svg.fill(paint));
    }
  }
  const double right = std::max(left + (kWide + kGap) * columns, 380.0);
  return svg.file(right + kMargin, y(grid.rows.size()) + kMargin, grid.title,
                  words);
}

}  // namespace nn
