#include "attention/hard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "attention/attention.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "autograd/ops.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"

namespace attention {
namespace {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using tests::expect_near;
using tests::thrown;

constexpr Real infinity = std::numeric_limits<Real>::infinity();

// The same row so many times, as [1, n, S].
Tensor rows_of(const std::vector<Real>& row, int n) {
  const int S = static_cast<int>(row.size());
  return autograd::expand(Tensor::from({1, 1, S}, row), {1, n, S});
}

// The place of each one-hot row, S for none.
std::vector<int> places(const Tensor& z) {
  const int S = z.size(-1);
  const std::vector<Real> values = z.values();
  std::vector<int> found;
  for (std::size_t row = 0; row < values.size(); row += std::size_t(S)) {
    int place = S, ones = 0;
    for (int s = 0; s < S; ++s) {
      const Real value = values[row + std::size_t(s)];
      EXPECT_TRUE(value == 0 || value == 1) << value;
      if (value == 1) place = s, ++ones;
    }
    EXPECT_LE(ones, 1);
    found.push_back(place);
  }
  return found;
}

// Pearson's sum of (seen - wanted)^2 / wanted, where anything is wanted.
double chi_square(const std::vector<double>& seen,
                  const std::vector<double>& wanted) {
  double sum = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (wanted[i] == 0) {
      EXPECT_EQ(seen[i], 0) << "at " << i;
    } else {
      sum += (seen[i] - wanted[i]) * (seen[i] - wanted[i]) / wanted[i];
    }
  }
  return sum;
}

TEST(Sampled, IsTheFirstPlaceWhoseSumExceedsTheDraw) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Rng rng(seed), same(seed);
    Rng rows = same.split();
    Rng own = rows.split();
    const Real u = own.uniform();
    const Tensor z = sampled(rows_of({Real(0.25), 0, Real(0.75)}, 1), rng);
    EXPECT_EQ(places(z)[0], u < Real(0.25) ? 0 : 2) << u;
    EXPECT_EQ(rng.state(), same.state()) << "one draw a call";
  }
}

// 0.1 % of right samplers would be outside: 18.47 at 4 degrees of freedom,
// 51.18 at 24.
TEST(Sampled, FollowsTheWeights) {
  const std::vector<Real> weights = {Real(0.05), Real(0.1), 0,
                                     Real(0.15), Real(0.3), Real(0.4)};
  const int n = 20000;
  Rng rng(1);
  const auto found = places(sampled(rows_of(weights, n), rng));
  std::vector<double> seen(6), wanted(6), pairs(36), wanted_pairs(36);
  for (std::size_t i = 0; i < found.size(); ++i) ++seen[std::size_t(found[i])];
  for (std::size_t i = 0; i + 1 < found.size(); i += 2)
    ++pairs[std::size_t(found[i] * 6 + found[i + 1])];
  for (std::size_t i = 0; i < 36; ++i) {
    if (i < 6) wanted[i] = n * double(weights[i]);
    wanted_pairs[i] = n / 2.0 * double(weights[i / 6]) * double(weights[i % 6]);
  }
  EXPECT_LT(chi_square(seen, wanted), 18.47);
  EXPECT_LT(chi_square(pairs, wanted_pairs), 51.18) << "rows know each other";
}

TEST(Sampled, CallsAreIndependentToo) {
  const Tensor weights = Tensor::from({1, 1, 2}, {Real(0.5), Real(0.5)});
  Rng rng(3);
  std::vector<double> pairs(4), wanted(4, 1000);
  for (int i = 0; i < 4000; ++i) {
    const int first = places(sampled(weights, rng))[0];
    const int second = places(sampled(weights, rng))[0];
    ++pairs[std::size_t(2 * first + second)];
  }
  EXPECT_LT(chi_square(pairs, wanted), 16.27);  // 3 degrees of freedom
}

TEST(Sampled, TakesShares) {
  Rng rng(2), same(2);
  const std::vector<Real> half = {Real(0.05), Real(0.2), Real(0.25)};
  const std::vector<Real> whole = {Real(0.1), Real(0.4), Real(0.5)};
  EXPECT_EQ(sampled(rows_of(half, 100), rng).values(),
            sampled(rows_of(whole, 100), same).values());
}

