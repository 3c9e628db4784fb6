// Training at size: small batches that make one step, means of the weights.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <string>
#include <vector>

#include "nn/average.h"
#include "nn/text.h"
#include "tests/support/expect.h"
#include "tests/support/tiny_run.h"

namespace {

using tests::bits;
using tests::expect_near;
using tests::kBatches;
using tests::kEpochs;
using tests::Tiny;

using TrainAtSize = tests::TrainTest;

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;
using nn::TrainOptions;
using nn::TrainResult;

// Four steps of linear regression on the same 12 rows, cut in so many parts.
std::vector<Real> fitted(const std::vector<int>& parts, TrainOptions options) {
  Rng rng(3);
  const Tensor x = Tensor::normal(Shape{12, 5}, 0, 1, rng);
  const Tensor y = Tensor::normal(Shape{12, 2}, 0, 1, rng);
  nn::Parameter w{Tensor::normal(Shape{2, 5}, 0, 1, rng)};
  nn::TrainTask task;
  task.model = {{"w", w}};
  task.begin_epoch = [&](Rng&) { return static_cast<int>(parts.size()); };
  task.loss = [&](int index, Rng&) {
    int first = 0;
    for (int i = 0; i < index; ++i) first += parts[std::size_t(i)];
    const int rows = parts[static_cast<std::size_t>(index)];
    const auto part = [&](const Tensor& all) {
      return autograd::slice(all, 0, first, first + rows);
    };
    const Tensor miss = autograd::linear(part(x), w) - part(y);
    return nn::StepLoss{autograd::mean(miss * miss), rows};
  };
  options.epochs = 4;
  options.clip_norm = 2;
  options.show_progress = false;
  nn::Sgd sgd(task.model, {.learning_rate = 0.1, .momentum = 0.5});
  const TrainResult result = nn::train(task, sgd, options);
  EXPECT_EQ(result.step, 4);
  EXPECT_EQ(result.epoch, 4);
  std::vector<Real> values = w.values();
  values.push_back(static_cast<Real>(result.loss));
  return values;
}

std::vector<double> figures(const std::string& log) {
  std::vector<double> numbers;
  for (const std::string& line : nn::split(nn::read_file(log), '\n'))
    for (const std::string& word : nn::split(line, '\t'))
      if (!word.empty() && std::isdigit(static_cast<unsigned char>(word[0])))
        numbers.push_back(std::stod(word));
  return numbers;
}

TEST_F(TrainAtSize, SmallBatchesMakeABigOne) {
  TrainOptions whole, cut;
  whole.log = folder_ + "whole";
  whole.log_every = cut.log_every = 1;
  const std::vector<Real> values = fitted({12}, whole);
  const std::vector<double> wanted(values.begin(), values.end());
  for (const std::vector<int>& parts :
       {std::vector<int>{4, 4, 4}, {5, 1, 6}, {1, 11}, {12}}) {
    cut.accumulate = static_cast<int>(parts.size());
    cut.log = folder_ + "cut";
    const std::vector<Real> got = fitted(parts, cut);
    expect_near(Tensor::from(Shape{int(got.size())}, got), wanted, 1e-5);
    const auto a = figures(whole.log), b = figures(cut.log);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
      EXPECT_NEAR(a[i], b[i], 1e-4 * (1 + a[i])) << i;
  }
}

TEST_F(TrainAtSize, TheLastStepOfAnEpochTakesWhatIsLeft) {
  Tiny tiny;
  TrainOptions options = this->options("a");
  options.accumulate = 2;
  const TrainResult result = tiny.train(options);
  EXPECT_EQ(result.step, 3 * kEpochs);
  EXPECT_EQ(result.epoch, kEpochs);
  std::vector<int> last(tiny.seen.end() - kBatches, tiny.seen.end());
  EXPECT_EQ(tiny.seen.size(), std::size_t{kBatches * kEpochs});
  std::sort(last.begin(), last.end());
  EXPECT_EQ(last, (std::vector<int>{0, 1, 2, 3, 4}));
}

// w = 3, loss w^2, rates 0.05, 0.1, 0.15: w is 2.7, 2.16, 1.512.
struct Slope {
  nn::Parameter w{Tensor::full(Shape{}, 3)};
  std::vector<double> scored;

