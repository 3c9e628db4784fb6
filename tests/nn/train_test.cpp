#include "nn/train.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "nn/checkpoint.h"
#include "tests/support/tiny_run.h"

#if defined(__unix__) || defined(__APPLE__)
#define TEST_POSIX 1
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;
using nn::Stop;
using nn::TrainOptions;
using nn::TrainResult;
using tests::bits;
using tests::expect_same;
using tests::kBatches;
using tests::kEpochs;
using tests::Tiny;

using Train = tests::TrainTest;

TEST_F(Train, VisitsEachBatchOnceAnEpochAndLearns) {
  Tiny tiny;
  const double before = tiny.score();
  const TrainResult result = tiny.train(options("a"));
  EXPECT_EQ(result.step, kEpochs * kBatches);
  EXPECT_EQ(result.epoch, kEpochs);
  EXPECT_EQ(result.stop, Stop::finished);
  ASSERT_EQ(tiny.seen.size(), 15u);
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    const auto begin = tiny.seen.begin() + epoch * kBatches;
    std::vector<int> batches(begin, begin + kBatches);
    std::sort(batches.begin(), batches.end());
    EXPECT_EQ(batches, (std::vector<int>{0, 1, 2, 3, 4}));
  }
  EXPECT_FALSE(std::equal(tiny.seen.begin(), tiny.seen.begin() + kBatches,
                          tiny.seen.begin() + kBatches));
  EXPECT_GT(result.best_score, before);
  EXPECT_EQ(tiny.score(), result.best_score);  // the best weights are in place
  EXPECT_EQ(tiny.optimizer.learning_rate, 0.3);
}

// Three plain steps by hand: w = 3, loss w^2, rate 0.1 times 1/2, 1, 3/2:
// w = 3 - 0.05 6 = 2.7, then - 0.1 5.4 = 2.16, then - 0.15 4.32 = 1.512. The
// second step weighs three tokens: the first mean is (9 + 3 7.29) / 4.
TEST_F(Train, TakesTheStepOfTheOptimiserAtTheScheduledRate) {
  nn::Parameter w{Tensor::full(Shape{}, 3)};
  nn::Sgd sgd({{"w", w}}, {.learning_rate = 0.1});
  nn::TrainTask task;
  task.model = {{"w", w}};
  task.begin_epoch = [](Rng&) { return 1; };
  int tokens = -1;
  task.loss = [&](int, Rng&) { return nn::StepLoss{w * w, tokens += 2}; };
  TrainOptions options;
  options.steps = 3;
  options.log_every = 2;
  options.schedule = [](std::int64_t step) { return 0.5 * double(step); };
  options.log = folder_ + "log";
  options.show_progress = false;
  const TrainResult result = nn::train(task, sgd, options);
  EXPECT_FLOAT_EQ(static_cast<float>(result.loss), 4.6656f);
  EXPECT_FLOAT_EQ(static_cast<float>(w.item()), 1.512f);
  EXPECT_EQ(nn::read_file(options.log),
            "step\tepoch\tloss\tnorm\tlearning_rate\tscore\n"
            "2\t2\t7.7175\t5.7\t0.1\t\n"
            "3\t3\t4.6656\t4.32\t0.15\t\n");
}

TEST_F(Train, ResumesToTheSameBitsFromAnyStep) {
  Tiny whole;
  whole.train(options("whole"));
  for (std::size_t last = 1; last < kEpochs * kBatches; ++last) {
    TrainOptions parts = options("parts");
    {
      Tiny first;
      first.each_step = [&] {
        if (first.seen.size() == last) std::raise(SIGINT);
      };
      const TrainResult result = first.train(parts);
      EXPECT_EQ(result.step, static_cast<std::int64_t>(last));
      EXPECT_EQ(result.stop, Stop::interrupted);
    }
    parts.resume = true;
    Tiny second;
    second.train(parts);
    EXPECT_EQ(second.seen.size(), kEpochs * kBatches - last);
    expect_same(second, parts, whole, options("whole"));
    std::filesystem::remove(parts.checkpoint);
  }
}

// As if the power went: steps and rows since the last checkpoint are undone.
TEST_F(Train, ResumesToTheSameBitsFromAnOlderCheckpoint) {
  Tiny whole;
  whole.train(options("whole"));
  for (std::size_t last = 1; last < kEpochs * kBatches; last += 2) {
    TrainOptions parts = options("parts");
    Tiny first;
    first.each_step = [&] {
      if (first.seen.size() == last) throw std::runtime_error("power");
    };
    EXPECT_THROW(first.train(parts), std::runtime_error);
    const std::string log = nn::read_file(parts.log);
    nn::write_file(parts.log, log + "999\t9\t1\t1\t1\t\n8\t2\t0.");
    parts.resume = true;
    Tiny second;
    second.train(parts);
    expect_same(second, parts, whole, options("whole"));
    std::filesystem::remove(parts.checkpoint);
  }
}

TEST_F(Train, ResumesAFinishedRunWithoutAStep) {
  Tiny whole, again;
  TrainOptions options = this->options("a");
  const TrainResult wanted = whole.train(options);
  const std::string log = nn::read_file(options.log);
  options.resume = true;
  const TrainResult got = again.train(options);
  EXPECT_TRUE(again.seen.empty());
  EXPECT_EQ(got.step, wanted.step);
  EXPECT_EQ(got.best_score, wanted.best_score);
  EXPECT_EQ(bits(again), bits(whole));
  EXPECT_EQ(nn::read_file(options.log), log);
}

