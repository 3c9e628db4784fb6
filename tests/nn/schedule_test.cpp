#include "nn/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/support/golden.h"

namespace {

using nn::ConstantSchedule;
using nn::CosineSchedule;
using nn::InverseRootSchedule;
using tests::Golden;

// The reference rates of a case against `base` times the schedule.
void compare(const char* name, double base, const nn::Schedule& schedule) {
  const Golden golden("schedules", name);
  const auto steps = golden.integers("step");
  const auto rates = golden["rate"].values();
  ASSERT_GT(steps.size(), 20u);
  for (std::size_t i = 0; i < steps.size(); ++i)
    EXPECT_NEAR(base * schedule(steps[i]) / rates[i], 1, 1e-6)
        << name << " step " << steps[i];
}

TEST(Schedule, AgreesWithPyTorch) {
  compare("noam", 1, InverseRootSchedule{.width = 512, .warmup = 4000});
  compare("cosine", 1e-3,
          CosineSchedule{.total = 100, .warmup = 10, .floor = 0.01});
}

TEST(Schedule, WorkedByHand) {
  EXPECT_EQ(ConstantSchedule{}(1), 1);
  EXPECT_EQ(ConstantSchedule{}(1000000), 1);

  const InverseRootSchedule root{.width = 16, .warmup = 4};
  EXPECT_EQ(root(1), 0.03125);  // 1/4 x 1/8
  EXPECT_EQ(root(4), 0.125);    // the top: 1/4 x 1/2
  EXPECT_EQ(root(64), 0.03125);

  const CosineSchedule cosine{.total = 16, .warmup = 4, .floor = 0.5};
  EXPECT_EQ(cosine(1), 0.25);
  EXPECT_EQ(cosine(4), 1);
  EXPECT_EQ(cosine(10), 0.75);
  EXPECT_EQ(cosine(16), 0.5);
  EXPECT_EQ(cosine(1000), 0.5);
}

TEST(Schedule, CosineIsExactToTheLastDigits) {
  const CosineSchedule cosine{.total = 1000};
  for (int step = 1; step <= 1000; ++step)
    EXPECT_NEAR(cosine(step), (1 + std::cos(M_PI * step / 1000)) / 2, 4e-16)
        << step;
}

TEST(Schedule, RefusesWhatMakesNoSense) {
  EXPECT_THROW(ConstantSchedule{}(0), std::invalid_argument);
  EXPECT_THROW(InverseRootSchedule{}(0), std::invalid_argument);
  EXPECT_THROW(InverseRootSchedule{.warmup = 0}(1), std::invalid_argument);
  EXPECT_THROW((CosineSchedule{.total = 4, .warmup = 4}(1)),
               std::invalid_argument);
  EXPECT_THROW((CosineSchedule{.total = 4, .floor = 2}(1)),
               std::invalid_argument);
}

}  // namespace
