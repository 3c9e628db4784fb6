#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "answer.h"

namespace {

using exercise::look;
using Weights = std::vector<double>;

// The same numbers on every machine.
struct Random {
  std::uint64_t state = 1;

  double operator()() {
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
  }
};

std::size_t at(const Weights& weights, double number) {
  return look(weights, [=] { return number; });
}

TEST(OneLook, LaysTheWeightsOnALine) {
  const Weights weights = {0.25, 0.5, 0.25};
  EXPECT_EQ(at(weights, 0.1), 0u) << "0.1 lies on the first quarter";
  EXPECT_EQ(at(weights, 0.3), 1u) << "0.3 lies on the half behind it";
  EXPECT_EQ(at(weights, 0.74), 1u) << "0.74, too";
  EXPECT_EQ(at(weights, 0.8), 2u) << "0.8 lies on the last quarter";
}

TEST(OneLook, ANumberOnTheBorderIsTheNextPlaces) {
  EXPECT_EQ(at({0.25, 0.5, 0.25}, 0.25), 1u)
      << "[0, 0.25) is the first, and 0.25 begins the next";
  EXPECT_EQ(at({0.25, 0.5, 0.25}, 0.0), 0u) << "0 lies on the first";
}

TEST(OneLook, ZeroFallsOnNoPlaceWithoutWeight) {
  EXPECT_EQ(at({0, 0, 0.5, 0, 0.5}, 0.0), 2u)
      << "what is hidden has weight 0, and must not be looked at";
  EXPECT_EQ(at({0, 0, 0.5, 0, 0.5}, 0.5), 4u) << "nor in the middle";
}

TEST(OneLook, TheSumNeedNotBeOne) {
  const double most = std::nextafter(1.0, 0.0);
  EXPECT_EQ(at({0.1, 0.1, 0}, most), 1u)
      << "a fifth of a weight in all: the last place is hidden, still";
  EXPECT_EQ(at({3, 1}, 0.7), 0u) << "three quarters for the first";
  EXPECT_EQ(at({3, 1}, 0.8), 1u) << "and a quarter for the second";
}

TEST(OneLook, RoundingLeavesNobodyOut) {
  const Weights tenths(10, 0.1);  // whose sum, in doubles, is below one
  EXPECT_EQ(at(tenths, std::nextafter(1.0, 0.0)), 9u)
      << "a number just below one is the last place's, not nobody's";
}

TEST(OneLook, NothingVisible) {
  EXPECT_EQ(at({0, 0, 0}, 0.5), 3u) << "no place: the size says so";
  EXPECT_EQ(at({}, 0.5), 0u) << "nor in an empty list";
}

TEST(OneLook, TakesOneNumberWhateverHappens) {
  int calls = 0;
  const auto uniform = [&] {
    ++calls;
    return 0.5;
  };
  look({0.5, 0.5}, uniform);
  EXPECT_EQ(calls, 1) << "one draw a call";
  look({0, 0, 1, 0, 0, 0}, uniform);
  EXPECT_EQ(calls, 2) << "also where there is no choice";
  look({0, 0}, uniform);
  EXPECT_EQ(calls, 3) << "and where there is no place";
}

// Pearson's chi-square with 4 degrees of freedom: a right sampler is above
// 18.47 once in a thousand seeds, and this seed is none of them.
TEST(OneLook, FollowsTheWeights) {
  const Weights weights = {0.05, 0.1, 0, 0.15, 0.3, 0.4};
  const int n = 20000;
  Random random;
  Weights seen(7);
  for (int i = 0; i < n; ++i) ++seen[look(weights, [&] { return random(); })];
  EXPECT_EQ(seen[2], 0) << "a weight of 0 is never drawn";
  EXPECT_EQ(seen[6], 0) << "and there is always a place";
  double sum = 0;
  for (std::size_t s = 0; s < weights.size(); ++s)
    if (weights[s] > 0)
      sum += std::pow(seen[s] - n * weights[s], 2) / (n * weights[s]);
  EXPECT_LT(sum, 18.47) << "not the shares that the weights promise";
}

}  // namespace
