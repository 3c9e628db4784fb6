#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <set>
#include <sstream>

#include "attention/view.h"
#include "attention/view_parts.h"
#include "autograd/check.h"
#include "nn/text.h"

namespace attention {
namespace {

using autograd::text;
using view::fixed;

constexpr int kLabel = 24;          // terminal columns before a word is cut
constexpr double kColumn = 8.2;     // pixels a terminal column takes at 15px
constexpr int kLevels = 20;         // shades of a heat map
constexpr double kThickest = 10;    // pixels of the line of weight 1
constexpr float kThinnest = 0.01f;  // weights below have no line
constexpr int kMargin = 12;

int count(const std::vector<std::string>& words) {
  return static_cast<int>(words.size());
}

std::string escape(std::string_view raw) {
  std::string out;
  for (const char c : view::clean(raw)) {
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

// Han characters: U+2E80 to U+9FFF begin with these bytes, and so do those of
// the later planes.
bool has_han(std::string_view utf8) {
  return std::any_of(utf8.begin(), utf8.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0xE3 && byte <= 0xE9) || byte == 0xF0;
  });
}

double pixels(const std::string& word) {
  return kColumn * nn::display_width(view::clip(word, kLabel));
}

double widest(const std::vector<std::string>& words) {
  double width = 0;
  for (const std::string& word : words) width = std::max(width, pixels(word));
  return width;
}

// A word at (x, y); `more` are further attributes.
std::string word_at(double x, double y, const std::string& word,
                    const std::string& more) {
  const std::string lang = has_han(word) ? " lang=\"zh-Hans\"" : "";
  return text("<text", lang, " x=\"", fixed(x, 1), "\" y=\"", fixed(y, 1),
              "\" ", more, ">", escape(view::clip(word, kLabel)), "</text>\n");
}

std::string tooltip(const Map& map, int s, int t) {
  return text("<title>", escape(map.target[t]), " reads ",
              escape(map.source[s]), ": ", fixed(map.weight(s, t), 2),
              map.is_gold(s, t) ? ", gold link" : "", "</title>");
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
  return escape(out + ".");
}

std::string hex(view::Rgb c) {
  char digits[8];
  std::snprintf(digits, sizeof digits, "#%02x%02x%02x", c.red, c.green, c.blue);
  return digits;
}

struct Theme {
  const char *ink, *muted, *gold, *line;
  const std::vector<view::Rgb>& ramp;
};

// The theme as CSS variables: cN is the colour of a cell of level N, tN that
// of the number upon it.
std::string variables(const Theme& theme, const std::set<int>& levels) {
  std::string out = text("{--ink:", theme.ink, ";--muted:", theme.muted,
                         ";--gold:", theme.gold, ";--line:", theme.line);
  for (const int level : levels) {
    const view::Rgb c = view::ramp(theme.ramp, level * 1.0 / kLevels);
    out += text(";--c", level, ':', hex(c), ";--t", level, ':',
                hex(view::ink_on(c)));
  }
  return out + "}\n";
}

// Every rule begins with the figure's id: inlined figures leave their page and
// each other alone.
std::string style(const std::string& id, const std::set<int>& levels) {
  const Theme light{"#1f2328", "#59636e", "#d9480f", "#2f74b5",
                    view::light_ramp()};
  const Theme dark{"#e6edf3", "#9aa5b1", "#ffb454", "#58a6e0",
                   view::dark_ramp()};
  const std::string it = "#" + id, night = variables(dark, levels);
  std::string out = text(
      it, variables(light, levels), "@media(prefers-color-scheme:dark){", it,
      ":root,:root:not([data-theme=light]) ", it, night, "}\n",
      ":root[data-theme=dark] ", it, night, it,
      "{max-width:100%;height:auto;font-family:system-ui,'Noto Sans CJK SC',"
      "'PingFang SC','Microsoft YaHei',sans-serif;font-size:15px}\n",
      it, " text{fill:var(--ink)}\n", it,
      " .note{fill:var(--muted);font-size:12px}\n", it,
      " .number{font-size:12px;text-anchor:middle;"
      "font-variant-numeric:tabular-nums}\n",
      it, " .gold{fill:none;stroke:var(--gold)}\n", it,
      " .ring{stroke-width:2}\n", it, " .line{fill:none;stroke:var(--line)}\n");
  for (const int level : levels)
    out += text(it, " .l", level, " rect{fill:var(--c", level, ")}", it, " .l",
                level, " text{fill:var(--t", level, ")}\n");
  return out;
}

// FNV-1a: the same picture has the same id on every machine.
std::string id_of(const std::string& body) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : body)
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  std::ostringstream out;
  out << "view-" << std::hex << hash;
  return out.str();
}

std::string file(const Map& map, double width, double height,
                 const std::set<int>& levels, const std::string& body) {
  const std::string id = id_of(map.title + body);
  const std::string w = fixed(std::ceil(width), 0);
  const std::string h = fixed(std::ceil(height), 0);
  const std::string title = map.title.empty() ? "Attention weights" : map.title;
  return text("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"", id,
              "\" viewBox=\"0 0 ", w, ' ', h, "\" width=\"", w, "\" height=\"",
              h, "\" role=\"img\" aria-labelledby=\"", id, "-title ", id,
              "-desc\">\n<title id=\"", id, "-title\">", escape(title),
              "</title>\n<desc id=\"", id, "-desc\">", description(map),
              "</desc>\n<style>\n", style(id, levels), "</style>\n", body,
              "</svg>\n");
}