#ifdef TEST_POSIX
// A process that resumes, reports its first steps through a pipe, and is
// killed while it trains on: wherever that strikes it, writing a checkpoint
// or the log as well as computing.
void train_until_killed(const TrainOptions& options, int steps) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Tiny tiny;
    tiny.each_step = [&] {
      if (write(ends[1], "", 1) != 1) _exit(1);
    };
    tiny.train(options);
    _exit(0);
  }
  close(ends[1]);
  char byte;
  for (int i = 0; i < steps && read(ends[0], &byte, 1) == 1; ++i) {
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  close(ends[0]);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

TEST_F(Train, ResumesToTheSameBitsAfterBeingKilled) {
  TrainOptions wanted = options("whole"), killed = options("killed");
  wanted.save_every = killed.save_every = 1;
  Tiny whole;
  whole.train(wanted);
  killed.resume = true;
  Rng rng(17);
  for (int round = 0; round < 12; ++round) {
    train_until_killed(killed, 1 + rng.below(4));
    // The checkpoint is whole, if the first was written at all.
    if (std::filesystem::exists(killed.checkpoint)) {
      const auto file = nn::load_safetensors(killed.checkpoint);
      EXPECT_EQ(file.metadata.at("words"), "猫\n鼠");
    }
  }
  Tiny last;
  last.train(killed);
  expect_same(last, killed, whole, wanted);
}
#else
TEST_F(Train, ResumesToTheSameBitsAfterBeingKilled) {
  GTEST_SKIP() << "wants POSIX";
}
#endif

TEST_F(Train, StopsEarlyAndSaysSo) {
  Tiny tiny;
  TrainOptions options = this->options("a");
  options.epochs = 100;
  options.evaluate_every = 0;
  options.patience = 2;
  nn::TrainTask task = tiny.task();
  int count = 0;
  const std::vector<double> scores = {1, 3, 2, 3, 9};
  task.evaluate = [&] { return scores[static_cast<std::size_t>(count++)]; };
  const TrainResult result = nn::train(task, tiny.optimizer, options);
  EXPECT_EQ(result.stop, Stop::patience);
  EXPECT_EQ(result.epoch, 4);  // no better than epoch 2, twice
  EXPECT_EQ(result.best_score, 3);
  EXPECT_EQ(result.best_step, 2 * kBatches);
}

std::string reason(Tiny& tiny, const TrainOptions& options) {
  try {
    tiny.train(options);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "accepted";
}

TEST_F(Train, RefusesACheckpointOfAnotherRun) {
  TrainOptions options = this->options("a");
  Tiny tiny;
  options.steps = 4;
  tiny.train(options);
  Tiny other;
  const auto before = bits(other);
  const auto expect = [&](const TrainOptions& tried, const char* wanted) {
    const std::string said = reason(other, tried);
    EXPECT_NE(said.find(wanted), std::string::npos) << said;
    EXPECT_EQ(bits(other), before);
  };
  expect(options, "is there: resume it, or remove it");
  options.resume = true;
  TrainOptions changed = options;
  changed.seed = 2;
  expect(changed, "it is another run's: differing train.seed");
  changed = options;
  changed.metadata["words"] = "狗";
  expect(changed, "it is another run's: differing words");
  changed = options;
  changed.keep_best = false;
  expect(changed, "'best.weight' is left over");
  nn::save_safetensors(options.checkpoint, {}, {});
  expect(options, "it is no checkpoint: no 'train.step'");
  nn::write_file(options.checkpoint, "short");
  expect(options, "wanted 8 bytes");
}

TEST_F(Train, RefusesWhatCannotBeTrained) {
  Tiny tiny;
  TrainOptions options;
  options.show_progress = false;
  EXPECT_NE(reason(tiny, options).find("bound"), std::string::npos);
  options.steps = 1;
  options.checkpoint = folder_ + "no such folder/a";
  EXPECT_NE(reason(tiny, options).find("no such folder"), std::string::npos);
  EXPECT_TRUE(tiny.seen.empty());  // before any work
  options.checkpoint = "";
  tiny.bias.fill(std::numeric_limits<Real>::quiet_NaN());
  EXPECT_NE(reason(tiny, options).find("the loss of step 1 is nan"),
            std::string::npos);
}

TEST(Checkpoint, KeepsEveryNumber) {
  nn::TrainState state;
  state.step = std::int64_t{1} << 60;
  state.position = 2;
  state.batches = 3;
  state.order = ~std::uint64_t{0};
  state.dropout = 1;
  state.loss = 0.1;
  state.loss_sum = 1e300 / 3;
  const std::string path = testing::TempDir() + "checkpoint_test";
  nn::save_checkpoint(path, state, {}, {{"a", "b"}});
  const nn::TrainState back = nn::load_checkpoint(path, {}, {{"a", "b"}});
  EXPECT_EQ(back.step, state.step);
  EXPECT_EQ(back.position, 2);
  EXPECT_EQ(back.batches, 3);
  EXPECT_EQ(back.order, state.order);
  EXPECT_EQ(back.dropout, 1u);
  EXPECT_EQ(back.loss, 0.1);
  EXPECT_EQ(back.loss_sum, state.loss_sum);
  EXPECT_EQ(back.best_score, -std::numeric_limits<double>::infinity());
  std::filesystem::remove(path);
  EXPECT_THROW(nn::save_checkpoint(path, state, {}, {{"train.step", "1"}}),
               std::invalid_argument);
}

}  // namespace
