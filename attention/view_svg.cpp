#include <algorithm>
#include <cmath>

#include "attention/view.h"
#include "autograd/check.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace attention {
namespace {

using autograd::text;
using nn::fixed;
using nn::px;

constexpr int kLabel = 24;          // terminal columns before a word is cut
constexpr int kLevels = 20;         // shades of a heat map
constexpr double kThickest = 10;    // pixels of the line of weight 1
constexpr float kThinnest = 0.01f;  // weights below have no line
constexpr double kMargin = 12;

const nn::Svg::Style kLeft{.columns = kLabel};
const nn::Svg::Style kRight{.anchor = "end", .columns = kLabel};
const nn::Svg::Style kNote{.size = 12, .paint = nn::muted};
const nn::Svg::Style kNoteRight{
    .anchor = "end", .size = 12, .paint = nn::muted};

int count(const std::vector<std::string>& words) {
  return static_cast<int>(words.size());
}

double widest(const std::vector<std::string>& words) {
  double width = 0;
  for (const std::string& word : words)
    width = std::max(width, nn::text_width(nn::clip(word, kLabel)));
  return width;
}

std::string tooltip(const Map& map, int s, int t) {
  return text(map.target[t], " reads ", map.source[s], ": ",
              fixed(map.weight(s, t), 2), map.is_gold(s, t) ? ", gold" : "");
}

// The figure in words: what each target word reads most.
std::string description(const Map& map) {
  std::string out = "Each target word and the source word it reads most:";
  for (int t = 0; t < count(map.target) && !map.source.empty(); ++t) {
    int best = 0;
    for (int s = 1; s < count(map.source); ++s)
      if (map.weight(s, t) > map.weight(best, t)) best = s;
    out += text(t ? "; " : " ", map.target[t], " reads ", map.source[best], " ",
                fixed(map.weight(best, t), 2));
  }
  return out + ".";
}

std::string file(const nn::Svg& svg, const Map& map, double width,
                 double height) {
  return svg.file(width, height,
                  map.title.empty() ? "Attention weights" : map.title,
                  description(map));
}

// Where the pieces of a heat map stand, in pixels.
struct Grid {
  bool small, slanted;  // the headings, by 45 degrees
  double width, height, slope, left, top;
  static constexpr double gap = 6;

  explicit Grid(const Map& map) {
    const double heading = widest(map.source) + 6;
    small = count(map.source) > 10;
    slanted = heading > (small ? 32 : 84);
    width = small ? 32 : slanted ? 52 : std::max(heading, 52.0);
    height = small ? 28 : 36;
    slope = slanted ? heading * std::sqrt(0.5) : 0;
    left = kMargin + widest(map.target) + 10;
    top = kMargin + 20 + slope;
  }
  double x(int s) const { return left + s * (width + gap); }
  // The middle of a column, or of what is between two.
  double middle(double s) const { return x(0) + width / 2 + s * (width + gap); }
  double y(int t) const { return top + t * (height + gap); }
};

void draw_cell(nn::Svg& svg, const Grid& at, const Map& map, int s, int t) {
  const float w = std::clamp(map.weight(s, t), 0.f, 1.f);
  const nn::Paint shade = nn::heat(std::lround(kLevels * w) * 1.0 / kLevels);
  const double x = at.x(s), y = at.y(t);
  svg.begin(tooltip(map, s, t));
  svg.rect(x, y, at.width, at.height, svg.fill(shade));
  svg.text(x + at.width / 2, y + at.height / 2 + 4.2,
           at.small ? nn::short_share(w) : fixed(w, 2),
           {.anchor = "middle", .size = 12, .paint = nn::ink_on(shade)});
  svg.end();
  if (map.is_gold(s, t))
    svg.rect(x - 2, y - 2, at.width + 4, at.height + 4,
             svg.stroke(nn::gold) + " ring", 6);
}

// A dot in each row where the word looked, in its column or between two, and a
// line through them.
void draw_places(nn::Svg& svg, const Grid& at, const Map& map) {
  std::string line;
  for (int t = 0; t < count(map.target); ++t)
    line += text(t ? " L" : "M", px(at.middle(map.places[t])), ' ',
                 px(at.y(t) + at.height - 5));
  svg.path(line, svg.stroke(nn::muted), 1.5);
  for (int t = 0; t < count(map.target); ++t) {
    svg.begin(text(map.target[t], " looks at ", fixed(map.places[t], 2)));
    svg.circle(at.middle(map.places[t]), at.y(t) + at.height - 5, 4,
               svg.fill(nn::gold));
    svg.end();
  }
}

}  // namespace