TEST(Sampled, NeverLooksWhereThereIsNoWeight) {
  Rng rng(5);
  const auto found = places(sampled(rows_of({0, 0, 1, 0}, 5000), rng));
  for (const int place : found) EXPECT_EQ(place, 2);
  for (const int place : places(sampled(rows_of({0, 0, 0}, 50), rng)))
    EXPECT_EQ(place, 3) << "nothing is visible";
}

TEST(Sampled, PaddingAndLaterSentencesMoveNoDraw) {
  Rng draws(4);
  const Tensor raw = Tensor::uniform({3, 2, 5}, 0, 1, draws);
  const Tensor padded = autograd::concat({raw, Tensor::zeros({3, 2, 4})}, 2);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Rng one(seed), two(seed), three(seed);
    const Tensor z = sampled(raw, one);
    EXPECT_EQ(autograd::slice(sampled(padded, two), 2, 0, 5).values(),
              z.values());
    const Tensor first = autograd::slice(raw, 0, 0, 2);
    EXPECT_EQ(sampled(first, three).values(),
              autograd::slice(z, 0, 0, 2).values());
    EXPECT_EQ(one.state(), three.state());
  }
}

TEST(Sampled, RefusesWhatIsNoWeight) {
  Rng rng(1);
  for (const Real bad : {Real(-0.5), infinity, -infinity})
    EXPECT_NE(thrown([&] {
                sampled(rows_of({1, bad}, 1), rng);
              }).find("[sampled] wanted weights from 0 on, got "),
              std::string::npos);
}

// One row's NaN is no other's, and does not get lost.
TEST(Sampled, NanStaysInItsRow) {
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  const Tensor weights = Tensor::from({2, 2}, {nan, nan, 0, 1});
  Rng rng(1);
  for (const Tensor& z : {sampled(weights, rng), strongest(weights)}) {
    EXPECT_TRUE(std::isnan(z.at({0, 0})));
    EXPECT_EQ(z.at({1, 0}), 0);
    EXPECT_EQ(z.at({1, 1}), 1);
  }
}

TEST(Strongest, IsTheFirstOfTheLargest) {
  const Tensor weights = Tensor::from(
      {4, 3},
      {Real(0.2), Real(0.4), Real(0.4), 0, 0, 0, 0, 0, Real(1e-30), 1, 0, 0});
  EXPECT_EQ(places(strongest(weights)), (std::vector<int>{1, 3, 2, 0}));
}

TEST(StraightThrough, HasOneValueAndTheOtherGradient) {
  Tensor hard = Tensor::from({3}, {0, 1, 0});
  Tensor soft = Tensor::from({3}, {Real(0.1), Real(0.7), Real(0.2)});
  for (Tensor* x : {&hard, &soft}) x->requires_grad(true);
  const Tensor y = straight_through(hard.detach(), soft);
  EXPECT_EQ(y.values(), (std::vector<Real>{0, 1, 0}));
  y.backward(Tensor::from({3}, {1, 2, 3}));
  EXPECT_EQ(soft.grad().values(), (std::vector<Real>{1, 2, 3}));
  EXPECT_FALSE(hard.has_grad());
}

TEST(GumbelSoftmax, WorkedByHand) {
  const Tensor weights =
      Tensor::from({4}, {Real(0.125), Real(0.25), Real(0.625), 0});
  const Tensor none = Tensor::zeros({4});
  expect_near(gumbel_softmax(weights, none, 1), {0.125, 0.25, 0.625, 0});
  // squares of 1, 2, 5 over their sum
  expect_near(gumbel_softmax(weights, none, Real(0.5)),
              {1. / 30, 4. / 30, 25. / 30, 0});
  const Tensor noise = Tensor::from({4}, {Real(std::log(2.)), 0, 0, 100});
  expect_near(gumbel_softmax(weights, noise, 1), {2. / 9, 2. / 9, 5. / 9, 0});
  expect_near(gumbel_softmax(Tensor::zeros({2}), Tensor::ones({2}), 1), {0, 0});
}

