#include <algorithm>

#include "autograd/check.h"
#include "nn/diagram.h"
#include "nn/svg.h"

namespace nn {
namespace {

using autograd::check;
using autograd::Drawing;
using autograd::text;

constexpr double kHeight = 46, kGap = 22, kBetween = 44, kMargin = 16;

// A value in its place, or a bend of an edge that passes a layer.
struct Box {
  int value = -1;  // -1: a bend
  int layer = 0;
  double width = 0, x = 0;  // x: its middle
  std::vector<int> above{}, below{};
};

// Sugiyama, Tagawa & Toda 1981: layers, bends where an edge passes one, an
// order within the layers by the mean of the neighbours, places by the same.
struct Layout {
  const Drawing& drawing;
  std::vector<Box> boxes;
  std::vector<std::vector<int>> layers;

  explicit Layout(const Drawing& drawing) : drawing(drawing) {
    for (std::size_t i = 0; i < drawing.values.size(); ++i) {
      const auto& value = drawing.values[i];
      const double name = text_width(value.name, 14);
      const double shape = text_width(text(value.shape), 12);
      boxes.push_back({.value = static_cast<int>(i),
                       .width = std::max({name, shape, 44.0}) + 22});
    }
    find_layers();
    for (const auto& [from, to] : drawing.edges) connect(from, to);
    layers.resize(1);
    for (int i = 0; i < static_cast<int>(boxes.size()); ++i) {
      const auto layer = static_cast<std::size_t>(at(i).layer);
      if (layers.size() <= layer) layers.resize(layer + 1);
      layers[layer].push_back(i);
    }
    for (auto& layer : layers) spread(layer);
    for (int sweep = 0; sweep < 12; ++sweep) pull(sweep % 2 == 0, true);
    for (int sweep = 0; sweep < 12; ++sweep) pull(sweep % 2 == 0, false);
    double least = 0;
    for (const Box& box : boxes) least = std::min(least, box.x - box.width / 2);
    for (Box& box : boxes) box.x += kMargin - least;
  }

  Box& at(int i) { return boxes[static_cast<std::size_t>(i)]; }
  const Box& at(int i) const { return boxes[static_cast<std::size_t>(i)]; }
  double y(int i) const { return kMargin + at(i).layer * (kHeight + kBetween); }

  // A value lies one layer above the highest of its users; y is the lowest.
  void find_layers() {
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& [from, to] : drawing.edges)
        if (at(from).layer <= at(to).layer) {
          at(from).layer = at(to).layer + 1;
          changed = true;
        }
    }
    int last = 0;
    for (const Box& box : boxes) last = std::max(last, box.layer);
    for (Box& box : boxes) box.layer = last - box.layer;
  }

  void connect(int from, int to) {
    int upper = from;
    const int lowest = at(to).layer;
    for (int layer = at(from).layer + 1; layer <= lowest; ++layer) {
      int lower = to;
      if (layer < lowest) {
        lower = static_cast<int>(boxes.size());
        boxes.push_back({.layer = layer, .width = 12});
      }
      at(upper).below.push_back(lower);
      at(lower).above.push_back(upper);
      upper = lower;
    }
  }

  // Side by side in their order, as near to where they wish to be as can be.
  void spread(const std::vector<int>& layer) {
    std::vector<double> wish;
    for (const int i : layer) wish.push_back(at(i).x);
    for (std::size_t k = 1; k < layer.size(); ++k) {
      const Box& before = at(layer[k - 1]);
      Box& box = at(layer[k]);
      const double least = before.x + (before.width + box.width) / 2 + kGap;
      box.x = std::max(box.x, least);
    }
    double drift = 0;
    for (std::size_t k = 0; k < layer.size(); ++k)
      drift += at(layer[k]).x - wish[k];
    for (const int i : layer)
      at(i).x -= drift / static_cast<double>(layer.size());
  }

  void pull(bool down, bool reorder) {
    const int count = static_cast<int>(layers.size());
    for (int step = 0; step < count; ++step) {
      auto& layer =
          layers[static_cast<std::size_t>(down ? step : count - 1 - step)];
      for (const int i : layer) {
        const auto& others = down ? at(i).above : at(i).below;
        double sum = 0;
        for (const int other : others) sum += at(other).x;
        if (!others.empty()) at(i).x = sum / static_cast<double>(others.size());
      }
      if (reorder)
        std::stable_sort(layer.begin(), layer.end(),
                         [&](int a, int b) { return at(a).x < at(b).x; });
      spread(layer);
    }
  }
};

// From one value through the bends to the next, with an arrow's head.
void draw_edge(Svg& svg, const Layout& layout, int from, int to) {
  double x = layout.at(from).x, y = layout.y(from) + kHeight;
  std::string d = text('M', px(x), ' ', px(y));
  while (true) {
    const Box& next = layout.at(to);
    const bool last = next.value >= 0;
    const double end = layout.y(to) - (last ? 7 : 0), half = (y + end) / 2;
    d += text(" C", px(x), ' ', px(half), ' ', px(next.x), ' ', px(half), ' ',
              px(next.x), ' ', px(end));
    x = next.x;
    if (last) break;
    y = layout.y(to) + kHeight;
    d += text(" V", px(y));
    to = next.below[0];
  }
  svg.path(d, svg.stroke(muted), 1.5);
  const double tip = layout.y(to) - 1;
  svg.path(text('M', px(x - 4), ' ', px(tip - 8), " h8 l-4 8 z"),
           svg.fill(muted), 0);
}

}  // namespace

std::string svg_graph(const autograd::Tensor& y, const autograd::Names& names,
                      const std::string& title) {
  const Drawing drawing = autograd::graph_drawing(y, names);
  check(drawing.values.size() <= 200,
        "[svg_graph] wanted at most 200 values, got ", drawing.values.size());
  const Layout layout(drawing);
  Svg svg;
  double right = 0, bottom = 0;
  for (int i = 0; i < static_cast<int>(drawing.values.size()); ++i)
    for (const int to : layout.at(i).below) draw_edge(svg, layout, i, to);
  for (int i = 0; i < static_cast<int>(drawing.values.size()); ++i) {
    const auto& value = drawing.values[static_cast<std::size_t>(i)];
    const Box& box = layout.at(i);
    const double left = box.x - box.width / 2, top = layout.y(i);
    const double radius = value.leaf ? 3 : kHeight / 2;
    svg.rect(left, top, box.width, kHeight, svg.fill(value.leaf ? panel : page),
             radius);
    svg.rect(left, top, box.width, kHeight,
             svg.stroke(value.trained ? accent : muted) +
                 (value.trained ? " ring" : ""),
             radius);
    svg.text(box.x, top + 20, value.name,
             {.anchor = "middle", .size = 14, .bold = value.trained});
    svg.text(box.x, top + 36, text(value.shape),
             {.anchor = "middle", .size = 12, .paint = muted});
    right = std::max(right, box.x + box.width / 2);
    bottom = std::max(bottom, top + kHeight);
  }
  std::string words = "From operands to results:";
  for (const auto& [from, to] : drawing.edges)
    words +=
        text(' ', drawing.values[static_cast<std::size_t>(from)].name, " to ",
             drawing.values[static_cast<std::size_t>(to)].name, ';');
  words.back() = '.';
  return svg.file(right + kMargin, bottom + kMargin, title, words);
}

}  // namespace nn
