#include "nn/sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

#include "nn/decode.h"

namespace {

using autograd::Indices;
using autograd::Real;
using autograd::Rng;
using autograd::Tensor;
using nn::SampleOptions;

Tensor logs(const std::vector<double>& p) {
  std::vector<Real> values;
  for (double x : p) values.push_back(static_cast<Real>(std::log(x)));
  return Tensor::from({static_cast<int>(p.size())}, values);
}

// How often each token comes, of 4,000.
std::map<int, double> shares(const Tensor& log_p, const SampleOptions& how) {
  Rng rng(7);
  std::map<int, double> shares;
  for (int i = 0; i < 4000; ++i) shares[nn::draw(log_p, how, rng)] += 1 / 4000.;
  return shares;
}

void expect_shares(const Tensor& log_p, const SampleOptions& how,
                   const std::map<int, double>& wanted) {
  const auto got = shares(log_p, how);
  ASSERT_EQ(got.size(), wanted.size());
  for (const auto& [token, share] : wanted) {
    ASSERT_TRUE(got.count(token)) << token;
    EXPECT_NEAR(got.at(token), share, 0.03) << token;
  }
}

// 1/8, 1/2, 1/4, 1/8 of four tokens; three deviations of a share are 0.024.
const Tensor four = logs({0.125, 0.5, 0.25, 0.125});

TEST(Draw, FollowsTheProbabilities) {
  expect_shares(four, {}, {{0, 0.125}, {1, 0.5}, {2, 0.25}, {3, 0.125}});
}

// p^2: 1/64, 16/64, 4/64, 1/64 of 22/64. sqrt p: 1, 2, sqrt 2, 1 of 4 + sqrt 2.
TEST(Draw, SharpensAndFlattensByTemperature) {
  expect_shares(four, {.temperature = Real(0.5)},
                {{0, 1 / 22.}, {1, 16 / 22.}, {2, 4 / 22.}, {3, 1 / 22.}});
  const double all = 4 + std::sqrt(2.);
  expect_shares(
      four, {.temperature = 2},
      {{0, 1 / all}, {1, 2 / all}, {2, std::sqrt(2.) / all}, {3, 1 / all}});
}

TEST(Draw, TakesOnlyTheLikeliest) {
  expect_shares(four, {.top_k = 2}, {{1, 2 / 3.}, {2, 1 / 3.}});
  // Of the two of 1/8 the lower id counts as the likelier.
  expect_shares(four, {.top_k = 3}, {{0, 1 / 7.}, {1, 4 / 7.}, {2, 2 / 7.}});
  for (int k : {0, 4, 99})
    expect_shares(four, {.top_k = k},
                  {{0, 0.125}, {1, 0.5}, {2, 0.25}, {3, 0.125}});
}

// The nucleus: 1/2 is enough for 0.5 and not for 0.51; 3/4 for 0.75.
TEST(Draw, TakesOnlyTheNucleus) {
  expect_shares(four, {.top_p = Real(0.49)}, {{1, 1}});
  expect_shares(four, {.top_p = Real(0.51)}, {{1, 2 / 3.}, {2, 1 / 3.}});
  expect_shares(four, {.top_p = Real(0.74)}, {{1, 2 / 3.}, {2, 1 / 3.}});
  expect_shares(four, {.top_p = Real(0.8)},
                {{0, 1 / 7.}, {1, 4 / 7.}, {2, 2 / 7.}});
  expect_shares(four, {.top_p = 1},
                {{0, 0.125}, {1, 0.5}, {2, 0.25}, {3, 0.125}});
  // However little is asked for, the likeliest is in.
  expect_shares(four, {.top_p = std::numeric_limits<Real>::min()}, {{1, 1}});
}

// Each bound sees what the one before left: of 2/3 and 1/3 the nucleus of 0.6
// is the first; by 16 : 4 at half the temperature it is for 0.75, too.
TEST(Draw, BoundsOneAfterAnother) {
  expect_shares(four, {.top_k = 2, .top_p = Real(0.6)}, {{1, 1}});
  expect_shares(four, {.top_k = 2, .top_p = Real(0.75)},
                {{1, 2 / 3.}, {2, 1 / 3.}});
  expect_shares(four,
                {.temperature = Real(0.5), .top_k = 2, .top_p = Real(0.75)},
                {{1, 1}});
}

TEST(Draw, TakesTheFirstOfTheLikeliestWhereOneIsLeft) {
  Rng values(3);
  for (int V : {1, 7, 8, 9, 33}) {
    Tensor x = Tensor::normal({V}, 0, 3, values);
    x.set({V - 1}, x.at({0}));  // two alike
    const Tensor log_p = autograd::log_softmax(x);
    int best = 0;
    for (int i = 1; i < V; ++i)
      if (log_p.at({i}) > log_p.at({best})) best = i;
    Rng rng(1);
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(nn::draw(log_p, {.top_k = 1}, rng), best);
      EXPECT_EQ(nn::draw(log_p, {.temperature = 100, .top_k = 1}, rng), best);
    }
  }
}

// Nearly 0 degrees: no overflow, no NaN, always the likeliest.
TEST(Draw, StandsTheLowestTemperature) {
  Rng rng(1);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(
        nn::draw(four, {.temperature = std::numeric_limits<Real>::denorm_min()},
                 rng),
        1);
}

TEST(Draw, NeverTakesWhatIsImpossible) {
  const Real never = -std::numeric_limits<Real>::infinity();
  const Tensor log_p = Tensor::from({4}, {never, Real(-0.7), never, -20});
  for (const SampleOptions& how :
       {SampleOptions{}, SampleOptions{.temperature = 50},
        SampleOptions{.top_k = 4}, SampleOptions{.top_p = Real(0.999)}})
    for (const auto& [token, share] : shares(log_p, how))
      EXPECT_TRUE(token == 1 || token == 3) << token;
}

