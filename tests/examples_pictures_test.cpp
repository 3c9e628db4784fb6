// The programs of chapter 12 that look at pictures, sounds and letters.
#include <gtest/gtest.h>

#include "tests/support/programs.h"

#if defined(__unix__) || defined(__APPLE__)

namespace tests {
namespace {

TEST_F(Examples, OfPicturesSoundsAndLettersExplainTheirFlags) {
  expect_flags(
      {{"caption",
        {"all", "steps", "seeds", "pictures", "seed", "replay", "figures"}},
       {"scrambled",
        {"kinds", "say", "pairs", "epochs", "seeds", "seed", "replay",
         "figures"}},
       {"dates", {"dates", "epochs", "seed", "replay", "figures"}},
       {"tones", {"steps", "seeds", "seed", "replay", "figures"}},
       {"wrong_axis", {"seed"}}});
}

TEST_F(Examples, CaptionsAreGradedAndDrawn) {
  const Arguments tiny = {"--steps", "3", "--pictures", "4", "--all"};
  const Outcome caption = run("caption", with(tiny, {"--figures", "art"}));
  EXPECT_EQ(caption.code, 0) << caption.err;
  for (const char* part :
       {"soft, read hard = ", "all cells alike = ", "soft, pulled = ",
        "== where hard looks ==\n",
        "multiply-adds to see all cells = ", "wrote art/caption_soft.svg\n"})
    EXPECT_TRUE(has(caption.out, part)) << part << caption.out;
  EXPECT_FALSE(has(caption.out, "== claims =="));
  EXPECT_EQ(lines(run("caption", {"--all", "--replay"}).out), 30);
  EXPECT_EQ(run("caption", {"--steps", "2"}).code, 2);
}

TEST_F(Examples, LettersDatesAndTonesRun) {
  const Arguments tiny = {"--pairs", "64", "--epochs", "1"};
  const Outcome words =
      run("scrambled", with(tiny, {"--say", "olp", "--figures", "art"}));
  EXPECT_TRUE(has(words.out, "\nolp -> ")) << words.err;
  EXPECT_TRUE(has(words.out, "anagram, no attention = ")) << words.out;
  EXPECT_TRUE(fs::exists(path("art/scrambled_anagram.svg")));
  EXPECT_EQ(run("scrambled", {"--kinds", "rot13"}).code, 1);
  const Outcome dates =
      run("dates", {"--dates", "64", "--epochs", "1", "--figures", "art"});
  EXPECT_TRUE(has(dates.out, "day reads the day = ")) << dates.err;
  const Outcome tones = run("tones", {"--steps", "2", "--figures", "art"});
  EXPECT_TRUE(has(tones.out, "== longer, moves on ==\n")) << tones.err;
  EXPECT_FALSE(has(tones.out, "== claims =="));
  for (const char* program : {"scrambled", "dates", "tones"})
    EXPECT_GE(lines(run(program, {"--replay"}).out), 20) << program;
  EXPECT_EQ(run("wrong_axis", {}).code, 0);
}

}  // namespace
}  // namespace tests

#endif
