// The picture of a model: each module a box, its parts within it.
#include <algorithm>

#include "nn/summary.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace nn {
namespace {

constexpr double kLine = 30, kInset = 12, kGap = 6, kPile = 5, kMargin = 16;
constexpr double kSize = 13.5, kSmall = 12.5, kBetween = 26;

// Of the three columns: names, with their inset; what they are; counts.
struct Columns {
  double names = 0, descriptions = 0, counts = 0;
};

void measure(const Part& part, int depth, Columns& columns) {
  const auto widen = [](double& column, const std::string& words, double size) {
    column = std::max(column, text_width(words, size));
  };
  double name = text_width(part.name, kSize) + kInset * (depth + 1);
  columns.names = std::max(columns.names, name);
  widen(columns.descriptions, description(part), kSmall);
  widen(columns.counts, thousands(part.count), kSmall);
  if (is_line(part)) return;
  for (const Part& inner : part.parts) measure(inner, depth + 1, columns);
}

// What lies between the right side of a part and that of the innermost.
double inset(const Part& part) {
  double deepest = 0;
  if (!is_line(part))
    for (const Part& inner : part.parts)
      deepest = std::max(deepest, inset(inner));
  return kInset + (part.times > 1 ? 2 * kPile : 0) + deepest;
}

double height(const Part& part) {
  double sum = kLine;
  if (!is_line(part)) {
    for (const Part& inner : part.parts) sum += height(inner) + kGap;
    sum += kInset - kGap;
  }
  return sum + (part.times > 1 ? 2 * kPile : 0);
}

struct Drawer {
  Svg svg;
  double descriptions, counts;  // where the columns begin, and end

  void box(double x, double y, double width, double height, bool light) {
    svg.rect(x, y, width, height, svg.fill(light ? page : panel));
    svg.rect(x, y, width, height, svg.stroke(rule));
  }

  // In a box from x to x + width, its upper side at y.
  void draw(const Part& part, double x, double y, double width, int depth) {
    const bool pile = part.times > 1, light = depth % 2 == 1;
    const double own = height(part) - (pile ? 2 * kPile : 0);
    if (pile) {
      box(x + 2 * kPile, y + 2 * kPile, width - 2 * kPile, own, light);
      box(x + kPile, y + kPile, width - 2 * kPile, own, light);
      width -= 2 * kPile;
    }
    box(x, y, width, own, light);
    const double line = y + kLine - 10;
    svg.text(x + kInset, line, part.name, {.size = kSize, .bold = true});
    svg.text(descriptions, line, description(part),
             {.size = kSmall, .paint = pile ? accent : muted, .columns = 96});
    if (!part.shape || part.same_as.empty())
      svg.text(counts, line, thousands(part.count),
               {.anchor = "end", .size = kSmall});
    if (is_line(part)) return;
    y += kLine;
    for (const Part& inner : part.parts) {
      draw(inner, x + kInset, y, width - 2 * kInset, depth + 1);
      y += height(inner) + kGap;
    }
  }
};

}  // namespace

std::string svg_summary(const Parameters& parameters, const std::string& name) {
  const Part root = parts_of(parameters, name);
  Columns columns;
  measure(root, 0, columns);
  Drawer drawer;
  drawer.descriptions = kMargin + columns.names + kBetween;
  drawer.counts =
      drawer.descriptions + columns.descriptions + kBetween + columns.counts;
  const double width = drawer.counts + inset(root) - kMargin;
  drawer.draw(root, kMargin, kMargin, width, 0);
  return drawer.svg.file(width + 2 * kMargin, height(root) + 2 * kMargin, name,
                         summary(parameters, name));
}

}  // namespace nn
