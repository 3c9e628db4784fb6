#include <gtest/gtest.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/kernels/parallel.h"
#include "autograd/memory.h"
#include "nn/grammar.h"
#include "nn/report.h"
#include "nn/schedule.h"
#include "tests/support/translators.h"

namespace attention {
namespace {

Translator small(const std::vector<nn::Pair>& pairs) {
  Rng rng(3);
  return Translator(
      pairs, 1,
      Seq2SeqOptions{.embedding = 6, .hidden = 7, .score = {.width = 5}}, rng);
}

// Each step's loss is told, and telling it changes nothing.
TEST(Training, IsWatched) {
  Rng rng(1);
  const auto pairs = nn::Grammar::clauses().generate(rng, {2, 5}, 96);
  Translator watched = small(pairs), again = small(pairs);
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
  EXPECT_EQ(nn::fingerprint(watched.parameters()),
            nn::fingerprint(again.parameters()));
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
  const auto passes = brief_training(std::vector<nn::Pair>(65), 4, 7);
  EXPECT_EQ(passes.loop.steps, 3 * 4);
  EXPECT_NEAR(passes.loop.schedule(6), 1, 1e-9);
}

// The first steps of the whole run, and nothing but their bits is printed.
TEST(Training, IsReplayed) {
  Rng rng(1);
  const auto pairs = nn::Grammar::clauses().generate(rng, {2, 5}, 96);
  const Seq2SeqOptions model{
      .embedding = 6, .hidden = 7, .score = {.width = 5}};
  TrainingOptions whole = brief_training(pairs, 2, 3), first = whole;
  whole.loop.show_progress = false;
  std::string losses;
  whole.watch = [&](Real loss) { losses += nn::bits(float(loss)) + '\n'; };
  const Translator learned = taught(pairs, model, whole);
  EXPECT_EQ(losses.size(), 6u * 9);

  replay(first, 2);
  EXPECT_FALSE(first.loop.show_progress);
  testing::internal::CaptureStdout();
  const Translator begun = taught(pairs, model, first);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), losses.substr(0, 2 * 9));

  // By hand: the seed makes the weights and the order of the batches.
  Translator same = small(pairs);
  TrainingOptions by_hand = brief_training(6, 3);
  by_hand.loop.show_progress = false;
  teach(same, pairs, by_hand);
  EXPECT_EQ(nn::fingerprint(same.parameters()),
            nn::fingerprint(learned.parameters()));
  EXPECT_NE(nn::fingerprint(begun.parameters()),
            nn::fingerprint(learned.parameters()));

  first.watch = [](Real) { std::raise(SIGINT); };
  EXPECT_THROW(teach(same, pairs, first), std::runtime_error);
}

// What is trained is the same bits for any number of threads, instruction set
// and compiler: these constants are checked wherever the tests run.
void expect_bits(const ModelOptions& model, std::uint64_t weights,
                 std::uint64_t log_probability) {
#ifdef ATTENTION_OPENBLAS
  GTEST_SKIP() << "OpenBLAS adds in an order of its own";
#endif
  if (sizeof(Real) != sizeof(float)) GTEST_SKIP() << "the bits are of floats";
#ifdef ATTENTION_SANITIZED
  const std::vector<int> counts = {3};
#else
  const std::vector<int> counts = {1, 2, 3};
#endif
  const int threads = autograd::threads();
  for (int n : counts) {
    autograd::set_threads(n);
    Rng rng(1);
    const auto split = nn::Grammar::english_chinese().corpus(rng, 400, 40);
    Translator translator(split.train, 1, model, rng);
    TrainingOptions options;
    options.smoothing = Real(0.1);
    options.adam.learning_rate = 0.01;
    options.loop = tests::quiet(0);
    options.loop.steps = 30;
    options.loop.schedule = nn::CosineSchedule{.total = 30, .warmup = 5};
    train(translator, split.train, options);
    EXPECT_EQ(nn::fingerprint(translator.parameters()), weights)
        << n << " threads";
    const auto said = translator.translate(split.held_out[0].source);
    EXPECT_EQ(nn::fingerprint({{"log p", Tensor(said.log_probability)}}),
              log_probability)
        << n << " threads";
  }
  autograd::set_threads(threads);
}

