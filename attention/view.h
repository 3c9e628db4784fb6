// Attention weights made visible: in the terminal and as SVG figures.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace attention {

// Which source words each target word read, and how much of each.
struct Map {
  std::vector<std::string> source, target;  // words, UTF-8
  std::vector<float> weights;               // [target, source], row-major
  std::vector<std::pair<int, int>> gold;    // known (source, target) links
  std::string title;                        // may be empty
  std::vector<float> places = {};  // where each target word looked, in source
                                   // words from 0, or none

  float weight(int s, int t) const { return weights[t * source.size() + s]; }
  bool is_gold(int s, int t) const;

  // Throws std::invalid_argument where the number of weights is not
  // target x source, a weight is not a number from 0 to 1, a gold link names a
  // word that is not there, or places are not one for each target word from 0
  // to the number of source words.
  void check() const;
};

enum class Colour { none, palette256, true_colour };

// What standard output shows: none where it is not a terminal.
Colour colour_support();

// What a terminal shows by its environment: NO_COLOR (no-color.org), COLORTERM
// and TERM.
Colour terminal_colour_support();

// A heat map of at most `columns` columns: a row for each target word, a
// heading for each source word, in each cell a shade and the weight, and
// [brackets] around gold links. A map too wide for that comes in blocks of
// source words, one below the other. Throws as Map::check does.
std::string terminal(const Map& map, Colour colour, int columns = 80);

// The heat map as a whole SVG file, readable on a light and on a dark page:
// follows the reader's system, or the page's `<html data-theme="light|dark">`
// where the file is inlined. Gold links wear a ring, and a line goes from place
// to place. Throws as Map::check does.
std::string svg_heat_map(const Map& map);

// Source words on the left, target words on the right, and between them lines
// whose thickness is the weight (none below 1 %). Gold links have an outline,
// so that one without weight is a thin line of its own colour. Throws as
// Map::check does.
std::string svg_lines(const Map& map);

}  // namespace attention