// The same generator, the same tokens; one draw a token whatever is asked for.
TEST(Draw, DependsOnTheGeneratorAlone) {
  Rng one(5), same(5), other(5);
  for (int i = 0; i < 40; ++i) {
    const int token = nn::draw(four, {}, one);
    EXPECT_EQ(nn::draw(four, {}, same), token);
    nn::draw(four, {.top_k = 1}, other);
  }
  EXPECT_EQ(one.state(), other.state());
}

TEST(Draw, RefusesWhatMakesNoSense) {
  Rng rng(1);
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  const Real infinity = std::numeric_limits<Real>::infinity();
  for (Real temperature : {Real(0), Real(-1), nan, infinity})
    EXPECT_THROW(nn::draw(four, {.temperature = temperature}, rng),
                 std::invalid_argument);
  EXPECT_THROW(nn::draw(four, {.top_k = -1}, rng), std::invalid_argument);
  for (Real p : {Real(0), Real(-0.5), Real(1.5), nan})
    EXPECT_THROW(nn::draw(four, {.top_p = p}, rng), std::invalid_argument);
  EXPECT_THROW(nn::draw(Tensor::zeros({0}), {}, rng), std::invalid_argument);
  EXPECT_THROW(nn::draw(Tensor::zeros({1, 4}), {}, rng), std::invalid_argument);
}

// ---- Whole sentences: tokens 0 ... 3, of which 3 ends.

constexpr nn::DecodeOptions kTokens{.start = 0, .end = 3};

nn::Decoder always(const Tensor& log_p) {
  nn::Decoder decoder;
  decoder.step = [log_p](const Indices& tokens) {
    const int B = tokens.shape()[0], N = tokens.shape()[1];
    return nn::Prediction{autograd::expand(log_p, {B, N, log_p.size(0)}), {}};
  };
  return decoder;
}

std::vector<std::vector<int>> tokens_of(
    const std::vector<nn::Hypothesis>& sentences) {
  std::vector<std::vector<int>> all;
  for (const auto& sentence : sentences) all.push_back(sentence.tokens);
  return all;
}

TEST(Sample, GoesOnToTheEndMarkOrTheLimit) {
  const nn::Decoder decoder = always(four);
  Rng rng(2);
  const std::vector<int> limits = {0, 1, 4, 30, 30, 30, 30, 30};
  const auto found = nn::sample(decoder, limits, {}, rng, kTokens);
  std::set<bool> ended;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const auto& sentence = found[i];
    const int count = static_cast<int>(sentence.tokens.size());
    EXPECT_TRUE(count == limits[i] || (count < limits[i] && sentence.ended));
    double log_p = sentence.ended ? std::log(0.125) : 0;
    for (int token : sentence.tokens) {
      EXPECT_NE(token, kTokens.end);
      log_p += double(four.at({token}));
    }
    EXPECT_NEAR(double(sentence.log_probability), log_p, 1e-4);
    ended.insert(sentence.ended);
  }
  EXPECT_EQ(ended.size(), 2u) << "both kinds are seen";
}

TEST(Sample, IsGreedyWithOneTokenToChooseFrom) {
  const auto greedy = nn::greedy(always(four), {3, 5}, kTokens);
  Rng rng(9);
  const auto sampled =
      nn::sample(always(four), {3, 5}, {.top_k = 1}, rng, kTokens);
  EXPECT_EQ(tokens_of(sampled), tokens_of(greedy));
  EXPECT_EQ(sampled[1].log_probability, greedy[1].log_probability);
}

// Without an end mark each sentence has its limit, and no step is made after.
TEST(Sample, HasNoEndMarkWhereNoneIsNamed) {
  int steps = 0;
  nn::Decoder decoder = always(four);
  decoder.step = [&steps, step = decoder.step](const Indices& tokens) {
    ++steps;
    return step(tokens);
  };
  Rng rng(2);
  const auto found =
      nn::sample(decoder, {6, 2}, {}, rng, {.start = 0, .end = -1});
  EXPECT_EQ(found[0].tokens.size(), 6u);
  EXPECT_EQ(found[1].tokens.size(), 2u);
  EXPECT_FALSE(found[0].ended);
  EXPECT_EQ(steps, 6);
}

TEST(Sample, DependsOnTheSeedAndNotOnBatchMates) {
  auto run = [](std::uint64_t seed, const std::vector<int>& limits) {
    Rng rng(seed);
    return tokens_of(nn::sample(always(four), limits, {}, rng, kTokens));
  };
  const auto all = run(4, {20, 20, 20});
  EXPECT_EQ(run(4, {20, 20, 20}), all);
  EXPECT_NE(run(5, {20, 20, 20}), all);
  EXPECT_NE(all[0], all[1]);
  EXPECT_EQ(run(4, {20})[0], all[0]);
  EXPECT_EQ(run(4, {0, 20, 0})[1], all[1]);
}

TEST(Sample, RefusesWhatMakesNoSense) {
  Rng rng(1);
  EXPECT_THROW(nn::sample(always(four), {}, {}, rng), std::invalid_argument);
  EXPECT_THROW(nn::sample(always(four), {3, -1}, {}, rng),
               std::invalid_argument);
  EXPECT_THROW(nn::sample(always(four), {3}, {.temperature = 0}, rng),
               std::invalid_argument);
}

}  // namespace