TEST(Training, EndsWithTheSameBitsEverywhere) {
  expect_bits(Seq2SeqOptions{.embedding = 33,
                             .hidden = 47,
                             .score = {.width = 31},
                             .dropout = Real(0.1)},
              0x62131d6981eb6f84u, 0x95b69beeb74d3e59u);
}

TEST(Training, OfATransformerEndsWithTheSameBitsEverywhere) {
  TransformerSeq2SeqOptions options = tests::small_transformer();
  options.stack.width = 36;
  options.stack.heads = 4;
  options.stack.feed_forward = 47;
  options.stack.dropout = Real(0.1);
  expect_bits(options, 0xa803f3568ba8198bu, 0x4616507118ed64eau);
}

// Bytes that malloc has given out, where the system tells.
std::size_t heap_in_use() {
#if defined(__GLIBC__)
  return mallinfo2().uordblks;
#else
  return 0;
#endif
}

// From the second epoch on, thousands of steps of the whole loop: forward,
// backward, clipping, Adam. The schedule is asked at every step, so it counts.
void expect_nothing_taken(const ModelOptions& model, int steps) {
#ifdef ATTENTION_SANITIZED
  GTEST_SKIP() << "under a sanitizer no block is kept";
#endif
  struct Use {
    autograd::MemoryUse own{};
    std::size_t heap = 0;
  };
  Use first, last;
  TrainingOptions options;
  options.batch = 16;  // 3 batches an epoch
  options.loop = tests::quiet(0);
  options.loop.steps = steps;
  options.loop.schedule = [&](std::int64_t step) {
    Use& now = step <= 10 ? first : last;
    now.own = autograd::memory_use();
    now.heap = heap_in_use();
    return 1e-3;
  };
  Translator translator = tests::untrained(model);
  train(translator, tests::toy_pairs(), options);
  EXPECT_GT(first.own.system_calls, 0);
  EXPECT_EQ(last.own.system_calls, first.own.system_calls);
  EXPECT_EQ(last.own.system_bytes, first.own.system_bytes);
  // Less than a byte a step, whatever else asks malloc.
  EXPECT_LE(last.heap, first.heap + static_cast<std::size_t>(steps));
}

TEST(Training, TenThousandStepsTakeNothingFromTheSystem) {
  expect_nothing_taken(tests::small_recurrent(), 10'000);
}

TEST(Training, OfATransformerTakesNothingFromTheSystem) {
  auto options = tests::small_transformer();
  options.stack.dropout = Real(0.1);
  expect_nothing_taken(options, 5'000);
}

// A tiny Transformer, on sentences of the grammar that it never saw.
TEST(Training, ATransformerLearnsTheGrammar) {
#ifdef ATTENTION_SANITIZED
  GTEST_SKIP() << "too slow under a sanitizer";
#endif
  Rng rng(1);
  const auto split = nn::Grammar::clauses().generate(rng, {2, 5}, 1200);
  const std::vector<nn::Pair> learned(split.begin(), split.begin() + 1000);
  const std::vector<nn::Pair> fresh(split.begin() + 1000, split.end());
  auto options = tests::small_transformer();
  options.stack.width = 32;
  options.stack.feed_forward = 64;
  Translator translator(learned, 1, options, rng);
  TrainingOptions training = brief_training(300, 1);
  training.loop.show_progress = false;
  train(translator, learned, training);
  translator.choose_head(learned);
  const Evaluation e = translator.evaluate(fresh);
  EXPECT_GT(e.exact_match, 0.9);
  EXPECT_LT(e.alignment->error_rate(), 0.2);
}

}  // namespace
}  // namespace attention
