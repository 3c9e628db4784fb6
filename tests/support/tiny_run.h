// A training run small enough to be run again and again.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "autograd/ops.h"
#include "nn/file.h"
#include "nn/optimizer.h"
#include "nn/train.h"

namespace tests {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;
using nn::TrainOptions;
using nn::TrainResult;

inline constexpr int kBatches = 5, kEpochs = 3;

// A tiny regression with dropout, its batches in a random order.
struct Tiny {
  Rng init{5};
  nn::Parameter weight{Tensor::normal(Shape{2, 3}, 0, 1, init)};
  nn::Parameter bias{Tensor::zeros(Shape{2})};
  nn::Parameters model = {{"weight", weight}, {"bias", bias}};
  nn::Adam optimizer{model, {.learning_rate = 0.3}};
  std::vector<Tensor> inputs;
  std::vector<int> order, seen;
  std::function<void()> each_step = [] {};

  Tiny() {
    Rng rng(9);
    for (int i = 0; i < kBatches; ++i)
      inputs.push_back(Tensor::normal(Shape{4, 3}, 0, 1, rng));
  }

  Tensor loss(int batch, Rng* rng) const {
    const Tensor x = inputs[static_cast<std::size_t>(batch)];
    const Tensor y = autograd::linear(
        rng ? autograd::dropout(x, Real(0.5), *rng) : x, weight, bias);
    return autograd::mean(autograd::pow(y - Real(batch), 2));
  }

  double score() const {
    double sum = 0;
    for (int i = 0; i < kBatches; ++i) sum -= loss(i, nullptr).item();
    return sum;
  }

  nn::TrainTask task() {
    nn::TrainTask task;
    task.model = model;
    task.begin_epoch = [this](Rng& rng) {
      order = {0, 1, 2, 3, 4};
      autograd::shuffle(order, rng);
      return kBatches;
    };
    task.loss = [this](int index, Rng& rng) {
      const int batch = order[static_cast<std::size_t>(index)];
      seen.push_back(batch);
      each_step();
      return nn::StepLoss{loss(batch, &rng), batch + 1};
    };
    task.evaluate = [this] { return score(); };
    return task;
  }

  TrainResult train(const TrainOptions& options) {
    return nn::train(task(), optimizer, options);
  }
};

// A folder of its own for each test.
class TrainTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = testing::TempDir() + "train_test_" + info->name() + "/";
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Everything is on, and nothing is due at the same steps.
  TrainOptions options(const std::string& name) const {
    TrainOptions options;
    options.epochs = kEpochs;
    options.schedule = nn::CosineSchedule{.total = 20, .warmup = 2};
    options.clip_norm = 1.5;
    options.evaluate_every = 4;
    options.keep_best = true;
    options.save_every = 3;
    options.checkpoint = folder_ + name + ".checkpoint";
    options.log = folder_ + name + ".log";
    options.log_every = 2;
    options.metadata = {{"words", "猫\n鼠"}};
    options.show_progress = false;
    return options;
  }

  std::string folder_;
};

inline std::vector<std::vector<Real>> bits(const Tiny& tiny) {
  std::vector<std::vector<Real>> result;
  for (const auto& item : tiny.model) result.push_back(item.tensor.values());
  for (const auto& item : tiny.optimizer.state())
    result.push_back(item.tensor.values());
  return result;
}

// Weights, optimiser, log and checkpoint: all bits.
inline void expect_same(const Tiny& got, const TrainOptions& got_options,
                        const Tiny& wanted,
                        const TrainOptions& wanted_options) {
  EXPECT_EQ(bits(got), bits(wanted));
  EXPECT_EQ(nn::read_file(got_options.log), nn::read_file(wanted_options.log));
  EXPECT_EQ(nn::read_file(got_options.checkpoint),
            nn::read_file(wanted_options.checkpoint));
}

}  // namespace tests
