#include <gtest/gtest.h>

#include <vector>

#include "attention/translator.h"
#include "nn/metrics.h"
#include "tests/support/translators.h"

namespace attention {
namespace {

using tests::toy_pairs;

TEST(Grades, GradesAlignmentsOnlyWhereThereAreSome) {
  auto pairs = toy_pairs();
  EXPECT_FALSE(tests::untrained(tests::small_recurrent(Context::initial))
                   .evaluate(pairs)
                   .alignment.has_value());
  for (nn::Pair& pair : pairs) pair.links.clear();
  EXPECT_FALSE(tests::taught_recurrent().evaluate(pairs).alignment.has_value());
}

// Every head's weights are those that the decoder shows when it is chosen.
TEST(Grades, EveryHeadReadsWhatTheDecoderShows) {
  Translator translator = tests::taught_transformer();
  std::vector<nn::Pair> pairs = toy_pairs();
  pairs.resize(5);
  pairs[1].source.resize(2);  // of other lengths, so some have padding
  pairs[2].target.resize(1);
  const auto all = translator.head_weights(pairs);
  ASSERT_EQ(all.size(), pairs.size());
  for (int layer = 0; layer < 2; ++layer)
    for (int head = 0; head < 2; ++head) {
      translator.choose_head({layer, head});
      const auto shown = translator.align(pairs);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        ASSERT_EQ(all[i].size(), 2u);
        ASSERT_EQ(all[i][layer].size(), 2u);
        std::vector<float> rows;
        for (const auto& row : shown[i].weights)
          rows.insert(rows.end(), row.begin(), row.end());
        ASSERT_EQ(all[i][layer][head].size(), rows.size());
        for (std::size_t k = 0; k < rows.size(); ++k)
          EXPECT_NEAR(all[i][layer][head][k], rows[k], 1e-5);
      }
    }
}

TEST(Grades, ARecurrentModelHasOneHeadOrNone) {
  const auto pairs = toy_pairs();
  const auto weights = tests::taught_recurrent().head_weights(pairs);
  ASSERT_EQ(weights[0].size(), 1u);
  ASSERT_EQ(weights[0][0].size(), 1u);
  EXPECT_EQ(weights[0][0][0].size(), 5u * 4u);
  const auto scores = tests::taught_recurrent().grade_heads(pairs);
  EXPECT_EQ(scores[0][0].error_rate(),
            tests::taught_recurrent().evaluate(pairs).alignment->error_rate());
  const Translator blind =
      tests::untrained(tests::small_recurrent(Context::initial));
  EXPECT_TRUE(blind.head_weights(pairs)[0].empty());
  EXPECT_TRUE(blind.grade_heads(pairs).empty());
  EXPECT_TRUE(blind.grade_heads({}).empty());
}

// The head chosen is the least of all heads' error rates, and the one that is
// graded from then on.
TEST(Grades, ChoosesTheHeadThatAgreesBest) {
  Translator translator = tests::taught_transformer();
  const auto pairs = toy_pairs();
  const auto best = translator.choose_head(pairs);
  ASSERT_TRUE(best.has_value());
  const auto scores = translator.grade_heads(pairs);
  for (const auto& layer : scores)
    for (const auto& score : layer) {
      EXPECT_EQ(score.gold, 48 * 4);
      EXPECT_EQ(score.predicted, 48 * 4);
      EXPECT_GE(score.error_rate(), best->score.error_rate());
    }
  EXPECT_EQ(scores[best->layer][best->head].common, best->score.common);
  EXPECT_EQ(translator.evaluate(pairs).alignment->common, best->score.common);
  EXPECT_LT(best->score.error_rate(),
            scores[0][0].error_rate() + scores[0][1].error_rate() +
                scores[1][0].error_rate() + scores[1][1].error_rate());
  // Nothing to choose by, or among.
  auto bare = pairs;
  for (nn::Pair& pair : bare) pair.links.clear();
  EXPECT_FALSE(translator.choose_head(bare).has_value());
  EXPECT_FALSE(translator.choose_head(std::vector<nn::Pair>{}).has_value());
  EXPECT_EQ(translator.head, static_cast<HeadChoice>(*best));
  Translator recurrent = tests::taught_recurrent();
  EXPECT_FALSE(recurrent.choose_head(pairs).has_value());
}

}  // namespace
}  // namespace attention