std::string svg_heat_map(const Map& map) {
  map.check();
  const int sources = count(map.source), targets = count(map.target);
  const Grid at(map);
  nn::Svg svg;
  for (int s = 0; s < sources; ++s)
    svg.text(at.x(s) + at.width / 2, at.top - 8, map.source[s],
             {.anchor = at.slanted ? "start" : "middle",
              .turn = at.slanted ? -45.0 : 0,
              .columns = kLabel});
  for (int t = 0; t < targets; ++t) {
    svg.text(at.left - 10, at.y(t) + at.height / 2 + 5, map.target[t], kRight);
    for (int s = 0; s < sources; ++s) draw_cell(svg, at, map, s, t);
  }
  if (!map.places.empty()) draw_places(svg, at, map);
  double bottom = at.y(targets);
  if (!map.gold.empty()) {
    svg.rect(at.left, bottom + 5, 14, 14, svg.stroke(nn::gold) + " ring");
    svg.text(at.left + 21, bottom + 16, "gold link", kNote);
    bottom += 20;
  }
  double right = std::max(at.x(sources) + at.slope, at.left + 90);
  for (const float p : map.places) right = std::max(right, at.middle(p) + 10);
  return file(svg, map, right - Grid::gap + kMargin, bottom + kMargin);
}

std::string svg_lines(const Map& map) {
  map.check();
  const int sources = count(map.source), targets = count(map.target);
  const double row = 38, across = 240, top = kMargin + 40;
  const double x0 = kMargin + std::max(widest(map.source), 44.0) + 10;
  const double x1 = x0 + across;
  const int rows = std::max(sources, targets);
  const auto y_of = [&](int i, int rows_here) {  // both columns centred
    return top + row * (i + (rows - rows_here) * 0.5);
  };
  const auto curve = [&](int s, int t) {
    const std::string y0 = px(y_of(s, sources)), y1 = px(y_of(t, targets));
    const std::string middle = px((x0 + x1) / 2);
    return text('M', px(x0), ' ', y0, " C", middle, ' ', y0, ' ', middle, ' ',
                y1, ' ', px(x1), ' ', y1);
  };

  nn::Svg svg;
  svg.text(x0 - 10, kMargin + 12, "source", kNoteRight);
  svg.text(x1 + 10, kMargin + 12, "target", kNote);
  // An outline is a broader line behind all others.
  for (const auto& [s, t] : map.gold)
    svg.path(curve(s, t), svg.stroke(nn::gold),
             kThickest * map.weight(s, t) + 4);
  for (int t = 0; t < targets; ++t)
    for (int s = 0; s < sources; ++s)
      if (const float w = map.weight(s, t); w >= kThinnest) {
        svg.begin(tooltip(map, s, t));
        svg.path(curve(s, t), svg.stroke(nn::accent), kThickest * w);
        svg.end();
      }
  for (int s = 0; s < sources; ++s)
    svg.text(x0 - 10, y_of(s, sources) + 5, map.source[s], kRight);
  for (int t = 0; t < targets; ++t)
    svg.text(x1 + 10, y_of(t, targets) + 5, map.target[t], kLeft);
  double bottom = top + row * (rows - 0.5);
  if (!map.gold.empty()) {
    svg.path(text('M', px(kMargin), ' ', px(bottom + 8), " h30"),
             svg.stroke(nn::gold), 2);
    svg.text(kMargin + 38, bottom + 12, "gold link", kNote);
    bottom += 20;
  }
  const double right = x1 + 10 + std::max(widest(map.target), 44.0);
  return file(svg, map, right + kMargin, bottom + kMargin);
}

}  // namespace attention
