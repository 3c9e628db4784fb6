// The program that weighs channels and places.
#include <gtest/gtest.h>

#include "tests/support/programs.h"

#if defined(__unix__) || defined(__APPLE__)

namespace tests {
namespace {

TEST_F(Examples, GatesOverPicturesAreMeasuredAndDrawn) {
  expect_flags(
      {{"cbam", {"seed", "seeds", "steps", "confetti", "figures", "replay"}}});
  const Outcome all = run("cbam", {"--steps", "1", "--figures", "art"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_TRUE(has(all.out, "CBAM = 0.")) << all.out;
  EXPECT_TRUE(has(all.out, "wrote art/cbam_channels.svg\n"));
  EXPECT_TRUE(has(all.out, "wrote art/cbam_map_2.svg\n"));
  EXPECT_EQ(run("cbam", {"--steps", "0"}).code, 2);
  EXPECT_NE(run("cbam", {"--confetti", "99"}).code, 0);
}

}  // namespace
}  // namespace tests

#endif
