#include <algorithm>

#include "autograd/check.h"
#include "nn/diagram.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::text;

constexpr double kMargin = 16, kBox = 46, kTall = 34, kPitch = 66;
constexpr double kSaid = 66, kCentre = 128, kFed = 208;  // heights, downwards
constexpr double kCell = 9;

const Svg::Style kWord{.anchor = "middle", .size = 14, .columns = 10};
const Svg::Style kName{.anchor = "middle", .size = 12.5, .paint = muted};

void arrow(Svg& svg, double x0, double y0, double x1, double y1) {
  const bool up = x0 == x1;
  const double tx = up ? x1 - 4 : x1 - 6, ty = up ? y1 + 6 : y1 - 4;
  svg.path(text('M', px(x0), ' ', px(y0), " L", px(x1), ' ', px(y1), " M",
                px(tx), ' ', px(ty), " L", px(x1), ' ', px(y1), " L",
                px(up ? x1 + 4 : tx), ' ', px(up ? ty : y1 + 4)),
           svg.stroke(muted), 1.5);
}

std::string subscript(std::size_t number) {
  std::string out;
  for (const char digit : std::to_string(number))
    out += std::string("\xe2\x82") + static_cast<char>(0x80 + digit - '0');
  return out;  // U+2080 and on
}

// A state of the network, with the word that comes in from below.
void draw_step(Svg& svg, double x, const std::string& state,
               const std::string& word) {
  svg.rect(x - kBox / 2, kCentre - kTall / 2, kBox, kTall,
           svg.fill(panel) + ' ' + svg.stroke(accent), 6);
  svg.text(x, kCentre + 5, state, {.anchor = "middle", .size = 13.5});
  svg.text(x, kFed, word, kWord);
  arrow(svg, x, kFed - 18, x, kCentre + kTall / 2 + 3);
}

}  // namespace

std::string svg_encoder_decoder(const EncoderDecoder& run) {
  check(run.fed.size() == run.said.size(), "[svg_encoder_decoder] wanted as ",
        "many words fed as said, got ", run.fed.size(), " and ",
        run.said.size());
  check(run.read.size() + run.fed.size() <= 16 && run.vector.size() <= 256,
        "[svg_encoder_decoder] wanted at most 16 words and 256 numbers, got ",
        run.read.size() + run.fed.size(), " and ", run.vector.size());
  for (const double value : run.vector)
    check(value >= -1 && value <= 1, "[svg_encoder_decoder] wanted numbers ",
          "from -1 to 1, got ", value);
  Svg svg;
  double x = kMargin + kPitch / 2;
  const double first = x;
  for (std::size_t i = 0; i < run.read.size(); ++i, x += kPitch) {
    draw_step(svg, x, text('h', subscript(i + 1)), run.read[i]);
    arrow(svg, x + kBox / 2 + 2, kCentre, x + kPitch - kBox / 2 - 3, kCentre);
  }
  svg.text((first + x - kPitch) / 2, kSaid, "encoder", kName);

  // The vector, cell by cell, about 8 rows high.
  const std::size_t rows = std::min<std::size_t>(8, run.vector.size());
  const std::size_t across = rows ? (run.vector.size() + rows - 1) / rows : 0;
  const double left = x - kBox / 2, wide = kCell * static_cast<double>(across),
               top = kCentre - kCell * static_cast<double>(rows) / 2;
  for (std::size_t i = 0; i < run.vector.size(); ++i) {
    svg.begin(fixed(run.vector[i], 2));
    svg.rect(left + kCell * static_cast<double>(i % across),
             top + kCell * static_cast<double>(i / across), kCell - 1,
             kCell - 1, svg.fill(heat((run.vector[i] + 1) / 2)), 1);
    svg.end();
  }
  svg.text(left + wide / 2, kFed, text(run.vector.size(), " numbers"), kName);
  x = left + wide + kPitch - kBox / 2;
  arrow(svg, left + wide + 3, kCentre, x - kBox / 2 - 3, kCentre);

  const double start = x;
  std::string words =
      text(join(run.read), " is read into ", run.vector.size(), " numbers.");
  for (std::size_t t = 0; t < run.fed.size(); ++t, x += kPitch) {
    draw_step(svg, x, text('s', subscript(t + 1)), run.fed[t]);
    arrow(svg, x, kCentre - kTall / 2 - 2, x, kSaid + 8);
    svg.text(x, kSaid, run.said[t], kWord);
    words += text(" Fed ", run.fed[t], ", the decoder says ", run.said[t], '.');
    if (t + 1 < run.fed.size())
      arrow(svg, x + kBox / 2 + 2, kCentre, x + kPitch - kBox / 2 - 3, kCentre);
  }
  svg.text((start + x - kPitch) / 2, 22, "decoder", kName);
  return svg.file(x - kPitch / 2 + kMargin, kFed + 22, run.title, words);
}

}  // namespace nn