int level_of(float weight) {
  return static_cast<int>(std::lround(kLevels * std::clamp(weight, 0.f, 1.f)));
}

// A cell of the heat map with its left upper corner at (x, y).
std::string cell(const Map& map, int s, int t, double x, double y, double width,
                 double height, bool small) {
  const float w = std::clamp(map.weight(s, t), 0.f, 1.f);
  const auto box = [&](const char* kind, double out) {
    return text("<rect", kind, " x=\"", fixed(x - out, 1), "\" y=\"",
                fixed(y - out, 1), "\" width=\"", fixed(width + 2 * out, 1),
                "\" height=\"", fixed(height + 2 * out, 1), "\" rx=\"",
                fixed(4 + out, 1), "\"/>");
  };
  const std::string number = small ? view::short_weight(w) : fixed(w, 2);
  return text("<g class=\"l", level_of(w), "\">", tooltip(map, s, t),
              box("", 0), "<text class=\"number\" x=\"",
              fixed(x + width / 2, 1), "\" y=\"",
              fixed(y + height / 2 + 4.2, 1), "\">", number, "</text></g>\n",
              map.is_gold(s, t) ? box(" class=\"gold ring\"", 2) + "\n" : "");
}

}  // namespace

std::string svg_heat_map(const Map& map) {
  map.check();
  const int sources = count(map.source), targets = count(map.target);
  const bool small = sources > 10;
  const double gap = 6, heading = widest(map.source) + 6;
  const bool slanted = heading > (small ? 32 : 84);  // by 45 degrees
  const double width = small ? 32 : slanted ? 52 : std::max(heading, 52.0);
  const double height = small ? 28 : 36;
  const double slope = slanted ? heading * std::sqrt(0.5) : 0;
  const double left = kMargin + widest(map.target) + 10;
  const double top = kMargin + 20 + slope;
  const auto x_of = [&](int s) { return left + s * (width + gap); };
  const auto y_of = [&](int t) { return top + t * (height + gap); };

  std::string body;
  for (int s = 0; s < sources; ++s) {
    const double x = x_of(s) + width / 2, y = top - 8;
    const std::string turn =
        text("transform=\"rotate(-45 ", fixed(x, 1), ' ', fixed(y, 1), ")\"");
    body +=
        word_at(x, y, map.source[s], slanted ? turn : "text-anchor=\"middle\"");
  }
  std::set<int> levels;
  for (int t = 0; t < targets; ++t) {
    body += word_at(left - 10, y_of(t) + height / 2 + 5, map.target[t],
                    "text-anchor=\"end\"");
    for (int s = 0; s < sources; ++s) {
      levels.insert(level_of(map.weight(s, t)));
      body += cell(map, s, t, x_of(s), y_of(t), width, height, small);
    }
  }
  double bottom = y_of(targets);
  if (!map.gold.empty()) {
    body += text("<rect class=\"gold ring\" x=\"", fixed(left, 1), "\" y=\"",
                 fixed(bottom + 5, 1),
                 "\" width=\"14.0\" height=\"14.0\" rx=\"4.0\"/>\n");
    body += word_at(left + 21, bottom + 16, "gold link", "class=\"note\"");
    bottom += 20;
  }
  const double right = std::max(x_of(sources) + slope, left + 90);
  return file(map, right - gap + kMargin, bottom + kMargin, levels, body);
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
  const auto path = [&](int s, int t, const char* kind, double thickness,
                        const std::string& inside) {
    const std::string y0 = fixed(y_of(s, sources), 1);
    const std::string y1 = fixed(y_of(t, targets), 1);
    const std::string middle = fixed((x0 + x1) / 2, 1);
    return text("<path class=\"", kind, "\" stroke-width=\"",
                fixed(thickness, 2), "\" d=\"M", fixed(x0, 1), ' ', y0, " C",
                middle, ' ', y0, ' ', middle, ' ', y1, ' ', fixed(x1, 1), ' ',
                y1, "\">", inside, "</path>\n");
  };

  std::string body;
  body += word_at(x0 - 10, kMargin + 12, "source",
                  "class=\"note\" text-anchor=\"end\"");
  body += word_at(x1 + 10, kMargin + 12, "target", "class=\"note\"");
  // An outline is a broader line behind all others.
  for (const auto& [s, t] : map.gold)
    body += path(s, t, "gold", kThickest * map.weight(s, t) + 4, "");
  for (int t = 0; t < targets; ++t)
    for (int s = 0; s < sources; ++s)
      if (const float w = map.weight(s, t); w >= kThinnest)
        body += path(s, t, "line", kThickest * w, tooltip(map, s, t));
  for (int s = 0; s < sources; ++s)
    body += word_at(x0 - 10, y_of(s, sources) + 5, map.source[s],
                    "text-anchor=\"end\"");
  for (int t = 0; t < targets; ++t)
    body += word_at(x1 + 10, y_of(t, targets) + 5, map.target[t], "");
  double bottom = top + row * (rows - 0.5);
  if (!map.gold.empty()) {
    body += text("<path class=\"gold ring\" d=\"M", fixed(x0, 1), ' ',
                 fixed(bottom + 8, 1), " h30\"/>\n");
    body += word_at(x0 + 38, bottom + 12, "gold link", "class=\"note\"");
    bottom += 20;
  }
  const double right = x1 + 10 + std::max(widest(map.target), 44.0);
  return file(map, right + kMargin, bottom + kMargin, {}, body);
}

}  // namespace attention
