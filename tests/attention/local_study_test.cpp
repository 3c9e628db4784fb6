#include "attention/local_study.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "nn/word_orders.h"

namespace attention {
namespace {

TEST(WeightSums, ByHand) {
  Translation one;
  one.words = {"a", "b"};
  one.weights = {{Real(0.5), 0, Real(0.25)}, {1, 0, 0}, {9, 9, 9}};  // end mark
  const WeightSums sums = weight_sums({one});
  EXPECT_DOUBLE_EQ(sums.mean, 0.875);
  EXPECT_DOUBLE_EQ(sums.least, 0.75);
  EXPECT_DOUBLE_EQ(sums.most, 1);
  EXPECT_DOUBLE_EQ(sums.tenths[7], 0.5);
  EXPECT_DOUBLE_EQ(sums.tenths[9], 0.5);
  EXPECT_DOUBLE_EQ(sums.read, 1.5);
  EXPECT_DOUBLE_EQ(sums.words, 3);
  Translation other = one;
  other.weights[0] = other.weights[1] = {0, Real(0.125), 0};
  const WeightSums both = together({sums, weight_sums({other})});
  EXPECT_DOUBLE_EQ(both.mean, 0.5);
  EXPECT_DOUBLE_EQ(both.least, 0.125);
  EXPECT_DOUBLE_EQ(both.most, 1);
  EXPECT_DOUBLE_EQ(both.tenths[1], 0.5);
  EXPECT_DOUBLE_EQ(both.read, 1.25);
  EXPECT_THROW(together({}), std::invalid_argument);
  EXPECT_THROW(weight_sums({}), std::invalid_argument);
  one.weights.clear();
  EXPECT_THROW(weight_sums({one}), std::invalid_argument);
}

// With v_p = 0 every word looks at the middle of its own sentence.
TEST(PlacesOf, AreThoseOfTheAlignment) {
  Rng rng(1);
  const auto pairs =
      nn::grammar_of(nn::WordOrder::reordered).generate(rng, {3, 9}, 20);
  Seq2SeqOptions options;
  options.hidden = 6;
  options.order = DecoderOrder::luong;
  options.align.kind = AlignKind::local_p;
  options.align.window = 2;
  const Translator translator(pairs, 1, options, rng);
  const auto& align = std::get<Seq2Seq>(translator.model).attend->align;
  Tensor(std::get<LocalPredictive>(align.align).centre.weight).fill(0);
  double total = 0, links = 0;
  for (const nn::Pair& pair : pairs) {
    const float middle = float(pair.source.size()) / 2;
    EXPECT_EQ(places_of(translator, pair),
              std::vector<float>(pair.target.size(), middle));
    for (const auto& [s, t] : pair.links) {
      total += std::abs(middle - float(s));
      links += 1;
    }
  }
  EXPECT_NEAR(distance_from_gold(translator, pairs), total / links, 1e-5);
  options.align.kind = AlignKind::softmax;
  const Translator global(pairs, 1, options, rng);
  EXPECT_THROW(places_of(global, pairs[0]), std::invalid_argument);
}

}  // namespace
}  // namespace attention
