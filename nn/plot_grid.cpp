#include <algorithm>

#include "autograd/check.h"
#include "nn/plot.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::text;

constexpr double kWide = 34, kTall = 28, kGap = 3, kMargin = 16;

void check_grid(const Grid& grid) {
  check(grid.rows.size() == grid.shares.size(), "[svg_grid] wanted ",
        grid.rows.size(), " rows, got ", grid.shares.size());
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    check(grid.shares[r].size() <= grid.columns.size(),
          "[svg_grid] wanted at most ", grid.columns.size(), " shares in row '",
          grid.rows[r], "', got ", grid.shares[r].size());
    for (const double share : grid.shares[r])
      check(share >= 0 && share <= 1, "[svg_grid] wanted shares from 0 to 1 ",
            "in row '", grid.rows[r], "', got ", share);
  }
}

}  // namespace

std::string svg_grid(const Grid& grid) {
  check_grid(grid);
  double widest = text_width(grid.down, 12.5);
  for (const std::string& row : grid.rows)
    widest = std::max(widest, text_width(row, 13.5));
  const double left = kMargin + widest + 12, top = kMargin + 46;
  const auto columns = static_cast<double>(grid.columns.size());
  const auto x = [&](std::size_t c) {
    return left + (kWide + kGap) * static_cast<double>(c);
  };
  const auto y = [&](std::size_t r) {
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
    words += text(' ', grid.rows[r], ':');
    for (std::size_t c = 0; c < grid.shares[r].size(); ++c) {
      const double share = grid.shares[r][c];
      const Paint paint = heat(static_cast<int>(20 * share + 0.5) / 20.0);
      svg.begin(
          text(grid.rows[r], ", ", grid.columns[c], ": ", fixed(share, 2)));
      svg.rect(x(c), y(r), kWide, kTall, svg.fill(paint), 3);
      svg.text(x(c) + kWide / 2, y(r) + kTall / 2 + 4.2, short_share(share),
               {.anchor = "middle", .size = 12, .paint = ink_on(paint)});
      svg.end();
      words += ' ' + fixed(share, 2);
    }
    words += '.';
  }
  const double right = std::max(left + (kWide + kGap) * columns, 380.0);
  return svg.file(right + kMargin, y(grid.rows.size()) + kMargin, grid.title,
                  words);
}

}  // namespace nn
