#include "attention/score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "autograd/ops.h"
#include "autograd/random.h"
#include "tests/support/expect.h"

namespace attention {
namespace {

using tests::expect_near;

using autograd::Real;
using autograd::Rng;
using autograd::Shape;

const Tensor query = Tensor::from({1, 1, 3}, {10, 5, 10});
const Tensor keys = Tensor::from({1, 3, 3}, {5, 0, 1,    // Tom
                                             0, 1, 1,    // chase
                                             1, 1, 0});  // Jerry

TEST(DotScore, WorkedByHand) {
  EXPECT_EQ(DotScore()(query, keys).values(), (std::vector<Real>{60, 15, 15}));
}

TEST(ScaledDotScore, WorkedByHand) {
  const Real root = std::sqrt(Real(3));
  expect_near(ScaledDotScore()(query, keys), {60 / root, 15 / root, 15 / root});
}

TEST(GeneralScore, WorkedByHand) {
  Rng rng(1);
  GeneralScore score({.query = 3, .key = 2}, rng);
  EXPECT_EQ(score.key.weight.shape(), (Shape{3, 2}));
  score.key.weight.copy_from({1, 0, 0, 2, 0, 0});
  // W k = (k1, 2 k2, 0); q W k = 10 k1 + 10 k2
  const Tensor narrow = Tensor::from({1, 2, 2}, {5, 0, 1, 1});
  expect_near(score(query, score.project(narrow)), {50, 20});
}

TEST(GeneralScore, IsTheDotWhereWIsOne) {
  Rng rng(1);
  GeneralScore score({.query = 3, .key = 3}, rng);
  score.key.weight.copy_from({1, 0, 0, 0, 1, 0, 0, 0, 1});
  EXPECT_EQ(score(query, score.project(keys)).values(),
            DotScore()(query, keys).values());
}

TEST(AdditiveScore, WorkedByHand) {
  Rng rng(1);
  AdditiveScore score({.query = 1, .key = 1, .width = 2}, rng);
  const Real ln2 = std::log(Real(2));
  score.query.weight.copy_from({ln2, 0});
  score.key.weight.copy_from({ln2, 0});
  score.key.bias.copy_from({0, 20});
  score.v.weight.copy_from({5, 1});
  // 5 tanh((q + k) ln 2) + tanh(20);   tanh(ln 2) = 3/5, tanh(2 ln 2) = 15/17
  const Tensor e = score(Tensor::from({1, 1, 1}, {1}),
                         score.project(Tensor::from({1, 3, 1}, {-1, 0, 1})));
  expect_near(e, {1, 4, Real(75) / 17 + 1});
}

TEST(AdditiveScore, IsItsFormula) {
  Rng rng(2);
  const AdditiveScore score({.query = 4, .key = 6, .width = 33}, rng);
  const Tensor q = Tensor::uniform({2, 3, 4}, -1, 1, rng);
  const Tensor k = Tensor::uniform({2, 7, 6}, -1, 1, rng);
  const Tensor sums = autograd::unsqueeze(score.query(q), 2) +
                      autograd::unsqueeze(score.key(k), 1);  // [2, 3, 7, 33]
  const Tensor e = autograd::squeeze(score.v(autograd::tanh(sums)), -1);
  const auto wanted = e.values();
  expect_near(score(q, score.project(k)), {wanted.begin(), wanted.end()});
}

TEST(AdditiveScore, NamesItsParameters) {
  Rng rng(3);
  const AdditiveScore score({.query = 4, .key = 6, .width = 5}, rng);
  std::vector<std::string> names;
  for (const auto& parameter : score.parameters())
    names.push_back(parameter.name);
  EXPECT_EQ(names, (std::vector<std::string>{"query.weight", "key.weight",
                                             "key.bias", "v.weight"}));
  EXPECT_EQ(nn::parameter_count(score.parameters()), 5 * 4 + 5 * 6 + 5 + 5);
  const GeneralScore general({.query = 4, .key = 6}, rng);
  ASSERT_EQ(general.parameters().size(), 1u);
  EXPECT_EQ(general.parameters()[0].name, "key.weight");
}

// ---- Concat: the additive score with one matrix for two

TEST(ConcatScore, IsTheAdditiveScoreWithBothMatricesInOne) {
  Rng rng(5);
  const AdditiveScore additive({.query = 4, .key = 6, .width = 9}, rng);
  ConcatScore concat({.query = 4, .key = 6, .width = 9}, rng);
  concat.joint.weight.copy_from(
      autograd::concat({additive.query.weight, additive.key.weight}, 1));
  concat.joint.bias.copy_from(additive.key.bias);
  concat.v.weight.copy_from(additive.v.weight);
  const Tensor q = Tensor::uniform({2, 3, 4}, -1, 1, rng);
  const Tensor k = Tensor::uniform({2, 7, 6}, -1, 1, rng);
  EXPECT_EQ(concat(q, concat.project(k)).values(),
            additive(q, additive.project(k)).values());
  // and what its name says: query and key side by side, T S times
  const Tensor pairs = autograd::concat(
      {autograd::expand(autograd::unsqueeze(q, 2), {2, 3, 7, 4}),
       autograd::expand(autograd::unsqueeze(k, 1), {2, 3, 7, 6})},
      3);
  const auto wanted = concat.v(autograd::tanh(concat.joint(pairs))).values();
  expect_near(concat(q, concat.project(k)), {wanted.begin(), wanted.end()});
  EXPECT_THROW(ConcatScore({4, 6, 9, true}, rng), std::invalid_argument);
}

// ---- Cosine

TEST(CosineScore, WorkedByHand) {
  // |q| = 15, |Tom| = sqrt 26, the others sqrt 2
  const double root = std::sqrt(2.0), tom = 4 / std::sqrt(26.0);
  const CosineScore score;
  expect_near(score(query, score.project(keys)), {tom, 1 / root, 1 / root});
  const CosineScore sharp({.temperature = Real(0.5)});
  expect_near(sharp(query * 100, sharp.project(keys * Real(0.01))),
              {2 * tom, root, root});
  EXPECT_EQ(score(query, score.project(Tensor::zeros({1, 2, 3}))).values(),
            std::vector<Real>(2));
  EXPECT_TRUE(score.parameters().empty());
  EXPECT_THROW(CosineScore({.temperature = 0}), std::invalid_argument);
}

TEST(CosineScore, LearnsItsTemperature) {
  const CosineScore score({.temperature = Real(0.5), .learnt = true});
  ASSERT_EQ(score.parameters().size(), 1u);
  const Tensor e = score(query, score.project(keys));
  expect_near(e, {8 / std::sqrt(26.0), std::sqrt(2.0), std::sqrt(2.0)});
  autograd::sum(e).backward();  // d e / d log(1 / temperature) = e
  expect_near(score.log_sharpness.grad(),
              {8 / std::sqrt(26.0) + 2 * std::sqrt(2.0)});
}

// ---- By place, and by what was read before

TEST(LocationScore, WorkedByHand) {
  Rng rng(1);
  LocationScore score({.query = 2, .longest = 3}, rng);
  score.place.weight.copy_from({1, 0, 0, 1, 1, 1});
  const Tensor q = Tensor::from({1, 1, 2}, {5, 7});
  EXPECT_EQ(score(q, Tensor::zeros({1, 3, 9})).values(),
            (std::vector<Real>{5, 7, 12}));
  EXPECT_EQ(score(q, Tensor::zeros({1, 1, 9})).values(), std::vector<Real>{5});
  EXPECT_THROW(score(q, Tensor::zeros({1, 4, 9})), std::invalid_argument);
}

// tanh(n ln 2) = (4^n - 1) / (4^n + 1)
const Real ln2 = std::log(Real(2));
const double tanh1 = 3.0 / 5, tanh2 = 15.0 / 17, tanh4 = 255.0 / 257;

void forget_content(AdditiveScore& score) {
  for (const auto& parameter : score.parameters())
    Tensor(parameter.tensor).fill(0);
  score.v.weight.fill(1);
}

TEST(LocationAwareScore, WorkedByHand) {
  Rng rng(1);
  LocationAwareScore score(
      {.query = 1, .key = 1, .width = 1, .filters = 1, .kernel = 3}, rng);
  forget_content(score.content);
  score.filters.copy_from({1, 2, 4});
  score.location.weight.fill(ln2);
  const Tensor q = Tensor::ones({1, 1, 1}), k = Tensor::ones({1, 4, 1});
  Step step;
  step.previous = Tensor::from({1, 1, 4}, {0, 1, 0, 0});
  // Each key sees itself and its neighbours: 4, 2, 1 and 0.
  expect_near(score(q, score.project(k), step), {tanh4, tanh2, tanh1, 0});
}

TEST(LocationAwareScore, IsAdditiveAtTheFirstStep) {
  Rng rng(1);
  const LocationAwareScore score(
      {.query = 2, .key = 3, .width = 4, .filters = 2, .kernel = 5}, rng);
  const Tensor q = Tensor::uniform({2, 3, 2}, -1, 1, rng);
  const Tensor k = score.project(Tensor::uniform({2, 7, 3}, -1, 1, rng));
  const auto wanted = score.content(q, k).values();
  EXPECT_EQ(score(q, k, {}).values(), wanted);
  Step step;
  step.previous = Tensor::zeros({2, 3, 7});
  expect_near(score(q, k, step), {wanted.begin(), wanted.end()});
}

TEST(AdditiveScore, CoverageWorkedByHand) {
  Rng rng(1);
  AdditiveScore score({.query = 1, .key = 1, .width = 1, .coverage = true},
                      rng);
  forget_content(score);
  score.coverage.fill(ln2);
  Step step;
  step.coverage = Tensor::from({1, 1, 3}, {0, 1, 2});
  const Tensor q = Tensor::ones({1, 1, 1}), k = Tensor::ones({1, 3, 1});
  expect_near(score(q, score.project(k), step), {0, tanh1, tanh2});
  EXPECT_EQ(score(q, score.project(k), {}).values(), std::vector<Real>(3));
  EXPECT_EQ(score.parameters().back().name, "coverage");
}

TEST(Score, RefusesWidthsThatDoNotFit) {
  Rng rng(4);
  const AdditiveScore score({.query = 4, .key = 6, .width = 5}, rng);
  EXPECT_THROW(DotScore()(Tensor::ones({1, 1, 2}), keys),
               std::invalid_argument);
  EXPECT_THROW(score(query, Tensor::ones({1, 3, 5})), std::invalid_argument);
  EXPECT_THROW(score.project(keys), std::invalid_argument);
}

}  // namespace
}  // namespace attention
