#include "nn/stopwatch.h"

#include <gtest/gtest.h>

namespace nn {
namespace {

// Calls are counted, never timed: a machine may be busy.
TEST(Milliseconds, RunsFiveTimesOrMoreAfterOneThatIsNotCounted) {
  int calls = 0;
  EXPECT_GE(milliseconds(0, [&] { ++calls; }), 0);
  EXPECT_EQ(calls, 6);
}

TEST(Milliseconds, RunsForAsLongAsItIsTold) {
  int calls = 0;
  milliseconds(0.01, [&] { ++calls; });
  EXPECT_GT(calls, 6);
}

}  // namespace
}  // namespace nn
