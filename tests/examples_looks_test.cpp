// The programs of the chapter on soft and hard attention.
#include <gtest/gtest.h>

#include "tests/support/programs.h"

#if defined(__unix__) || defined(__APPLE__)

namespace tests {
namespace {

TEST_F(Examples, OfLooksExplainTheirFlags) {
  const std::vector<std::pair<std::string, Arguments>> programs = {
      {"hard_attention", {"draws", "seed", "figures", "help"}},
      {"soft_or_hard",
       {"drawers", "seed", "seeds", "steps", "figures", "replay", "help"}}};
  for (const auto& [program, flags] : programs) {
    const Outcome help = run(program, {"--help"});
    EXPECT_EQ(help.code, 0) << program;
    for (const std::string& flag : flags)
      EXPECT_TRUE(has(help.out, "  --" + flag + " ")) << program << flag;
    EXPECT_EQ(run(program, {"stray"}).code, 2) << program;
  }
}

TEST_F(Examples, LooksAreLearntInFiveWays) {
  const Outcome tiny = run(
      "soft_or_hard",
      {"--steps", "2", "--seeds", "2", "--drawers", "3", "--figures", "art"});
  EXPECT_EQ(tiny.code, 0) << tiny.err;
  EXPECT_TRUE(has(tiny.out, "straight-through = 0.")) << tiny.out;
  EXPECT_FALSE(has(tiny.out, "== claims ==")) << "two steps prove nothing";
  EXPECT_TRUE(fs::exists(path("art/learning_to_look.svg")));
  EXPECT_EQ(lines(run("soft_or_hard", {"--replay"}).out), 25);
  for (const char* flag : {"--seeds", "--steps", "--drawers"})
    EXPECT_EQ(run("soft_or_hard", {flag, "0"}).code, 2) << flag;
}

TEST_F(Examples, EstimatesWantEnoughDraws) {
  const Outcome few = run("hard_attention", {"--draws", "1000"});
  EXPECT_EQ(few.code, 2);
  EXPECT_TRUE(has(few.err, "--draws wants 1024 or more")) << few.err;
}

}  // namespace
}  // namespace tests

#endif