  double train(TrainOptions options) {
    w.fill(3);
    scored.clear();
    nn::Sgd sgd({{"w", w}}, {.learning_rate = 0.05});
    nn::TrainTask task;
    task.model = {{"w", w}};
    task.begin_epoch = [](Rng&) { return 1; };
    task.loss = [&](int, Rng&) { return nn::StepLoss{w * w}; };
    task.evaluate = [&] {
      scored.push_back(static_cast<double>(w.item()));
      return -std::abs(scored.back() - 2.4);
    };
    options.steps = 3;
    options.schedule = [](std::int64_t step) { return double(step); };
    options.show_progress = false;
    nn::train(task, sgd, options);
    return static_cast<double>(w.item());
  }
};

void expect_scored(const Slope& slope, const std::vector<double>& wanted) {
  ASSERT_EQ(slope.scored.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(slope.scored[i], wanted[i], 1e-6) << i;
}

TEST_F(TrainAtSize, ScoresAndGivesTheMeanByHand) {
  Slope slope;
  TrainOptions options;
  EXPECT_NEAR(slope.train(options), 1.512, 1e-6);
  expect_scored(slope, {2.7, 2.16, 1.512});
  options.average = 2;
  EXPECT_NEAR(slope.train(options), (2.16 + 1.512) / 2, 1e-6);
  expect_scored(slope, {2.7, (2.7 + 2.16) / 2, (2.16 + 1.512) / 2});
  options.average = 5;  // more than there are
  EXPECT_NEAR(slope.train(options), (2.7 + 2.16 + 1.512) / 3, 1e-6);
  options.average = 2;
  options.save_every = 2;  // and at the end
  EXPECT_NEAR(slope.train(options), (2.16 + 1.512) / 2, 1e-6);
  expect_scored(slope, {2.7, 2.16, (2.16 + 1.512) / 2});
  options.save_every = 0;
  options.keep_best = true;  // the second: 2.43
  EXPECT_NEAR(slope.train(options), (2.7 + 2.16) / 2, 1e-6);
  options.average = -1;
  EXPECT_THROW(slope.train(options), std::invalid_argument);
  options.average = 0;
  options.accumulate = 0;
  EXPECT_THROW(slope.train(options), std::invalid_argument);
}

TEST_F(TrainAtSize, ResumesToTheSameBitsFromAnyStep) {
  const auto at_size = [&](const std::string& name) {
    TrainOptions options = this->options(name);
    options.accumulate = 2;
    options.average = 3;
    options.save_every = 2;
    return options;
  };
  Tiny whole;
  whole.train(at_size("whole"));
  for (std::size_t last = 1; last < kEpochs * kBatches; ++last) {
    TrainOptions parts = at_size("parts");
    Tiny first;
    first.each_step = [&] {
      if (first.seen.size() == last) std::raise(SIGINT);
    };
    first.train(parts);
    parts.resume = true;
    Tiny second;
    second.train(parts);
    expect_same(second, parts, whole, at_size("whole"));
    std::filesystem::remove(parts.checkpoint);
  }
  Tiny plain;
  TrainOptions raw = at_size("raw");
  raw.average = 0;
  plain.train(raw);
  EXPECT_NE(bits(plain), bits(whole));  // so the mean does something
}

TEST_F(TrainAtSize, RefusesACheckpointOfAnotherRun) {
  Tiny tiny;
  TrainOptions options = this->options("a");
  options.average = 2;
  tiny.train(options);
  options.resume = true;
  options.accumulate = 2;
  const auto reason = [&] {
    return tests::thrown([&] { tiny.train(options); });
  };
  EXPECT_NE(reason().find("differing train.accumulate"), std::string::npos)
      << reason();
  options.accumulate = 1;
  options.average = 0;
  EXPECT_NE(reason().find("'average.added' is left over"), std::string::npos)
      << reason();
}

TEST(WeightAverage, KeepsTheLastFewAndPutsThemBack) {
  nn::Parameter w{Tensor::from(Shape{2}, {1, 10})};
  nn::WeightAverage average({{"w", w}, {"tied", w}}, 2);
  average.put();  // nothing yet
  EXPECT_EQ(w.values(), (std::vector<Real>{1, 10}));
  average.put_back();
  for (int i = 1; i <= 3; ++i) {
    w.fill(Real(i));
    average.add();
  }
  w.fill(7);
  average.put();
  EXPECT_EQ(w.values(), (std::vector<Real>{2.5, 2.5}));
  average.put_back();
  EXPECT_EQ(w.values(), (std::vector<Real>{7, 7}));
  std::string names;
  for (const auto& [name, tensor] : average.state()) names += name + ' ';
  EXPECT_EQ(names, "added 0.w 1.w ");
  nn::WeightAverage none({{"w", w}}, 0);
  none.add();
  none.put();
  EXPECT_EQ(w.values(), (std::vector<Real>{7, 7}));
  EXPECT_TRUE(none.state().empty());
}

}  // namespace
