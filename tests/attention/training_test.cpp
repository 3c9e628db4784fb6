#include <gtest/gtest.h>

#include "attention/translator.h"
#include "nn/grammar.h"

namespace attention {
namespace {

Translator untrained(const std::vector<nn::Pair>& pairs) {
  Rng rng(3);
  return Translator(pairs, 1, {.embedding = 6, .hidden = 7, .score = 5}, rng);
}

// Each step's loss is told, and telling it changes nothing.
TEST(Training, IsWatched) {
  Rng rng(1);
  const auto pairs = nn::Grammar::clauses().generate(rng, {2, 5}, 96);
  Translator watched = untrained(pairs), again = untrained(pairs);
  TrainingOptions options = brief_training(3, 5);
  options.loop.show_progress = false;
  train(again, pairs, options);
  std::vector<Real> losses;
  options.watch = [&](Real loss) { losses.push_back(loss); };
  const nn::TrainResult result = train(watched, pairs, options);
  EXPECT_EQ(result.step, 3);
  ASSERT_EQ(losses.size(), 3u);
  EXPECT_EQ(double(losses[2]), result.loss);
  EXPECT_GT(losses[0], losses[2]);
  EXPECT_EQ(nn::fingerprint(watched.model.parameters()),
            nn::fingerprint(again.model.parameters()));
}

// The rate rises for 50 steps at most, and ends at 0.
TEST(Training, BriefOnesWarmUpAndCoolDown) {
  const TrainingOptions options = brief_training(1000, 7);
  EXPECT_EQ(options.loop.steps, 1000);
  EXPECT_EQ(options.loop.seed, 7u);
  EXPECT_NEAR(options.loop.schedule(25), 0.5, 1e-9);
  EXPECT_NEAR(options.loop.schedule(50), 1, 1e-9);
  EXPECT_NEAR(options.loop.schedule(1000), 0, 1e-9);
  EXPECT_NEAR(brief_training(10, 1).loop.schedule(5), 1, 1e-9);
}

}  // namespace
}  // namespace attention
