#include "nn/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nn {
namespace {

using Words = std::vector<std::string>;

TEST(Text, WellFormedUtf8HasNoBadByte) {
  EXPECT_FALSE(first_bad_byte(""));
  EXPECT_FALSE(first_bad_byte("Tom 汤姆 é \xf0\x9f\x90\xad"));
  EXPECT_FALSE(first_bad_byte("\xed\x9f\xbf \xee\x80\x80"));  // by surrogates
  EXPECT_FALSE(first_bad_byte("\xf4\x8f\xbf\xbf"));           // U+10FFFF
  EXPECT_FALSE(first_bad_byte(std::string("a\0b", 3)));
}

TEST(Text, FindsTheFirstBadByte) {
  const std::vector<std::pair<std::string, std::size_t>> cases = {
      {"ab\xff", 2},            // no such byte
      {"汤\x80", 3},            // a continuation alone
      {"a\xe6\xb1", 1},         // cut short
      {"\xe6\xb1x\xa4", 0},     // broken off
      {"\xc0\xaf", 0},          // overlong '/'
      {"\xe0\x80\xaf", 0},      // overlong
      {"\xf0\x80\x80\xaf", 0},  // overlong
      {"x\xed\xa0\x80", 1},     // a surrogate
      {"\xf4\x90\x80\x80", 0},  // above U+10FFFF
      {"\xf8\x88\x80\x80\x80", 0}};
  for (const auto& [text, at] : cases) {
    const auto bad = first_bad_byte(text);
    ASSERT_TRUE(bad) << text;
    EXPECT_EQ(*bad, at) << text;
  }
}

TEST(Text, CharactersHaveTheirBytes) {
  EXPECT_EQ(character_bytes("ab"), 1u);
  EXPECT_EQ(character_bytes("é"), 2u);
  EXPECT_EQ(character_bytes("汤姆"), 3u);
  EXPECT_EQ(character_bytes("\xf0\x9f\x90\xad"), 4u);
  EXPECT_EQ(character_bytes(""), 0u);
  EXPECT_EQ(character_bytes("\xe6\xb1"), 0u);
  EXPECT_EQ(character_bytes("\xff"), 0u);
}

TEST(CharacterStream, WaitsForTheRestOfACharacter) {
  CharacterStream stream;
  EXPECT_EQ(stream.add("a\xe6"), "a");
  EXPECT_EQ(stream.add("\xb1"), "");
  EXPECT_EQ(stream.add("\xa4"
                       "b\xf0\x9f"),
            "汤b");
  EXPECT_EQ(stream.add("\x90\xad"), "\xf0\x9f\x90\xad");
  EXPECT_EQ(stream.end(), "");
}

// Every way to cut, the same characters; every byte of none, one sign.
TEST(CharacterStream, ShowsTheSameHoweverItIsCut) {
  const std::string sign = "\uFFFD";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"é汤x", "é汤x"},
      {"\xff"
       "a\x80",
       sign + "a" + sign},
      {"\xe6\xb1x", sign + sign + "x"},
      {"\xe0\x80\xaf", sign + sign + sign},  // overlong
      {"\xed\xa0\x80", sign + sign + sign},  // a surrogate
      {"\xf4\x90", sign + sign},             // above U+10FFFF
      {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
      {"a\xf0\x9f\x90", "a" + sign + sign + sign}};
  for (const auto& [bytes, wanted] : cases)
    for (std::size_t i = 0; i <= bytes.size(); ++i)
      for (std::size_t k = i; k <= bytes.size(); ++k) {
        CharacterStream stream;
        std::string shown = stream.add(bytes.substr(0, i));
        shown += stream.add(bytes.substr(i, k - i));
        shown += stream.add(bytes.substr(k));
        EXPECT_EQ(shown + stream.end(), wanted) << i << ' ' << k;
      }
}

TEST(Text, CountsComeInThousands) {
  EXPECT_EQ(thousands(0), "0");
  EXPECT_EQ(thousands(999), "999");
  EXPECT_EQ(thousands(1000), "1,000");
  EXPECT_EQ(thousands(63082496), "63,082,496");
  EXPECT_EQ(thousands(-100), "-100");
  EXPECT_EQ(thousands(-123456), "-123,456");
}

TEST(Text, WidthCountsColumns) {
  EXPECT_EQ(display_width(""), 0);
  EXPECT_EQ(display_width("Tom"), 3);
  EXPECT_EQ(display_width("汤姆"), 4);
  EXPECT_EQ(display_width("e\xcc\x81"), 1);  // e and an accent
  EXPECT_EQ(display_width("\xc3\xa9"), 1);   // é
  EXPECT_EQ(display_width("。，"), 4);
  EXPECT_EQ(display_width("\xef\xbc\xa1"), 2);      // full-width A
  EXPECT_EQ(display_width("\xf0\x9f\x90\xad"), 2);  // a mouse's face
  EXPECT_EQ(display_width("a\xff"), 2);
  EXPECT_EQ(display_width("한"), 2);
  EXPECT_EQ(display_width("█░"), 2);
}

TEST(Text, SplitsAtSpaces) {
  EXPECT_EQ(split("  a  b\tc\r\n"), (Words{"a", "b", "c"}));
  EXPECT_EQ(split(""), Words{});
  EXPECT_EQ(split(" \t"), Words{});
  EXPECT_EQ(split("汤姆 追逐"), (Words{"汤姆", "追逐"}));
}

TEST(Text, SplitsAtASeparatorAndKeepsEmptyFields) {
  EXPECT_EQ(split("a||b", '|'), (Words{"a", "", "b"}));
  EXPECT_EQ(split("", '|'), Words{""});
  EXPECT_EQ(split("|", '|'), (Words{"", ""}));
}

TEST(Text, JoinUndoesSplit) {
  EXPECT_EQ(join({}), "");
  EXPECT_EQ(join({"a"}), "a");
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join(split("a||b", '|'), "|"), "a||b");
}

TEST(Text, IndexIsDigitsOnly) {
  EXPECT_EQ(to_index("0"), 0);
  EXPECT_EQ(to_index("2147483647"), 2147483647);
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1x", "2147483648"})
    EXPECT_FALSE(to_index(bad)) << bad;
}

}  // namespace
}  // namespace nn
