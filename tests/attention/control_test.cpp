#include "attention/control.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "autograd/ops.h"

namespace attention {
namespace {

using autograd::Real;
using autograd::Rng;

constexpr int B = 2, S = 4, D = 5;
const std::vector<int> lengths = {4, 2};

// An additive attention, two sentences and the query of three steps.
struct Reader {
  Rng rng{3};
  BahdanauAttention attend{
      AdditiveScore({.query = 6, .key = D, .width = 7}, rng)};
  Tensor h = Tensor::normal({B, S, D}, 0, 1, rng);
  Tensor query = Tensor::normal({B, 3, 6}, 0, 1, rng);
  Memory memory = attend.prepare(h, h, Mask::padding(lengths, S));
};

TEST(Control, UniformIsTheMeanOfWhatIsVisible) {
  Reader reader;
  make_uniform(reader.memory);
  const auto [context, weights] = reader.attend(reader.query, reader.memory);
  for (int t = 0; t < 3; ++t) {
    EXPECT_EQ(weights.at({0, t, 3}), Real(0.25));
    EXPECT_EQ(weights.at({1, t, 1}), Real(0.5));
    EXPECT_EQ(weights.at({1, t, 2}), Real(0));
    EXPECT_NEAR(context.at({1, t, 0}),
                (reader.h.at({1, 0, 0}) + reader.h.at({1, 1, 0})) / 2, 1e-6);
  }
}

TEST(Control, ByPlaceKnowsTheQueryAndNothingOfTheWords) {
  Reader reader;
  Memory other = reader.attend.prepare(reader.h * Real(2), reader.h,
                                       Mask::padding(lengths, S));
  key_by_place(reader.memory);
  key_by_place(other);
  const auto weights = reader.attend(reader.query, reader.memory).weights;
  EXPECT_EQ(weights.values(),
            reader.attend(reader.query, other).weights.values());
  EXPECT_NE(weights.values(),
            reader.attend(reader.query * Real(2), other).weights.values());
}

TEST(Control, ShufflesTheValuesOfASentenceAmongItself) {
  Reader reader;
  Rng rng(5);
  shuffle_values(reader.memory, lengths, rng);
  std::vector<Real> before, after;
  for (int s = 0; s < S; ++s) {
    before.push_back(reader.h.at({0, s, 0}));
    after.push_back(reader.memory.values.at({0, s, 0}));
  }
  EXPECT_NE(before, after);
  EXPECT_TRUE(std::is_permutation(before.begin(), before.end(), after.begin()));
  for (int s = 2; s < S; ++s)  // padding stays where it is
    EXPECT_EQ(reader.memory.values.at({1, s, 0}), reader.h.at({1, s, 0}));
  EXPECT_THROW(shuffle_values(reader.memory, {4}, rng), std::invalid_argument);
  EXPECT_THROW(shuffle_values(reader.memory, {4, 5}, rng),
               std::invalid_argument);
}

TEST(Control, TellsTheAlignment) {
  Reader reader;
  tell(reader.memory, {{{2, 0}, {1, 1}, {3, 1}}, {{0, 2}}}, 3);
  const auto weights = reader.attend(reader.query, reader.memory).weights;
  EXPECT_EQ(weights.at({0, 0, 2}), 1);
  EXPECT_EQ(weights.at({0, 1, 0}), 0);
  EXPECT_NEAR(weights.at({0, 1, 1}) + weights.at({0, 1, 3}), 1, 1e-6);
  EXPECT_EQ(weights.at({1, 2, 0}), 1);
  for (int s = 0; s < S; ++s) EXPECT_GT(weights.at({0, 2, s}), 0);  // no link
  EXPECT_EQ(weights.at({1, 0, 2}), 0);  // still padding
  EXPECT_THROW(tell(reader.memory, {{{2, 0}}}, 3), std::invalid_argument);
  EXPECT_THROW(tell(reader.memory, {{{4, 0}}, {}}, 3), std::invalid_argument);
  EXPECT_THROW(tell(reader.memory, {{{0, 3}}, {}}, 3), std::invalid_argument);
}

}  // namespace
}  // namespace attention
