#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include "attention/view.h"
#include "autograd/check.h"
#include "nn/colour.h"
#include "nn/text.h"

namespace attention {
namespace {

constexpr int kLeastCell = 6, kUsualCell = 8, kWidestCell = 14, kLabel = 16;

std::string spaces(int count) { return std::string(std::max(count, 0), ' '); }

std::string repeat(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

int widest(const std::vector<std::string>& words) {
  int width = 0;
  for (const std::string& word : words)
    width = std::max(width, nn::display_width(nn::clip(word, kLabel)));
  return width;
}

// Where the pieces stand, in terminal columns.
struct Layout {
  int label;   // width of the target words
  int across;  // source words in one block
  int cell;    // width of one cell
  int columns;

  int left(int i) const { return label + 1 + i * cell; }  // of cell i
  int heading(int i) const { return left(i) + std::min(cell / 4, 2); }
};

Layout lay_out(const Map& map, int columns) {
  const int sources = std::max<int>(1, map.source.size());
  const int label = widest(map.target);
  const int room = std::max(columns - label - 1, kLeastCell);
  const int blocks = (sources - 1) / (room / kLeastCell) + 1;
  const int across = (sources - 1) / blocks + 1;  // blocks of about one width
  const int wish = std::clamp(widest(map.source) + 2, kUsualCell, kWidestCell);
  return {label, across, std::min(wish, room / across), columns};
}

// Of the palette of 256 colours, some blues from black to almost white.
constexpr int kPalette[] = {16, 17, 18, 24, 25, 31, 38, 80, 159, 195};

// The palette's 16 to 231 are a cube of 6 x 6 x 6: levels 0 to 5 of each
// channel show as 0, 95, 135, 175, 215, 255.
nn::Rgb shown(int index) {
  const auto channel = [](int level) { return level ? 55 + 40 * level : 0; };
  const int place = index - 16;
  return {channel(place / 36), channel(place / 6 % 6), channel(place % 6)};
}

std::string paint(const std::string& text, float weight, Colour colour) {
  if (colour == Colour::palette256) {
    const int index = kPalette[std::lround(weight * (std::size(kPalette) - 1))];
    const bool white = nn::ink_on(shown(index)) == shown(231);
    return autograd::text("\x1b[48;5;", index, "m\x1b[38;5;", white ? 231 : 16,
                          'm', text, "\x1b[0m");
  }
  const auto code = [](int ground, nn::Rgb c) {
    return autograd::text("\x1b[", ground, ";2;", c.red, ';', c.green, ';',
                          c.blue, 'm');
  };
  const nn::Rgb back = nn::heat(weight).dark;
  return code(48, back) + code(38, nn::ink_on(back)) + text + "\x1b[0m";
}

std::string cell(const Map& map, int s, int t, int width, Colour colour) {
  static constexpr std::string_view kShades[] = {" ", "░", "▒", "▓", "█"};
  const float w = std::clamp(map.weight(s, t), 0.f, 1.f);
  const bool plain = colour == Colour::none, gold = map.is_gold(s, t);
  const std::string number =
      width > kLeastCell ? nn::fixed(w, 2) : nn::short_share(w);
  const std::string_view shade = plain ? kShades[std::lround(4 * w)] : " ";
  const int around = width - 2 - static_cast<int>(number.size());
  const std::string text = (gold ? "[" : " ") +
                           repeat(shade, around - around / 2) + number +
                           repeat(shade, around / 2) + (gold ? "]" : " ");
  return plain ? text : paint(text, w, colour);
}

// Source words [first, last) over their cells. A word that would run into its
// right neighbour stands higher and points down with a stem.
std::string headings(const Map& map, int first, int last, const Layout& at) {
  const int count = last - first;
  std::vector<std::string> words(count);
  std::vector<int> height(count, 0);
  for (int i = count - 1; i >= 0; --i) {
    const int start = at.heading(i);
    const int room = std::max(at.columns - start, at.cell - 2);
    words[i] = nn::clip(map.source[first + i], std::min(kLabel, room));
    const int end = start + nn::display_width(words[i]);
    for (int k = i + 1; k < count && at.heading(k) <= end; ++k)
      height[i] = std::max(height[i], height[k] + 1);
  }
  std::string out;
  const int top = count ? *std::max_element(height.begin(), height.end()) : -1;
  for (int line = top; line >= 0; --line) {
    int column = 0;
    for (int i = 0; i < count; ++i) {
      if (height[i] < line) continue;
      const std::string text = height[i] == line ? words[i] : "│";
      out += spaces(at.heading(i) - column) + text;
      column = at.heading(i) + nn::display_width(text);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

Colour terminal_colour_support() {
  const auto variable = [](const char* name) -> std::string_view {
    const char* value = std::getenv(name);
    return value ? value : "";
  };
  const auto has = [](std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
  };
  const std::string_view term = variable("TERM"), more = variable("COLORTERM");
  if (!variable("NO_COLOR").empty() || term.empty() || term == "dumb")
    return Colour::none;
  if (more == "truecolor" || more == "24bit" || has(term, "direct"))
    return Colour::true_colour;
  return has(term, "256color") ? Colour::palette256 : Colour::none;
}

Colour colour_support() {
  return isatty(STDOUT_FILENO) ? terminal_colour_support() : Colour::none;
}

std::string terminal(const Map& map, Colour colour, int columns) {
  map.check();
  const Layout at = lay_out(map, columns);
  const int sources = static_cast<int>(map.source.size());
  std::string out;
  if (!map.title.empty()) out += nn::clean(map.title) + "\n\n";
  for (int first = 0; first < sources; first += at.across) {
    if (first > 0) out += '\n';
    const int last = std::min(sources, first + at.across);
    out += headings(map, first, last, at);
    for (int t = 0; t < static_cast<int>(map.target.size()); ++t) {
      const std::string word = nn::clip(map.target[t], kLabel);
      out += spaces(at.label - nn::display_width(word)) + word + ' ';
      for (int s = first; s < last; ++s)
        out += cell(map, s, t, at.cell, colour);
      out.erase(out.find_last_not_of(' ') + 1);
      out += '\n';
    }
  }
  if (!map.gold.empty()) out += spaces(at.label + 1) + "[ ] gold link\n";
  return out;
}

}  // namespace attention
