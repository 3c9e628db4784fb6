#include "attention/view_parts.h"

#include <algorithm>
#include <cmath>

#include "nn/text.h"

namespace attention::view {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

// Bytes of the printable character at the head of `text`; 0 where there is
// none: ill-formed UTF-8, a control character, or one that XML refuses.
size_t printable(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const size_t size = first < 0x80   ? 1
                      : first < 0xE0 ? 2
                      : first < 0xF0 ? 3
                                     : 4;
  const std::string_view head = text.substr(0, size);
  if (head.size() < size || nn::first_bad_byte(head)) return 0;
  const bool ascii_control = first < 0x20 || first == 0x7F;
  const bool c1_control = first == 0xC2 && head < "\u00A0";
  const bool refused = head == "\xEF\xBF\xBE" || head == "\xEF\xBF\xBF";
  return ascii_control || c1_control || refused ? 0 : size;
}

double luminance(Rgb colour) {
  const auto linear = [](int channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) +
         0.0722 * linear(colour.blue);
}

}  // namespace

std::string clean(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t size = printable(text);
    out += size ? text.substr(0, size) : kReplacement;
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return out;
}

std::string clip(std::string_view text, int width) {
  const std::string whole = clean(text);
  if (nn::display_width(whole) <= width) return whole;
  size_t end = 0;
  while (true) {
    const std::string_view rest = std::string_view(whole).substr(end);
    const size_t next = end + printable(rest);
    if (nn::display_width(whole.substr(0, next)) >= width) break;
    end = next;
  }
  return whole.substr(0, end) + "…";
}

std::string fixed(double value, int decimals) {
  long long unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  const long long scaled = std::llround(std::abs(value) * unit);
  std::string digits = std::to_string(scaled % unit);
  digits.insert(0, decimals - std::min<int>(decimals, digits.size()), '0');
  const std::string sign = value < 0 && scaled != 0 ? "-" : "";
  const std::string whole = sign + std::to_string(scaled / unit);
  return decimals == 0 ? whole : whole + "." + digits;
}

std::string short_weight(float weight) {
  const std::string digits = fixed(weight, 2);
  return digits[0] == '0' ? digits.substr(1) : digits.substr(0, 3);
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

const std::vector<Rgb>& light_ramp() {
  static const std::vector<Rgb> stops = {
      {242, 245, 250}, {160, 203, 232}, {47, 124, 190}, {10, 47, 107}};
  return stops;
}

const std::vector<Rgb>& dark_ramp() {
  static const std::vector<Rgb> stops = {
      {27, 33, 44}, {33, 72, 130}, {56, 145, 190}, {205, 240, 245}};
  return stops;
}

}  // namespace attention::view
