#include "nn/tokenizer.h"

#include <gtest/gtest.h>

#include "nn/text.h"
#include "tests/support/expect.h"

namespace nn {
namespace {

using Ids = std::vector<int>;

TEST(Characters, AreNumberedByCodePoint) {
  const Characters characters("ba 汤é\na");
  EXPECT_EQ(characters.size(), 6);
  EXPECT_EQ(characters.encode("\n abé汤"), (Ids{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(characters.token(5), "汤");
  EXPECT_EQ(characters.to_text(), "characters\n\n abé汤");
  EXPECT_EQ(Characters::from_text(characters.to_text()), characters);
  EXPECT_EQ(Characters("").size(), 0);
  EXPECT_EQ(Characters("").encode(""), Ids{});
}

TEST(Characters, NameWhatTheyDoNotKnow) {
  const Characters characters("ab");
  const auto reason = [](auto action) { return tests::thrown(action); };
  EXPECT_EQ(reason([&] { characters.encode("ab汤"); }),
            "[Characters] '汤' at byte 3 is none of the 2 characters that are "
            "known");
  EXPECT_EQ(reason([&] { characters.encode("a\xff"); }),
            "[Characters] byte 2 is not UTF-8");
  EXPECT_EQ(reason([&] { Characters("\xe6\xb1"); }),
            "[Characters] byte 1 is not UTF-8");
  EXPECT_THROW(characters.token(2), std::invalid_argument);
  EXPECT_THROW(characters.token(-1), std::invalid_argument);
  for (const char* text : {"characters\nba", "characters\naa", "letters\nab",
                           "", "characters\na\xff"})
    EXPECT_THROW(Characters::from_text(text), std::invalid_argument) << text;
}

TEST(Tokenizer, HasOneFaceForBoth) {
  const std::string text = "Tom chase Tom chase 汤姆 汤姆";
  for (const Tokenizer& tokenizer :
       {Tokenizer(Characters(text)), Tokenizer(Bpe::train(text, 5))}) {
    const Ids ids = tokenizer.encode(text);
    EXPECT_EQ(tokenizer.decode(ids), text);
    EXPECT_EQ(tokenizer.token(ids[0]), tokenizer.decode({ids[0]}));
    EXPECT_LT(ids.back(), tokenizer.size());
    EXPECT_EQ(Tokenizer::from_text(tokenizer.to_text()), tokenizer);
  }
  EXPECT_EQ(Tokenizer(Characters(text)).size(), 11);
  EXPECT_EQ(Tokenizer(Bpe()).size(), 256);
  EXPECT_FALSE(Tokenizer(Bpe()) == Tokenizer(Characters("")));
  EXPECT_THROW(Tokenizer::from_text("words\n"), std::invalid_argument);
}

// Tokens of bytes, shown one by one: never half a character.
TEST(Tokenizer, ShowsWholeCharacters) {
  const Tokenizer bytes{Bpe()};
  CharacterStream stream;
  std::string shown;
  for (const int id : bytes.encode("é汤\xf0\x9f\x90\xad.")) {
    const std::string part = stream.add(bytes.token(id));
    EXPECT_FALSE(first_bad_byte(part)) << part;
    shown += part;
  }
  EXPECT_EQ(shown + stream.end(), "é汤\xf0\x9f\x90\xad.");
}

}  // namespace
}  // namespace nn
