#include <algorithm>

#include "autograd/check.h"
#include "nn/plot.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::text;

constexpr double kGap = 3, kMargin = 16, kTop = kMargin + 46;

void check_grid(const std::string& name, const Grid& grid) {
  check(grid.rows.size() == grid.shares.size(), '[', name, "] wanted ",
        grid.rows.size(), " rows, got ", grid.shares.size());
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    check(grid.shares[r].size() <= grid.columns.size(), '[', name,
          "] wanted at most ", grid.columns.size(), " shares in row '",
          grid.rows[r], "', got ", grid.shares[r].size());
    for (const double share : grid.shares[r])
      check(share >= 0 && share <= 1, '[', name,
            "] wanted shares from 0 to 1 in row '", grid.rows[r], "', got ",
            share);
  }
}

void check_columns(const std::vector<int>& columns, const Grid& grid) {
  check(columns.size() == grid.rows.size(), "[svg_paths] wanted a column for ",
        "each of ", grid.rows.size(), " rows, got ", columns.size());
  for (const int c : columns)
    check(0 <= c && c < static_cast<int>(grid.columns.size()),
          "[svg_paths] wanted columns below ", grid.columns.size(), ", got ",
          c);
}

void check_paths(const Paths& all) {
  check_grid("svg_paths", all.grid);
  for (const std::vector<double>& row : all.grid.shares)
    check(row.size() == all.grid.columns.size(), "[svg_paths] wanted ",
          all.grid.columns.size(), " shares in each row, got ", row.size());
  for (const std::vector<int>& path : all.paths) check_columns(path, all.grid);
  if (!all.right.empty()) check_columns(all.right, all.grid);
}

// A table while it is drawn: its headings, then row by row.
struct Table {
  const Grid& grid;
  double wide, tall;  // of a cell
  double left = 0;
  Svg svg{};
  std::string words{};

  double x(auto column) const {
    return left + (wide + kGap) * static_cast<double>(column);
  }
  double y(auto row) const {
    return kTop + (tall + kGap) * static_cast<double>(row);
  }

  void headings() {
    double widest = text_width(grid.down, 12.5);
    for (const std::string& row : grid.rows)
      widest = std::max(widest, text_width(row, 13.5));
    left = kMargin + widest + 12;
    const auto columns = static_cast<double>(grid.columns.size());
    svg.text(left + (wide + kGap) * columns / 2, kMargin + 10, grid.across,
             {.anchor = "middle", .size = 12.5, .paint = muted});
    svg.text(left - 12, kTop - 10, grid.down,
             {.anchor = "end", .size = 12.5, .paint = muted});
    for (std::size_t c = 0; c < grid.columns.size(); ++c)
      svg.text(x(c) + wide / 2, kTop - 10, grid.columns[c],
               {.anchor = "middle", .size = 12.5});
    words = text(grid.down, " down, ", grid.across, " across.");
  }

  // With `numbers`, the shares stand in their cells and are told.
  void row(std::size_t r, bool numbers) {
    svg.text(left - 12, y(r) + tall / 2 + 5, grid.rows[r],
             {.anchor = "end", .size = 13.5});
    if (numbers) words += text(' ', grid.rows[r], ':');
    for (std::size_t c = 0; c < grid.shares[r].size(); ++c) {
      const double share = grid.shares[r][c];
      const Paint paint = heat(static_cast<int>(20 * share + 0.5) / 20.0);
      svg.begin(
          text(grid.rows[r], ", ", grid.columns[c], ": ", fixed(share, 2)));
      svg.rect(x(c), y(r), wide, tall, svg.fill(paint), 3);
      if (numbers) {
        svg.text(x(c) + wide / 2, y(r) + tall / 2 + 4.2, short_share(share),
                 {.anchor = "middle", .size = 12, .paint = ink_on(paint)});
        words += ' ' + fixed(share, 2);
      }
      svg.end();
    }
    if (numbers) words += '.';
  }

  std::string file() const {
    const double right = std::max(x(grid.columns.size()), 380.0);
    return svg.file(right + kMargin, y(grid.rows.size()) + kMargin, grid.title,
                    words);
  }
};

}  // namespace

std::string svg_grid(const Grid& grid) {
  check_grid("svg_grid", grid);
  Table table{.grid = grid, .wide = 34, .tall = 28};
  table.headings();
  for (std::size_t r = 0; r < grid.rows.size(); ++r) table.row(r, true);
  return table.file();
}

std::string svg_paths(const Paths& all) {
  check_paths(all);
  const Grid& grid = all.grid;
  Table table{.grid = grid, .wide = 46, .tall = 30};
  Svg& svg = table.svg;
  table.headings();
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    table.row(r, false);
    if (!all.right.empty())
      svg.rect(table.x(all.right[r]) + 1, table.y(r) + 1, table.wide - 2,
               table.tall - 2, svg.stroke(gold) + " ring", 3);
  }
  // Beside each other, so that none hides another; on a rim, so that they are
  // seen on any share.
  const auto count = static_cast<double>(all.paths.size());
  for (std::size_t p = 0; p < all.paths.size(); ++p) {
    const double shift =
        (static_cast<double>(p) - (count - 1) / 2) * std::min(11.0, 30 / count);
    const Paint paint = series(static_cast<int>(p) + 1);
    const auto x = [&](std::size_t r) {
      return table.x(all.paths[p][r]) + table.wide / 2 + shift;
    };
    const auto y = [&](std::size_t r) { return table.y(r) + table.tall / 2; };
    std::string line;
    table.words += text(" Path ", p + 1, ':');
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
      line += (r ? " L" : "M") + px(x(r)) + ' ' + px(y(r));
      table.words +=
          ' ' + grid.columns[static_cast<std::size_t>(all.paths[p][r])];
    }
    table.words += '.';
    svg.path(line, svg.stroke(page), 5);
    svg.path(line, svg.stroke(paint), 2);
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
      svg.circle(x(r), y(r), 5.5, svg.fill(page));
      svg.circle(x(r), y(r), 4, svg.fill(paint));
    }
  }
  return table.file();
}

}  // namespace nn
