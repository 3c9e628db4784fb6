// Colours that can be read, on a light page and on a dark one.
#pragma once

#include <string>
#include <vector>

namespace nn {

struct Rgb {
  int red, green, blue;  // 0 to 255
  bool operator==(const Rgb&) const = default;
};

// As "#0a2f6b".
std::string hex(Rgb colour);

// The colour at `position` in [0, 1] on a ramp through evenly spaced stops.
Rgb ramp(const std::vector<Rgb>& stops, double position);

// WCAG 2.1's contrast ratio, 1 to 21. Text wants 4.5, a line or mark 3.
double contrast(Rgb a, Rgb b);

// Black or white, whichever is read more easily on that colour. The better of
// the two has a contrast of at least 4.58 on any colour.
Rgb ink_on(Rgb background);

// One colour of a figure, in the light theme and in the dark one.
struct Paint {
  Rgb light, dark;
  bool operator==(const Paint&) const = default;
};

inline constexpr Paint page{{255, 255, 255}, {15, 20, 26}};
inline constexpr Paint panel{{243, 245, 248}, {24, 32, 42}};
inline constexpr Paint ink{{31, 35, 40}, {230, 237, 243}};
inline constexpr Paint muted{{89, 99, 110}, {154, 165, 177}};  // lesser text
inline constexpr Paint rule{{216, 222, 228}, {48, 57, 68}};    // grid, borders
inline constexpr Paint accent{{47, 116, 181}, {88, 166, 224}};
inline constexpr Paint gold{{217, 72, 15}, {255, 180, 84}};

Paint ink_on(const Paint& background);

// A share from 0 (nearly the page) to 1.
Paint heat(double share);

// The colour of the i-th curve, bar or head: Okabe and Ito's eight, which the
// colour-blind tell apart (jfly.uni-koeln.de/color), each darkened or lightened
// to a contrast of 3 with the page and its panels. They come round again.
Paint series(int i);

}  // namespace nn