TEST(GumbelSoftmax, ItsLargestIsASample) {
  const std::vector<Real> weights = {Real(0.1), Real(0.2), Real(0.3), Real(0.4),
                                     0};
  const int n = 20000;
  Rng rng(8);
  const Tensor rows = rows_of(weights, n);
  const Tensor noise = gumbel_noise(rows.shape(), rng);
  EXPECT_NEAR(autograd::mean(noise).item(), 0.5772, 0.015);  // Euler's constant
  for (const Real temperature : {Real(0.3), Real(2)}) {
    std::vector<double> seen(5), wanted;
    const Tensor y = gumbel_softmax(rows, noise, temperature);
    for (const int place : places(strongest(y))) ++seen[std::size_t(place)];
    for (const Real w : weights) wanted.push_back(n * double(w));
    EXPECT_LT(chi_square(seen, wanted), 16.27);
  }
}

TEST(GumbelSoftmax, RefusesATemperatureOfZero) {
  const Tensor one = Tensor::ones({1});
  EXPECT_EQ(thrown([&] { gumbel_softmax(one, one, 0); }),
            "[gumbel_softmax] wanted a temperature above 0, got 0");
}

// E[v_z] = sum_s alpha_s v_s: what the soft read gives at once.
TEST(Sample, ItsMeanIsTheSoftRead) {
  const int n = 20000;
  Rng rng(6);
  const Tensor values = Tensor::uniform({1, 5, 3}, -1, 1, rng);
  const Tensor weights =
      rows_of({Real(0.1), Real(0.1), Real(0.2), Real(0.25), Real(0.35)}, n);
  Step step;
  step.rng = &rng;
  const Tensor read = Sample()(weights, values, step);  // [1, n, 3]
  const Tensor soft = Expectation()(weights, values, {});
  const Tensor mean = autograd::mean(read, {1});
  const Tensor error = autograd::sqrt(autograd::variance(read, {1}, false, 1) /
                                      static_cast<Real>(n));
  for (int d = 0; d < 3; ++d)
    EXPECT_LT(std::abs(mean.at({0, d}) - soft.at({0, 0, d})),
              3 * error.at({0, d}));
}

TEST(HardReads, LookAtTheStrongestInEvaluation) {
  const Tensor weights =
      Tensor::from({1, 1, 3}, {Real(0.2), Real(0.5), Real(0.3)});
  const Tensor values = Tensor::from({1, 3, 2}, {1, 2, 3, 4, 5, 6});
  Tensor chosen;
  Step step;
  step.chosen = &chosen;
  const auto expect = [&](const auto& read) {
    EXPECT_EQ(read(weights, values, step).values(), (std::vector<Real>{3, 4}));
    EXPECT_EQ(chosen.values(), (std::vector<Real>{0, 1, 0}));
    chosen = {};
  };
  expect(Sample());
  expect(StraightThrough());
  expect(GumbelSoftmax());
}

TEST(HardReads, TellWhatTheyRead) {
  Rng draws(7);
  const Tensor weights =
      autograd::softmax(Tensor::uniform({2, 9, 4}, -1, 1, draws));
  const Tensor values = Tensor::uniform({2, 4, 3}, -1, 1, draws);
  Rng rng(1);
  Tensor chosen;
  Step step;
  step.rng = &rng;
  step.chosen = &chosen;
  const auto expect = [&](const auto& read) {
    const Tensor context = read(weights, values, step);
    EXPECT_EQ(context.values(), autograd::matmul(chosen, values).values());
    EXPECT_FALSE(chosen.requires_grad());
  };
  expect(Sample());
  expect(StraightThrough());
  expect(GumbelSoftmax());
  expect(GumbelSoftmax{.temperature = Real(0.5), .hard = true});
}

