#include "nn/progress.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sstream>
#include <string>

namespace {

using nn::Interrupt;
using nn::Progress;
using nn::ProgressFigures;

ProgressFigures figures(std::int64_t step) {
  ProgressFigures result;
  result.step = step;
  result.first_step = 100;
  result.steps = 400;
  result.epoch = 2;
  result.tokens = 50 * (step - 100);
  result.loss = 1.25;
  result.learning_rate = 0.001;
  return result;
}

TEST(Progress, SpellsDurations) {
  EXPECT_EQ(nn::duration_text(0.2), "0:00");
  EXPECT_EQ(nn::duration_text(64.6), "1:05");
  EXPECT_EQ(nn::duration_text(3599.4), "59:59");
  EXPECT_EQ(nn::duration_text(7200), "2:00:00");
}

// 100 steps in 20 seconds: 250 tokens a second, 200 steps more take 40 seconds.
TEST(Progress, PrintsPlainLinesSomeSecondsApart) {
  std::ostringstream out;
  double now = 1000;
  Progress progress(out, false, [&] { return now; });
  for (std::int64_t step = 101; step <= 200; ++step) {
    now += 0.2;
    progress.update(figures(step));
  }
  progress.finish();
  EXPECT_EQ(out.str(),
            "step 150/400  epoch 2  loss 1.2500  learning rate 1.00e-03  "
            "250 tokens/s  0:50 left\n"
            "step 200/400  epoch 2  loss 1.2500  learning rate 1.00e-03  "
            "250 tokens/s  0:40 left\n");
}

TEST(Progress, RewritesOneLineOnATerminal) {
  std::ostringstream out;
  double now = 0;
  {
    Progress progress(out, true, [&] { return now; });
    progress.update(figures(101));  // too early
    now = 1;
    progress.update(figures(200));
    now = 1.05;
    progress.update(figures(201));  // too early
    now = 2;
    ProgressFigures shorter = figures(300);
    shorter.steps = 0;
    progress.update(shorter);
  }
  const std::string first =
      "\rstep 200/400  epoch 2  loss 1.2500  learning rate 1.00e-03  "
      "5000 tokens/s  0:02 left";
  std::string second =
      "\rstep 300  epoch 2  loss 1.2500  learning rate 1.00e-03  "
      "5000 tokens/s";
  second.append(first.size() - second.size(), ' ');
  EXPECT_EQ(out.str(), first + second + "\n");
}

// 60 steps in 12 seconds.
TEST(Progress, LeavesOutWhatIsNotCounted) {
  std::ostringstream out;
  double now = 0;
  Progress progress(out, false, [&] { return now; });
  ProgressFigures uncounted = figures(160);
  uncounted.epoch = uncounted.tokens = 0;
  now = 12;
  progress.update(uncounted);
  EXPECT_EQ(out.str(),
            "step 160/400  loss 1.2500  learning rate 1.00e-03  5.0 steps/s  "
            "0:48 left\n");
}

TEST(Progress, PrintsNothingIfNothingWasShown) {
  std::ostringstream out;
  {
    Progress progress(out, true, [] { return 0.0; });
  }
  EXPECT_EQ(out.str(), "");
}

TEST(Interrupt, RemembersTheFirstSignal) {
  {
    const Interrupt outer;
    EXPECT_FALSE(outer.requested());
    {
      const Interrupt inner;
      std::raise(SIGINT);
      EXPECT_TRUE(inner.requested());
    }
    EXPECT_TRUE(outer.requested());
  }
  const Interrupt fresh;
  EXPECT_FALSE(fresh.requested());
  std::raise(SIGTERM);
  EXPECT_TRUE(fresh.requested());
}

TEST(InterruptDeathTest, EndsAtTheSecondSignal) {
#if defined(__unix__) || defined(__APPLE__)
  EXPECT_EXIT(
      {
        const Interrupt interrupt;
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
#else
  GTEST_SKIP() << "wants POSIX";
#endif
}

}  // namespace
