#include "nn/scene_plot.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::Real;
using autograd::text;

constexpr double kPanel = 128, kGap = 16, kLabel = 26, kMargin = 12;

int side_of(const CellMap& map) {
  int side = 0;
  while (side * side < int(map.shares.size())) ++side;
  check(side >= 1 && side <= 9 && side * side == int(map.shares.size()) &&
            map.right < int(map.shares.size()),
        "[svg_scene] wanted a square of at most 9 cells a side, and the right "
        "one among them, got ",
        map.shares.size(), " in '", map.label, "'");
  for (const double share : map.shares)
    check(share >= 0 && share <= 1,
          "[svg_scene] wanted shares from 0 to 1 in '", map.label, "', got ",
          share);
  return side;
}

// Six shades a colour are enough, and make few rectangles.
int shade(Real value) {
  return 51 * int(std::clamp(value, Real(0), Real(1)) * 5 + Real(0.5));
}

void draw_picture(Svg& svg, const autograd::Tensor& picture, double x,
                  double y) {
  check(picture.rank() == 3 && picture.size(0) == 3 &&
            picture.size(1) == picture.size(2) && picture.size(1) >= 1 &&
            picture.size(1) <= 64,
        "[svg_scene] wanted a picture [3, side, side] of at most 64 pixels a "
        "side, got ",
        picture.shape());
  const int side = picture.size(1);
  const double pixel = kPanel / side;
  const auto colour = [&](int row, int column) {
    return Rgb{shade(picture.at({0, row, column})),
               shade(picture.at({1, row, column})),
               shade(picture.at({2, row, column}))};
  };
  for (int row = 0; row < side; ++row)
    for (int begin = 0, end = 0; begin < side; begin = end) {
      const Rgb rgb = colour(row, begin);
      while (end < side && colour(row, end) == rgb) ++end;
      // A little more than their width, so that no seam is seen.
      svg.rect(x + begin * pixel, y + row * pixel,
               (end - begin) * pixel + (end < side ? 0.4 : 0),
               pixel + (row + 1 < side ? 0.4 : 0), svg.fill({rgb, rgb}), 0);
    }
}

std::string draw_map(Svg& svg, const CellMap& map, double x, double y) {
  const int side = side_of(map);
  const double cell = kPanel / side;
  std::string words = text(' ', map.label, ':');
  for (int i = 0; i < side * side; ++i) {
    const double share = map.shares[std::size_t(i)];
    const double left = x + i % side * cell, top = y + i / side * cell;
    const Paint paint = heat(std::round(20 * share) / 20);
    svg.rect(left + 1, top + 1, cell - 2, cell - 2, svg.fill(paint), 2);
    if (share >= 0.005)
      svg.text(left + cell / 2, top + cell / 2 + 4, short_share(share),
               {.anchor = "middle", .size = 11, .paint = ink_on(paint)});
    words += ' ' + fixed(share, 2);
  }
  if (map.right >= 0)
    svg.path(text("M", px(x + map.right % side * cell + 1.5), ' ',
                  px(y + map.right / side * cell + 1.5), " h", px(cell - 3),
                  " v", px(cell - 3), " h", px(3 - cell), " Z"),
             svg.stroke(gold), 3);
  return words + '.';
}

}  // namespace

std::string svg_scene(const ScenePicture& scene) {
  check(scene.across >= 1, "[svg_scene] wanted a panel in a row, got ",
        scene.across);
  const int panels = 1 + int(scene.maps.size());
  const int across = std::min(scene.across, panels);
  Svg svg;
  std::string words;
  for (int i = 0; i < panels; ++i) {
    const double x = kMargin + i % across * (kPanel + kGap);
    const double y = kMargin + i / across * (kPanel + kLabel + kGap);
    if (i == 0) {
      draw_picture(svg, scene.picture, x, y);
      continue;
    }
    const CellMap& map = scene.maps[std::size_t(i - 1)];
    words += draw_map(svg, map, x, y);
    svg.text(x + kPanel / 2, y + kPanel + 18, map.label, {.anchor = "middle"});
  }
  const int rows = (panels + across - 1) / across;
  return svg.file(2 * kMargin + across * (kPanel + kGap) - kGap,
                  2 * kMargin + rows * (kPanel + kLabel + kGap) - kGap,
                  scene.title, "Shares of the cells, row by row." + words);
}

}  // namespace nn
