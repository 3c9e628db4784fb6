#include "nn/reader.h"

#include <gtest/gtest.h>

#include "tests/support/layer_checks.h"

namespace {

using autograd::Indices;
using autograd::Real;
using autograd::Rng;
using autograd::Shape;

template <class Layer>
struct Reader : testing::Test {};
using Kinds = testing::Types<nn::Rnn, nn::Gru, nn::Lstm>;
TYPED_TEST_SUITE(Reader, Kinds);

constexpr nn::ReaderOptions small = {
    .words = 5, .answers = 3, .width = 4, .hidden = 6};

TYPED_TEST(Reader, ForgetsNoParameter) {
  Rng rng(1);
  const nn::Reader<TypeParam> reader(small, rng);
  const Indices ids({1, 5}, {0, 1, 2, 3, 4});
  EXPECT_EQ(reader.parameters().size(), 7u);
  EXPECT_EQ(reader.parameters()[1].name, "layer.weight_ih_l0");
  tests::check_layer(
      reader, [&](const nn::Reader<TypeParam>& reader) { return reader(ids); });
}

// The answer is made of the last output, and of what stands before the end.
TYPED_TEST(Reader, AnswersFromTheStateAfterTheLastWord) {
  Rng rng(1);
  const nn::Reader<TypeParam> reader(small, rng);
  const Indices ids({2, 3}, {0, 1, 2, 3, 4, 1});
  const auto x = reader.embedding(ids);
  const auto last = reader.last_state(x);
  EXPECT_EQ(last.shape(), (Shape{2, 6}));
  EXPECT_EQ(last.values(), select(reader.layer(x).outputs, 1, 2).values());
  EXPECT_EQ(reader(ids).values(), reader.answer(last).values());
  const Indices two({1, 2}, {3, 4});
  EXPECT_EQ(select(reader(ids, {3, 2}), 0, 1).values(), reader(two).values());
}

}  // namespace
