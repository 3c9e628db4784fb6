#include "nn/colour.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace nn {
namespace {

double luminance(Rgb colour) {
  const auto linear = [](int channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) +
         0.0722 * linear(colour.blue);
}

}  // namespace

std::string hex(Rgb colour) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "#";
  for (const int channel : {colour.red, colour.green, colour.blue})
    out += {digits[channel >> 4 & 15], digits[channel & 15]};
  return out;
}

Rgb ramp(const std::vector<Rgb>& stops, double position) {
  const int last = static_cast<int>(stops.size()) - 1;
  const double place = std::clamp(position, 0.0, 1.0) * last;
  const int i = std::min(static_cast<int>(place), last - 1);
  const auto between = [&](int from, int to) {
    return static_cast<int>(std::lround(from + (to - from) * (place - i)));
  };
  const Rgb a = stops[i], b = stops[i + 1];
  return {between(a.red, b.red), between(a.green, b.green),
          between(a.blue, b.blue)};
}

double contrast(Rgb a, Rgb b) {
  const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
  return (light + 0.05) / (dark + 0.05);
}

Rgb ink_on(Rgb background) {
  const Rgb black{0, 0, 0}, white{255, 255, 255};
  return contrast(black, background) > contrast(white, background) ? black
                                                                   : white;
}

Paint ink_on(const Paint& background) {
  return {ink_on(background.light), ink_on(background.dark)};
}

Paint heat(double share) {
  static const std::vector<Rgb> light = {
      {242, 245, 250}, {160, 203, 232}, {47, 124, 190}, {10, 47, 107}};
  static const std::vector<Rgb> dark = {
      {27, 33, 44}, {33, 72, 130}, {56, 145, 190}, {205, 240, 245}};
  return {ramp(light, share), ramp(dark, share)};
}

Paint series(int i) {
  static constexpr Paint paints[] = {
      {{0, 114, 178}, {61, 155, 224}},    // blue
      {{213, 94, 0}, {255, 127, 63}},     // vermilion
      {{0, 158, 115}, {34, 185, 140}},    // bluish green
      {{184, 85, 140}, {217, 143, 187}},  // reddish purple
      {{176, 119, 0}, {230, 159, 0}},     // orange
      {{47, 143, 201}, {86, 180, 233}},   // sky blue
      {{138, 127, 0}, {240, 228, 66}},    // yellow
      {{91, 101, 112}, {170, 180, 191}},  // black, as a grey
  };
  return paints[i % static_cast<int>(std::size(paints))];
}

}  // namespace nn
