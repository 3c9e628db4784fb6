#include "attention/self_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/expect.h"

namespace {

using attention::Mask;
using attention::PositionKind;
using attention::SelfReader;
using autograd::Indices;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;

SelfReader drawn(PositionKind kind, int heads = 2) {
  attention::SelfReaderOptions options;
  options.words = 7;
  options.answers = 3;
  options.width = 8;
  options.heads = heads;
  options.hidden = 5;
  options.position = kind;
  options.longest = 6;
  Rng rng(1);
  return SelfReader(options, rng);
}

const Indices words({1, 4}, {0, 6, 2, 5});

double apart(const Tensor& a, const Tensor& b) {
  const auto x = a.values(), y = b.values();
  EXPECT_EQ(a.shape(), b.shape());
  double result = 0;
  for (std::size_t i = 0; i < x.size() && i < y.size(); ++i)
    result = std::max(result, std::abs(double(x[i]) - double(y[i])));
  return result;
}

TEST(SelfReader, AnswersFromWhatIsReadByHand) {
  const SelfReader reader = drawn(PositionKind::sinusoidal);
  const Tensor x = reader.position(reader.embedding(words));
  const Tensor read = reader.attend(x, Mask(), nullptr);
  EXPECT_EQ(apart(reader.read(reader.embedding(words)), read), 0);
  const Tensor y = reader.answer(relu(reader.hidden(x + read)));
  EXPECT_EQ(y.shape(), (Shape{1, 4, 3}));
  EXPECT_EQ(apart(reader(words), y), 0);
}

TEST(SelfReader, WeightsAreAHeadEachAndSumToOne) {
  const SelfReader reader = drawn(PositionKind::rotary);
  const Tensor weights = reader.weights(words, Mask::causal(4));
  EXPECT_EQ(weights.shape(), (Shape{1, 2, 4, 4}));
  tests::expect_near(sum(weights, {-1}), std::vector<double>(8, 1.0));
  EXPECT_EQ(weights.at({0, 1, 0, 1}), 0);
}

TEST(SelfReader, TheFutureChangesNothing) {
  const Indices other({1, 4}, {0, 6, 2, 1});
  for (const PositionKind kind :
       {PositionKind::none, PositionKind::sinusoidal, PositionKind::learned,
        PositionKind::rotary, PositionKind::alibi, PositionKind::relative}) {
    const SelfReader reader = drawn(kind);
    const Tensor a = reader(words, Mask::causal(4)),
                 b = reader(other, Mask::causal(4));
    EXPECT_EQ(autograd::slice(a, 1, 0, 3).values(),
              autograd::slice(b, 1, 0, 3).values());
    EXPECT_NE(a.values(), b.values());
  }
}

TEST(SelfReader, ListsAllParameters) {
  EXPECT_EQ(drawn(PositionKind::none).parameters().size(), 9u);
  EXPECT_EQ(drawn(PositionKind::learned).parameters().size(), 10u);
  EXPECT_EQ(drawn(PositionKind::relative).parameters().size(), 11u);
}

}  // namespace