// The choice has the form of the weights, whatever way the frame goes.
TEST(HardReads, TellItInTheFormOfTheWeights) {
  const Attention<ScaledDotScore, Softmax, Sample> attend;
  Rng rng(2);
  const auto chosen_by = [&](const Shape& query, const Shape& keys,
                             const Mask& mask, Real hidden) {
    Tensor values = Tensor::uniform(keys, -1, 1, rng);
    if (hidden != 0) values.set({0, keys[1] - 1, 0}, hidden);
    const Memory memory =
        attend.prepare(Tensor::uniform(keys, -1, 1, rng), values, mask);
    Tensor chosen = Tensor::ones({7});  // of a call before
    Step step;
    step.rng = &rng;
    step.chosen = &chosen;
    const auto [context, weights] =
        attend(Tensor::uniform(query, -1, 1, rng), memory, step);
    EXPECT_EQ(chosen.shape(), weights.shape());
    for (const Real w : (chosen * (Tensor::ones(weights.shape()) -
                                   autograd::where(weights, Real(1), Real(0))))
                            .values())
      EXPECT_EQ(w, 0) << "looks where there is no weight";
    const std::vector<int> found = places(chosen);
    return found;
  };
  chosen_by({2, 3, 4}, {2, 5, 4}, Mask::padding({5, 2}, 5), 0);
  chosen_by({2, 4}, {2, 5, 4}, Mask::padding({5, 2}, 5), 0);
  chosen_by({2, 6, 3, 4}, {2, 2, 5, 4}, Mask::padding({5, 2}, 5), 0);
  chosen_by({1, 3, 4}, {1, 3, 4}, Mask::causal(3) & Mask::padding({2}, 3),
            infinity);
  const Attention<ScaledDotScore> soft;
  Tensor chosen = Tensor::ones({7});
  Step step;
  step.chosen = &chosen;
  soft(Tensor::ones({1, 4}),
       soft.prepare(Tensor::ones({1, 2, 4}), Tensor::ones({1, 2, 4})), step);
  EXPECT_FALSE(chosen.defined()) << "a soft read has looked at no one place";
}

TEST(HardReads, AwkwardSizes) {
  Rng rng(2);
  Step step;
  step.rng = &rng;
  for (const int S : {0, 1, 7, 8, 9, 33}) {
    const Tensor weights = autograd::softmax(Tensor::zeros({2, 3, S}));
    const Tensor values = Tensor::uniform({2, S, 4}, -1, 1, rng);
    const auto expect = [&](const auto& read) {
      const Tensor context = read(weights, values, step);
      EXPECT_EQ(context.shape(), (Shape{2, 3, 4}));
      if (S == 0) {
        EXPECT_EQ(context.values(), std::vector<Real>(24));
      }
    };
    expect(Sample());
    expect(StraightThrough());
    expect(GumbelSoftmax());
  }
}

TEST(HardReads, ThreadsChangeNothing) {
  Rng draws(7);
  const Tensor weights =
      autograd::softmax(Tensor::uniform({8, 64, 65}, -1, 1, draws));
  const Tensor values = Tensor::uniform({8, 65, 33}, -1, 1, draws);
  const auto run = [&](const auto& read, int threads) {
    autograd::set_threads(threads);
    Rng rng(1);
    Step step;
    step.rng = &rng;
    return read(weights, values, step).values();
  };
  const int before = autograd::threads();
  EXPECT_EQ(run(Sample(), 1), run(Sample(), 3));
  EXPECT_EQ(run(GumbelSoftmax(), 1), run(GumbelSoftmax(), 3));
  autograd::set_threads(before);
}

// ---- Against PyTorch

struct Case {
  tests::Golden golden;
  Tensor scores, values;
  Mask mask;

  explicit Case(const std::string& name)
      : golden("hard", name),
        scores(golden.variable("scores")),
        values(golden.variable("values")),
        mask(Mask::padding(golden.integers("lengths"), values.size(1))) {}

  void expect(const Tensor& output) const {
    golden.expect("output", output);
    output.backward(golden["grad.output"]);
    golden.expect_gradients({{"scores", scores}, {"values", values}});
  }
};

TEST(HardReads, StraightThroughIsPyTorchs) {
  const Case example("straight_through");
  const Tensor weights = Softmax()(example.scores, example.mask, {});
  example.expect(StraightThrough()(weights, example.values, {}));
}

TEST(HardReads, GumbelSoftmaxIsPyTorchs) {
  for (const char* name : {"gumbel", "gumbel_hard"}) {
    const Case example(name);
    const Tensor weights = Softmax()(example.scores, example.mask, {});
    const Tensor y = gumbel_softmax(weights, example.golden["noise"],
                                    example.golden["tau"].item());
    const bool hard = name == std::string("gumbel_hard");
    example.expect(autograd::matmul(
        hard ? straight_through(strongest(y), y) : y, example.values));
  }
}

}  // namespace
}  // namespace attention
