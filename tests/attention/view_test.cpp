#include "attention/view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "nn/text.h"
#include "tests/support/xml.h"

namespace attention {
namespace {

Map tom() {
  return {{"Tom", "chase", "Jerry"},
          {"汤姆", "追逐", "杰瑞"},
          {.97f, .02f, .01f, .03f, .95f, .02f, .004f, .196f, .8f},
          {{0, 0}, {1, 1}, {2, 2}},
          "Tom chase Jerry"};
}

// Every weight from 0 to 1 in steps of 0.01.
Map all_weights() {
  Map map;
  map.target = {"t"};
  for (int i = 0; i <= 100; ++i) {
    map.source.push_back("s");
    map.weights.push_back(i / 100.f);
  }
  return map;
}

Map square(int size, const std::string& source, const std::string& target) {
  Map map;
  map.source.assign(size, source);
  map.target.assign(size, target);
  map.weights.assign(size * size, 1.f / size);
  return map;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

int occurrences(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at)
    ++count;
  return count;
}

std::string without_colours(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

// WCAG 2.1, "relative luminance" and "contrast ratio".
double luminance(const std::vector<int>& rgb) {
  double sum = 0;
  const double share[] = {0.2126, 0.7152, 0.0722};
  for (int i = 0; i < 3; ++i) {
    const double c = rgb[i] / 255.0;
    sum += share[i] *
           (c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
  }
  return sum;
}

double contrast(const std::vector<int>& a, const std::vector<int>& b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

std::vector<int> from_hex(const std::string& digits) {
  const int value = std::stoi(digits, nullptr, 16);
  return {value >> 16, value >> 8 & 255, value & 255};
}

std::vector<int> from_palette(int index) {
  const auto shown = [](int level) { return level ? 55 + 40 * level : 0; };
  index -= 16;
  return {shown(index / 36), shown(index / 6 % 6), shown(index % 6)};
}

// Every match as its groups; group 0 is the whole.
std::vector<std::vector<std::string>> matches(const std::string& text,
                                              const char* regex) {
  const std::regex pattern(regex);
  std::vector<std::vector<std::string>> out;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end;
       it != end; ++it)
    out.emplace_back(it->begin(), it->end());
  return out;
}

TEST(ViewTerminal, PlainByHand) {
  EXPECT_EQ(terminal(tom(), Colour::none),
            "Tom chase Jerry\n"
            "\n"
            "       Tom     chase   Jerry\n"
            "汤姆 [█0.97█]  0.02    0.01\n"
            "追逐   0.03  [█0.95█]  0.02\n"
            "杰瑞   0.00   ░0.20░ [▓0.80▓]\n"
            "     [ ] gold link\n");
}

TEST(ViewTerminal, LongHeadingsStandHigherAndPointDown) {
  Map map = square(2, "extraordinarily", "x");
  map.weights = {0, 1, 1, 0};
  EXPECT_EQ(terminal(map, Colour::none, 20),
            "    extraordinarily\n"
            "    │        extrao…\n"
            "x    0.00   ██1.00█\n"
            "x  ██1.00█    0.00\n");
}

TEST(ViewTerminal, TwelveByTwelveFitsEightyColumns) {
  for (const char* source : {"translation", "翻译"})
    for (const char* target : {"word", "追逐", "extraordinarily"})
      for (const std::string& line :
           lines(terminal(square(12, source, target), Colour::none)))
        EXPECT_LE(nn::display_width(line), 80) << line;
}

TEST(ViewTerminal, WideMapsComeInBlocks) {
  const std::string shown = terminal(all_weights(), Colour::none);
  EXPECT_EQ(occurrences(shown, "\n\n"), 7);  // 101 words, 13 at a time
  EXPECT_EQ(occurrences(shown, "s"), 101);
  EXPECT_EQ(occurrences(shown, "█1.0"), 1);
}

TEST(ViewTerminal, ColumnsOfOneWidthInEveryColour) {
  Map map = square(5, "源", "目标");
  for (const Colour colour : {Colour::palette256, Colour::true_colour}) {
    const std::string shown = terminal(map, colour);
    const std::vector<std::string> rows = lines(without_colours(shown));
    ASSERT_EQ(rows.size(), 6u);
    for (int t = 1; t < 6; ++t) EXPECT_EQ(nn::display_width(rows[t]), 45);
    EXPECT_EQ(occurrences(shown, "\x1b[0m"), 25);
  }
}

TEST(ViewTerminal, NumbersCanBeReadOnTheirColours) {
  const std::string full = terminal(all_weights(), Colour::true_colour);
  const char* rgb =
      "\x1b\\[48;2;(\\d+);(\\d+);(\\d+)m\x1b\\[38;2;(\\d+);(\\d+);(\\d+)m";
  const auto full_cells = matches(full, rgb);
  ASSERT_EQ(full_cells.size(), 101u);
  for (const auto& m : full_cells)
    EXPECT_GE(contrast({std::stoi(m[1]), std::stoi(m[2]), std::stoi(m[3])},
                       {std::stoi(m[4]), std::stoi(m[5]), std::stoi(m[6])}),
              4.5)
        << m[0].substr(1);

  const std::string palette = terminal(all_weights(), Colour::palette256);
  const auto cells = matches(palette, "\x1b\\[48;5;(\\d+)m\x1b\\[38;5;(\\d+)m");
  ASSERT_EQ(cells.size(), 101u);
  for (const auto& m : cells)
    EXPECT_GE(
        contrast(from_palette(std::stoi(m[1])), from_palette(std::stoi(m[2]))),
        4.5)
        << m[0].substr(1);
}

TEST(ViewTerminal, ControlCharactersAndBadBytesAreReplaced) {
  const Map map{{"\x1b[2J\n"}, {"a\xFF\xC2"}, {1}, {}, "\x07\xC2\x9B"};
  EXPECT_EQ(terminal(map, Colour::none),
            "���\n"
            "\n"
            "      �[2J�\n"
            "a��  █1.00█\n");
}

TEST(ViewTerminal, EmptyMaps) {
  EXPECT_EQ(terminal({}, Colour::none), "");
  EXPECT_EQ(terminal({{}, {"a"}, {}, {}, "none"}, Colour::none), "none\n\n");
}

TEST(ViewTerminal, ColourSupportFollowsTheEnvironment) {
  const auto support = [](const char* no, const char* more, const char* term) {
    setenv("NO_COLOR", no, 1);
    setenv("COLORTERM", more, 1);
    setenv("TERM", term, 1);
    return terminal_colour_support();
  };
  std::vector<std::pair<const char*, std::string>> before;
  for (const char* name : {"NO_COLOR", "COLORTERM", "TERM"})
    if (const char* value = std::getenv(name)) before.emplace_back(name, value);

  EXPECT_EQ(support("", "truecolor", "xterm"), Colour::true_colour);
  EXPECT_EQ(support("", "24bit", "xterm-256color"), Colour::true_colour);
  EXPECT_EQ(support("", "", "xterm-direct"), Colour::true_colour);
  EXPECT_EQ(support("", "", "screen-256color"), Colour::palette256);
  EXPECT_EQ(support("", "", "vt100"), Colour::none);
  EXPECT_EQ(support("", "truecolor", "dumb"), Colour::none);
  EXPECT_EQ(support("1", "truecolor", "xterm"), Colour::none);
  EXPECT_EQ(colour_support(), Colour::none);

  for (const char* name : {"NO_COLOR", "COLORTERM", "TERM"}) unsetenv(name);
  for (const auto& [name, value] : before) setenv(name, value.c_str(), 1);
}

// The colours of a figure by variable, in each of its three lists: light, dark
// by the system, dark by the page.
std::vector<std::map<std::string, std::vector<int>>> themes(
    const std::string& svg) {
  std::vector<std::map<std::string, std::vector<int>>> all;
  for (const auto& m : matches(svg, "--p(\\d+):#([0-9a-f]{6})")) {
    if (m[1] == "0") all.emplace_back();
    all.back()[m[1]] = from_hex(m[2]);
  }
  return all;
}

TEST(ViewSvg, NumbersCanBeReadInBothThemes) {
  const std::string svg = svg_heat_map(all_weights());
  const auto cells =
      matches(svg, "<rect class=\"f(\\d+)\"[^>]*>\n<text class=\"f(\\d+)\"");
  ASSERT_EQ(cells.size(), 101u);
  const auto colours = themes(svg);
  ASSERT_EQ(colours.size(), 3u);
  std::set<std::vector<int>> backgrounds;
  for (const auto& theme : colours)
    for (const auto& m : cells) {
      EXPECT_GE(contrast(theme.at(m[1]), theme.at(m[2])), 4.5) << m[0];
      backgrounds.insert(theme.at(m[1]));
    }
  EXPECT_EQ(backgrounds.size(), 2 * 21u);
}

TEST(ViewSvg, WordsCanBeReadOnBothPages) {
  const std::string svg = svg_lines(tom());
  const auto colours = themes(svg);
  ASSERT_EQ(colours.size(), 3u);
  const auto words = matches(svg, "<text class=\"f(\\d+)\"");
  EXPECT_EQ(words.size(), 9u);
  for (const auto& m : words)
    for (int theme = 0; theme < 3; ++theme)
      EXPECT_GE(contrast(colours[theme].at(m[1]),
                         from_hex(theme == 0 ? "ffffff" : "0f141a")),
                4.5);
}

TEST(ViewSvg, HeatMapHasACellAWeightAndARingAGoldLink) {
  const std::string svg = svg_heat_map(tom());
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(occurrences(svg, "text-anchor=\"middle\" font-size"), 9);
  EXPECT_EQ(occurrences(svg, " ring\""), 3 + 1);  // and a legend
  EXPECT_EQ(occurrences(svg, "<title>"), 9);
  EXPECT_NE(svg.find("<title>杰瑞 reads chase: 0.20</title>"),
            std::string::npos);
  EXPECT_NE(svg.find("汤姆 reads Tom 0.97; 追逐 reads chase 0.95; "
                     "杰瑞 reads Jerry 0.80."),
            std::string::npos);
}

TEST(ViewSvg, HeatMapShowsWhereEachWordLooked) {
  Map map = tom();
  map.places = {0, 1.5, 3};
  const std::string svg = svg_heat_map(map);
  EXPECT_EQ(occurrences(svg, "<circle"), 3);
  EXPECT_EQ(occurrences(svg, "looks at 1.50"), 1);
  EXPECT_EQ(occurrences(svg_heat_map(tom()), "<circle"), 0);
}

TEST(ViewSvg, LinesAreAsThickAsTheirWeights) {
  const std::string svg = svg_lines(tom());
  // 0.004 is below 1 % and has no line; each of the gold links an outline.
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(occurrences(svg, "<path"), 8 + 3 + 1);  // and a legend
  for (const auto& [width, lines] :
       {std::pair("9.70", 1), {"0.20", 2}, {"1.96", 1}, {"13.70", 1}})
    EXPECT_EQ(occurrences(svg, std::string(" stroke-width=\"") + width + "\""),
              lines)
        << width;
}

TEST(ViewSvg, GoldLinksWithoutWeightAreStillDrawn) {
  Map map = tom();
  map.gold = {{0, 2}};
  EXPECT_EQ(occurrences(svg_lines(map), " stroke-width=\"4.04\""), 1);
}

TEST(ViewSvg, WholeFilesWithNothingFromOutside) {
  for (const std::string& svg : {svg_heat_map(tom()), svg_lines(tom())}) {
    EXPECT_EQ(svg.rfind("<svg xmlns=\"http://www.w3.org/2000/svg\" id=", 0),
              0u);
    EXPECT_EQ(svg.substr(svg.size() - 7), "</svg>\n");
    EXPECT_EQ(occurrences(svg, "http"), 1);
    EXPECT_EQ(occurrences(svg, "url("), 0);
    EXPECT_EQ(occurrences(svg, "lang=\"zh-Hans\""), 3);
    EXPECT_EQ(occurrences(svg, "-title\">Tom chase Jerry</title>"), 1);
    EXPECT_EQ(occurrences(svg, "</desc>"), 1);
  }
}

TEST(ViewSvg, EqualMapsHaveEqualFilesAndOthersOtherIds) {
  const auto id = [](const std::string& svg) {
    return matches(svg, " id=\"(figure-[0-9a-f]+)\"")[0][1];
  };
  Map other = tom();
  other.weights[8] = .7f;
  EXPECT_EQ(svg_heat_map(tom()), svg_heat_map(tom()));
  const std::set<std::string> ids = {
      id(svg_heat_map(tom())), id(svg_heat_map(other)), id(svg_lines(tom())),
      id(svg_lines(other))};
  EXPECT_EQ(ids.size(), 4u);
}

TEST(ViewSvg, TokensCannotEndThePage) {
  const Map map{{"</script>", "&\"'", "\x1b\xFF"},
                {"<b>"},
                {.3f, .5f, .2f},
                {},
                "</title>"};
  for (const std::string& svg : {svg_heat_map(map), svg_lines(map)}) {
    EXPECT_EQ(xml_fault(svg), "");
    EXPECT_EQ(svg.find("</script"), std::string::npos);
    EXPECT_EQ(svg.find("<b>"), std::string::npos);
    EXPECT_EQ(svg.find("></title></title>"), std::string::npos);
    EXPECT_EQ(svg.find('\x1b'), std::string::npos);
    EXPECT_EQ(svg.find('\xFF'), std::string::npos);
    EXPECT_NE(svg.find(">&lt;/script&gt;</text>"), std::string::npos);
    EXPECT_NE(svg.find(">&amp;&quot;&#39;</text>"), std::string::npos);
  }
}

TEST(ViewSvg, EmptyMapsAndLongSentences) {
  EXPECT_EQ(occurrences(svg_heat_map({}), "<rect"), 0);
  EXPECT_EQ(occurrences(svg_lines({{}, {"a"}, {}, {}, ""}), "<path"), 0);
  EXPECT_EQ(occurrences(svg_heat_map(square(33, "long", "长")), "<rect"),
            33 * 33);
}

TEST(View, RefusesWhatDoesNotFit) {
  Map few = tom(), nan = tom(), infinite = tom(), large = tom(), far = tom(),
      place = tom(), one_place = tom();
  few.weights.pop_back();
  nan.weights[4] = std::numeric_limits<float>::quiet_NaN();
  infinite.weights[4] = std::numeric_limits<float>::infinity();
  large.weights[4] = 1.5f;
  far.gold = {{0, 3}};
  place.places = {0, 1, 3.5f};
  one_place.places = {0};
  for (const Map& map : {few, nan, infinite, large, far, place, one_place}) {
    EXPECT_THROW(terminal(map, Colour::none), std::invalid_argument);
    EXPECT_THROW(svg_heat_map(map), std::invalid_argument);
    EXPECT_THROW(svg_lines(map), std::invalid_argument);
  }
  try {
    large.check();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "[view] wanted weights from 0 to 1, got 1.5 at target 1, "
                 "source 1");
  }
}

}  // namespace
}  // namespace attention
