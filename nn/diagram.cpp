#include "nn/diagram.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"
#include "autograd/graph.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::Drawing;
using autograd::Tensor;
using autograd::text;

constexpr double kCell = 52, kHeight = 34, kMargin = 16;
constexpr int kAcross = 12;  // memory cells in a row

const Svg::Style kNote{.size = 12.5, .paint = muted};
const Svg::Style kIndex{.anchor = "middle", .size = 11.5, .paint = muted};

// Soft colours for rows, far enough apart for neighbours.
Paint row_paint(int row) {
  const Paint hue = series(row);
  const auto soft = [](Rgb colour, Rgb ground) {
    return ramp({ground, colour}, 0.35);
  };
  return {soft(hue.light, page.light), soft(hue.dark, page.dark)};
}

std::string value_text(double value) {
  std::string digits = fixed(value, 2);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

void draw_value(Svg& svg, double x, double y, double value, const Paint& paint,
                bool read) {
  svg.rect(x + 1, y + 1, kCell - 2, kHeight - 2, svg.fill(paint));
  svg.text(
      x + kCell / 2, y + kHeight / 2 + 5, value_text(value),
      {.anchor = "middle", .size = 14, .paint = read ? ink_on(paint) : muted});
}

template <class List>
std::string bracketed(const List& values) {
  std::string out;
  for (const auto value : values) out += text(out.empty() ? "" : ", ", value);
  return "[" + out + "]";
}

}  // namespace

std::string svg_window(const Tensor& x, const std::string& title) {
  const int rank = x.rank();
  check(rank == 1 || rank == 2,
        "[svg_window] wanted a tensor of one or two axes, got ", x.shape());
  const int rows = rank == 2 ? x.size(0) : 1, columns = x.size(-1);
  const auto& memory = x.node()->data;
  const int cells = static_cast<int>(autograd::element_count(x.node()->shape));
  check(rows <= 16 && columns <= 16 && cells <= 256,
        "[svg_window] wanted at most 16 x 16 elements of 256 cells, got ",
        x.shape(), " of ", cells);
  struct Reader {
    int row = 0, count = 0;
    std::string index;
  };
  std::vector<Reader> readers(static_cast<std::size_t>(cells));
  const auto place = [&](int i, int j) {
    return static_cast<std::size_t>(x.offset() +
                                    (rank == 2 ? i * x.strides()[0] : 0) +
                                    j * x.strides()[rank - 1]);
  };
  const auto value_at = [&](std::size_t cell) {
    return static_cast<double>(memory.as<autograd::Real>()[cell]);
  };
  for (std::size_t i = 0; i < readers.size(); ++i)
    check(std::isfinite(value_at(i)) && std::abs(value_at(i)) < 1e6,
          "[svg_window] wanted numbers below a million, got ", value_at(i));

  Svg svg;
  const double left = kMargin + 26;
  double y = kMargin + 14;
  svg.text(kMargin, y,
           text("shape ", x.shape(), ", strides ", bracketed(x.strides()),
                ", offset ", x.offset()),
           {.size = 13.5, .mono = true});
  y += 32;
  for (int j = 0; j < columns; ++j)
    svg.text(left + kCell * (j + 0.5), y - 5, std::to_string(j), kIndex);
  for (int i = 0; i < rows; ++i, y += kHeight) {
    if (rank == 2)
      svg.text(left - 12, y + kHeight / 2 + 4, std::to_string(i), kIndex);
    for (int j = 0; j < columns; ++j) {
      const std::size_t cell = place(i, j);
      Reader& reader = readers[cell];
      if (reader.count++ == 0) {
        reader.row = rank == 2 ? i : 0;
        reader.index = rank == 2 ? text(i, ',', j) : std::to_string(j);
      }
      draw_value(svg, left + kCell * j, y, value_at(cell),
                 row_paint(reader.row), true);
    }
  }
  y += 36;
  svg.text(kMargin, y, "memory: address above, index below", kNote);
  y += 30;
  for (int cell = 0; cell < cells; ++cell) {
    const double at = left + kCell * (cell % kAcross);
    const double top = y + (kHeight + 44) * (cell / kAcross);
    const Reader& reader = readers[static_cast<std::size_t>(cell)];
    svg.text(at + kCell / 2, top - 5, std::to_string(cell), kIndex);
    draw_value(svg, at, top, value_at(static_cast<std::size_t>(cell)),
               reader.count ? row_paint(reader.row) : panel, reader.count > 0);
    if (reader.count > 0)
      svg.text(at + kCell / 2, top + kHeight + 15,
               reader.count > 1 ? text(reader.index, " +", reader.count - 1)
                                : reader.index,
               {.anchor = "middle", .size = 12});
  }
  const int across = std::max(columns, std::min(cells, kAcross));
  const double width = std::max(left + kCell * across + kMargin, 380.0);
  const double bottom =
      y + (kHeight + 44) * (std::max(cells - 1, 0) / kAcross + 1) - 10;
  return svg.file(width, bottom, title,
                  text("A tensor of shape ", x.shape(), " and strides ",
                       bracketed(x.strides()), " at offset ", x.offset(),
                       " of a memory of ", cells, " numbers."));
}

}  // namespace nn
