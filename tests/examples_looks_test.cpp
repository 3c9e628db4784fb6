// The programs of the chapter on soft and hard attention.
#include <gtest/gtest.h>

#include "tests/support/programs.h"

#if defined(__unix__) || defined(__APPLE__)

namespace tests {
namespace {

TEST_F(Examples, OfLooksExplainTheirFlags) {
  expect_flags(
      {{"hard_attention", {"draws", "seed", "figures"}},
       {"soft_or_hard", {"drawers", "seed", "seeds", "steps", "figures"}}});
}

TEST_F(Examples, LooksAreLearntInFiveWays) {
  const Outcome tiny = run(
      "soft_or_hard",
      {"--steps", "2", "--seeds", "2", "--drawers", "3", "--figures", "art"});
  EXPECT_EQ(tiny.code, 0) << tiny.err;
  EXPECT_TRUE(has(tiny.out, "straight-through = 0.")) << tiny.out;
  EXPECT_FALSE(has(tiny.out, "== claims ==")) << "two steps prove nothing";
  EXPECT_TRUE(fs::exists(path("art/learning_to_look.svg")));
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
