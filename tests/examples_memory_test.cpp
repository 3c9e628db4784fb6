// The programs of chapter 11.
#include <gtest/gtest.h>

#include "tests/support/programs.h"

#if defined(__unix__) || defined(__APPLE__)

namespace tests {
namespace {

TEST_F(Examples, OfMemoriesExplainTheirFlags) {
  expect_flags(
      {{"question_book", {}},
       {"kernel_regression", {"seed", "figures"}},
       {"addressing", {"seed", "figures"}},
       {"pairs", {"seed", "seeds", "steps", "figures", "replay"}},
       {"memory_qa", {"seed", "seeds", "steps", "figures", "replay"}}});
}

TEST_F(Examples, MemoriesAreReadByHandAndCounted) {
  const Outcome book = run("question_book", {});
  EXPECT_EQ(book.code, 0) << book.err;
  EXPECT_TRUE(has(book.out, "right = 6\n")) << book.out;
  const Outcome curve = run("kernel_regression", {"--figures", "art"});
  EXPECT_EQ(curve.code, 0) << curve.err;
  const Outcome count = run("addressing", {"--figures", "art"});
  EXPECT_EQ(count.code, 0) << count.err;
  EXPECT_TRUE(has(count.out, "by an index = 0.0")) << count.out;
  for (const char* name : {"kernel_regression", "addressing"})
    EXPECT_TRUE(fs::exists(path("art/" + std::string(name) + ".svg"))) << name;
}

TEST_F(Examples, MemoriesAreTrainedAndReplay) {
  const Outcome pairs = run("pairs", {"--steps", "2", "--figures", "art"});
  EXPECT_TRUE(has(pairs.out, "K = V, D = 8 = ")) << pairs.err;
  const Outcome asked = run("memory_qa", {"--steps", "2", "--figures", "art"});
  EXPECT_TRUE(has(asked.out, "two facts, two hops = ")) << asked.err;
  EXPECT_TRUE(has(asked.out, "where is the ")) << asked.out;
  EXPECT_FALSE(has(asked.out, "== claims ==")) << "one network proves nothing";
  for (const char* name : {"pairs_by_width", "pairs_by_numbers", "two_hops"})
    EXPECT_TRUE(fs::exists(path("art/" + std::string(name) + ".svg"))) << name;
  for (const char* program : {"pairs", "memory_qa"}) {
    EXPECT_GE(lines(run(program, {"--replay"}).out), 20) << program;
    EXPECT_EQ(run(program, {"--seeds", "0"}).code, 2) << program;
    EXPECT_EQ(run(program, {"--steps", "0"}).code, 2) << program;
  }
}

}  // namespace
}  // namespace tests

#endif
