// A drawing as one SVG file: readable on a light and on a dark page, the same
// bytes on every machine, nothing from outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nn/colour.h"

namespace nn {

// The text with & < > " ' as entities, and as `clean` leaves it.
std::string escape(std::string_view text);

// The pixels that a text takes at a font size, about.
double text_width(std::string_view text, double size = 15);

// Shapes are drawn in the order they are added; coordinates are pixels, y
// downwards. Colours are CSS variables that follow the reader's system, or the
// page's `<html data-theme="light|dark">` where the file is inlined.
class Svg {
 public:
  Svg();

  // The CSS class of a shape that is filled with the paint, or lined with it.
  std::string fill(const Paint& paint);
  std::string stroke(const Paint& paint);

  // (x, y) is the text's left end, middle or right end, on the line it stands
  // on. Chinese words are marked as such.
  struct Style {
    std::string anchor = "start";  // or middle, end
    double size = 15;
    Paint paint = ink;
    bool bold = false, mono = false;
    double turn = 0;   // degrees, clockwise, about (x, y)
    int columns = 48;  // of a terminal, before the text is cut
  };
  void text(double x, double y, std::string_view words, const Style& style);
  void text(double x, double y, std::string_view words);

  void rect(double x, double y, double width, double height,
            const std::string& classes, double radius = 4);
  void circle(double x, double y, double radius, const std::string& classes);
  // `d` as in SVG; `dash` as its stroke-dasharray, empty for a whole line.
  void path(const std::string& d, const std::string& classes, double thickness,
            const std::string& dash = "");

  // What is drawn in between has a tooltip.
  void begin(std::string_view tooltip);
  void end();

  // The whole file, with the figure's name and what it shows in words.
  std::string file(double width, double height, const std::string& title,
                   const std::string& description) const;

 private:
  std::size_t variable(const Paint& paint);

  std::string body_;
  std::vector<Paint> paints_;
  std::vector<bool> filled_, stroked_;  // how each paint is used
};

// A number of pixels as SVG wants it: "12.5".
std::string px(double value);

}  // namespace nn
