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
