#include "nn/svg.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::text;

constexpr double kColumn = 8.2 / 15;  // of the font size a terminal column is

std::string variables(const std::vector<Paint>& paints, Rgb Paint::*theme) {
  std::string out = "{";
  for (std::size_t i = 0; i < paints.size(); ++i)
    out += text(i ? ";" : "", "--p", i, ':', hex(paints[i].*theme));
  return out + "}\n";
}

}  // namespace

std::string px(double value) { return fixed(value, 1); }

std::string escape(std::string_view raw) {
  std::string out;
  for (const char c : clean(raw)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

double text_width(std::string_view words, double size) {
  return kColumn * size * display_width(clean(words));
}

Svg::Svg() { fill(ink); }

std::size_t Svg::variable(const Paint& paint) {
  const auto found = std::find(paints_.begin(), paints_.end(), paint);
  const auto index = static_cast<std::size_t>(found - paints_.begin());
  if (found == paints_.end()) {
    paints_.push_back(paint);
    filled_.push_back(false);
    stroked_.push_back(false);
  }
  return index;
}

std::string Svg::fill(const Paint& paint) {
  const std::size_t index = variable(paint);
  filled_[index] = true;
  return "f" + std::to_string(index);
}

std::string Svg::stroke(const Paint& paint) {
  const std::size_t index = variable(paint);
  stroked_[index] = true;
  return "s" + std::to_string(index);
}

void Svg::text(double x, double y, std::string_view words) {
  text(x, y, words, {});
}

void Svg::text(double x, double y, std::string_view words, const Style& style) {
  const auto wish = [](bool wished, const std::string& attribute) {
    return wished ? " " + attribute : std::string();
  };
  body_ += autograd::text(
      "<text class=\"", fill(style.paint), style.mono ? " mono" : "",
      style.bold ? " bold\"" : "\"", wish(has_han(words), "lang=\"zh-Hans\""),
      " x=\"", px(x), "\" y=\"", px(y), "\"",
      wish(style.anchor != "start", "text-anchor=\"" + style.anchor + "\""),
      wish(style.size != 15, "font-size=\"" + px(style.size) + "\""),
      wish(style.turn != 0,
           autograd::text("transform=\"rotate(", px(style.turn), ' ', px(x),
                          ' ', px(y), ")\"")),
      ">", escape(clip(words, style.columns)), "</text>\n");
}

void Svg::rect(double x, double y, double width, double height,
               const std::string& classes, double radius) {
  body_ +=
      autograd::text("<rect class=\"", classes, "\" x=\"", px(x), "\" y=\"",
                     px(y), "\" width=\"", px(width), "\" height=\"",
                     px(height), "\" rx=\"", px(radius), "\"/>\n");
}

void Svg::circle(double x, double y, double radius,
                 const std::string& classes) {
  body_ += autograd::text("<circle class=\"", classes, "\" cx=\"", px(x),
                          "\" cy=\"", px(y), "\" r=\"", px(radius), "\"/>\n");
}

void Svg::path(const std::string& d, const std::string& classes,
               double thickness, const std::string& dash) {
  body_ += autograd::text("<path class=\"", classes, "\" stroke-width=\"",
                          fixed(thickness, 2),
                          dash.empty() ? "" : "\" stroke-dasharray=\"" + dash,
                          "\" d=\"", d, "\"/>\n");
}

void Svg::begin(std::string_view tooltip) {
  body_ += "<g><title>" + escape(tooltip) + "</title>\n";
}

void Svg::end() { body_ += "</g>\n"; }

// Every rule begins with the figure's id: inlined figures leave their page and
// each other alone.
std::string Svg::file(double width, double height, const std::string& title,
                      const std::string& description) const {
  const std::string id = "figure-" + digest(title + body_), it = "#" + id;
  const std::string w = fixed(std::ceil(width), 0);
  const std::string h = fixed(std::ceil(height), 0);
  const std::string night = variables(paints_, &Paint::dark);
  std::string style = autograd::text(
      it, variables(paints_, &Paint::light),
      "@media(prefers-color-scheme:dark){", it,
      ":root,:root:not([data-theme=light]) ", it, night, "}\n",
      ":root[data-theme=dark] ", it, night, it,
      "{max-width:100%;height:auto;font-family:system-ui,'Noto Sans CJK SC',"
      "'PingFang SC','Microsoft YaHei',sans-serif;font-size:15px;"
      "font-variant-numeric:tabular-nums}\n",
      it, " .mono{font-family:ui-monospace,'DejaVu Sans Mono',monospace}\n", it,
      " .bold{font-weight:600}\n", it, " .ring{stroke-width:2}\n");
  for (std::size_t i = 0; i < paints_.size(); ++i)
    if (stroked_[i])
      style +=
          autograd::text(it, " .s", i, "{fill:none;stroke:var(--p", i, ")}\n");
  for (std::size_t i = 0; i < paints_.size(); ++i)  // wins over fill:none
    if (filled_[i])
      style += autograd::text(it, " .f", i, "{fill:var(--p", i, ")}\n");
  return autograd::text("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"", id,
                        "\" viewBox=\"0 0 ", w, ' ', h, "\" width=\"", w,
                        "\" height=\"", h, "\" role=\"img\" aria-labelledby=\"",
                        id, "-title ", id, "-desc\">\n<title id=\"", id,
                        "-title\">", escape(title), "</title>\n<desc id=\"", id,
                        "-desc\">", escape(description), "</desc>\n<style>\n",
                        style, "</style>\n", body_, "</svg>\n");
}

}  // namespace nn
