#include "nn/svg.h"

#include <gtest/gtest.h>

#include <string>

#include "nn/colour.h"
#include "nn/text.h"
#include "tests/support/xml.h"

namespace {

using nn::Paint;
using nn::Svg;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

// Both themes of both paints.
double least_contrast(const Paint& a, const Paint& b) {
  return std::min(nn::contrast(a.light, b.light), nn::contrast(a.dark, b.dark));
}

TEST(Xml, TellsRightFromWrong) {
  EXPECT_EQ(xml_fault("<a x=\"1\"><b/>t &amp; u</a>\n"), "");
  for (const char* wrong :
       {"", "<a>", "<a></b>", "<a/><b/>", "<a>&</a>", "<a x=\"<\"/>",
        "<a x=1/>", "<a x=\"1\" x=\"2\"/>", "<a><b id=\"i\"/><c id=\"i\"/></a>",
        "a", "<a aria-labelledby=\"i j\"><b id=\"i\"/></a>", "<a>1 < 2</a>"})
    EXPECT_NE(xml_fault(wrong), "") << wrong;
}

TEST(Colour, ContrastByHand) {
  EXPECT_DOUBLE_EQ(nn::contrast({0, 0, 0}, {255, 255, 255}), 21);
  EXPECT_DOUBLE_EQ(nn::contrast({9, 9, 9}, {9, 9, 9}), 1);
  EXPECT_NEAR(nn::contrast({118, 118, 118}, {255, 255, 255}), 4.54, 0.005);
  EXPECT_EQ(nn::hex({10, 47, 255}), "#0a2fff");
  EXPECT_EQ(nn::ink_on(nn::Rgb{255, 255, 0}), (nn::Rgb{0, 0, 0}));
}

TEST(Colour, EveryInkCanBeReadOnEveryGrey) {
  for (int level = 0; level < 256; ++level) {
    const nn::Rgb grey{level, level, level};
    EXPECT_GE(nn::contrast(grey, nn::ink_on(grey)), 4.5) << level;
  }
}

TEST(Colour, TextAndMarksCanBeReadInBothThemes) {
  for (const Paint& ground : {nn::page, nn::panel}) {
    EXPECT_GE(least_contrast(nn::ink, ground), 4.5);
    EXPECT_GE(least_contrast(nn::muted, ground), 4.5);
    EXPECT_GE(least_contrast(nn::accent, ground), 3);
    EXPECT_GE(least_contrast(nn::gold, ground), 3);
    for (int i = 0; i < 9; ++i)
      EXPECT_GE(least_contrast(nn::series(i), ground), 3) << i;
  }
  EXPECT_EQ(nn::series(8), nn::series(0));
  for (int i = 0; i <= 100; ++i) {
    const Paint shade = nn::heat(i / 100.0);
    EXPECT_GE(least_contrast(shade, nn::ink_on(shade)), 4.5) << i;
  }
}

TEST(Svg, IsWellFormedWhateverTheWords) {
  for (const char* words :
       {"plain", "汤姆", "</text></svg>", "a & b", "\"'><", "\x1b\xFF", ""}) {
    Svg svg;
    svg.begin(words);
    svg.text(1, 2, words, {.anchor = "end", .bold = true, .turn = -45});
    svg.rect(0, 0, 5, 5, svg.fill(nn::gold));
    svg.end();
    const std::string file = svg.file(10.2, 20, words, words);
    EXPECT_EQ(xml_fault(file), "") << file;
    EXPECT_TRUE(has(file, "width=\"11\" height=\"20\"")) << file;
    EXPECT_EQ(has(file, " lang=\"zh-Hans\""), words == std::string("汤姆"));
  }
}

TEST(Svg, ColoursAreVariablesOfBothThemes) {
  const Paint paint{{1, 2, 3}, {250, 251, 252}};
  Svg svg;
  EXPECT_EQ(svg.fill(paint), svg.fill(paint));
  svg.rect(0, 0, 1, 1, svg.fill(paint));
  svg.path("M0 0 h1", svg.stroke(paint), 1);
  const std::string file = svg.file(1, 1, "t", "d");
  const auto light = file.find("--p1:#010203"),
             dark = file.find("--p1:#fafbfc");
  EXPECT_LT(light, dark);
  EXPECT_LT(file.find("@media(prefers-color-scheme:dark)"), dark);
  EXPECT_TRUE(has(file, ":root[data-theme=dark] #figure-"));
  EXPECT_TRUE(has(file, " .f1{fill:var(--p1)}"));
  EXPECT_TRUE(has(file, " .s1{fill:none;stroke:var(--p1)}"));
}

TEST(Svg, OtherPicturesHaveOtherIds) {
  Svg a, b;
  b.rect(0, 0, 1, 1, b.fill(nn::ink));
  const auto id = [](const std::string& file) {
    return file.substr(file.find("id=\"figure-"), 27);
  };
  EXPECT_EQ(id(a.file(1, 1, "t", "")), id(a.file(1, 1, "t", "")));
  EXPECT_NE(id(a.file(1, 1, "t", "")), id(b.file(1, 1, "t", "")));
  EXPECT_NE(id(a.file(1, 1, "t", "")), id(a.file(1, 1, "u", "")));
}

TEST(Text, FixedCleanClipByHand) {
  EXPECT_EQ(nn::fixed(0.125, 2), "0.13");
  EXPECT_EQ(nn::fixed(-0.001, 2), "0.00");
  EXPECT_EQ(nn::fixed(-12.5, 1), "-12.5");
  EXPECT_EQ(nn::fixed(7, 0), "7");
  EXPECT_EQ(nn::short_share(0.974), ".97");
  EXPECT_EQ(nn::short_share(1), "1.0");
  EXPECT_EQ(nn::clean("a\x1b\xFF\n汤"), "a\uFFFD\uFFFD\uFFFD汤");
  EXPECT_EQ(nn::clip("汤姆追逐", 5), "汤姆…");
  EXPECT_EQ(nn::clip("abc", 3), "abc");
  EXPECT_TRUE(nn::has_han("a汤"));
  EXPECT_FALSE(nn::has_han("naïve → \xFF"));
  // The published value of FNV-1a of "foobar".
  EXPECT_EQ(nn::digest("foobar"), "85944171f73967e8");
}

}  // namespace
