// What the terminal view and the SVG views share: safe text, fixed numbers and
// colours that can be read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attention::view {

// The text with U+FFFD for each byte of a control character and of what is not
// UTF-8: safe to print, legal in XML.
std::string clean(std::string_view text);

// Clean text at most `width` columns wide; "…" stands for what was cut.
std::string clip(std::string_view text, int width);

// The value with that many decimals, whatever the locale: "0.97".
std::string fixed(double value, int decimals);

// The weight in three characters: ".97", "1.0".
std::string short_weight(float weight);

struct Rgb {
  int red, green, blue;  // 0 to 255
  bool operator==(const Rgb&) const = default;
};

// The colour at `position` in [0, 1] on a ramp through evenly spaced stops.
Rgb ramp(const std::vector<Rgb>& stops, double position);

// WCAG 2.1's contrast ratio, 1 to 21.
double contrast(Rgb a, Rgb b);

// Black or white, whichever is read more easily on that colour. The better of
// the two has a contrast of at least 4.58 on any colour.
Rgb ink_on(Rgb background);

// Weights from 0 (nearly the page) to 1.
const std::vector<Rgb>& light_ramp();
const std::vector<Rgb>& dark_ramp();

}  // namespace attention::view
