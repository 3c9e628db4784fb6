#include "nn/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "autograd/ops.h"
#include "nn/text.h"
#include "tests/support/golden.h"

namespace nn {
namespace {

Sentences sentences(const std::vector<std::string>& lines) {
  Sentences all;
  for (const std::string& line : lines) all.push_back(split(line));
  return all;
}

TEST(Metrics, AccuracyByHand) {
  const Sentences references = sentences({"a b c", "x", "p q"});
  const Sentences hypotheses = sentences({"a c", "x", "p q r"});
  // a right, c for b wrong, c missing; x right; p q right, r too many.
  EXPECT_DOUBLE_EQ(token_accuracy(hypotheses, references), 4.0 / 7);
  EXPECT_DOUBLE_EQ(exact_match(hypotheses, references), 1.0 / 3);
  EXPECT_EQ(token_accuracy({}, {}), 0);
  EXPECT_EQ(exact_match({}, {}), 0);
}

TEST(Metrics, ListsOfDifferentSizeAreRefused) {
  const Sentences one = sentences({"a"});
  EXPECT_THROW(token_accuracy(one, {}), std::invalid_argument);
  EXPECT_THROW(exact_match({}, one), std::invalid_argument);
  EXPECT_THROW(corpus_bleu(one, {}), std::invalid_argument);
  EXPECT_THROW(accuracy_by_length(one, one, {}, 5), std::invalid_argument);
  EXPECT_THROW(accuracy_by_length({}, one, one, 5), std::invalid_argument);
  EXPECT_THROW(accuracy_by_length(one, one, one, 0), std::invalid_argument);
}

TEST(Bleu, WorkedByHand) {
  // Hypothesis: "the cat sat on the mat", 6 words, reference 7 words.
  //   1-grams: the x2, cat, on, mat of 6            5/6
  //   2-grams: the cat, on the, the mat of 5        3/5
  //   3-grams: on the mat of 4                      1/4
  //   4-grams: none of 3: smoothed to 1/2 of 3      1/6
  //   brevity penalty: exp(1 - 7/6)
  const Bleu bleu = corpus_bleu(sentences({"the cat sat on the mat"}),
                                sentences({"the cat is there on the mat"}));
  EXPECT_DOUBLE_EQ(bleu.precisions[0], 100 * 5.0 / 6);
  EXPECT_DOUBLE_EQ(bleu.precisions[1], 60);
  EXPECT_DOUBLE_EQ(bleu.precisions[2], 25);
  EXPECT_DOUBLE_EQ(bleu.precisions[3], 100 / 6.0);
  EXPECT_DOUBLE_EQ(bleu.brevity_penalty, std::exp(-1.0 / 6));
  EXPECT_NEAR(bleu.score, 32.1594, 1e-4);  // 100 e^(-1/6) / 48^(1/4)
  EXPECT_EQ(bleu.hypothesis_words, 6);
  EXPECT_EQ(bleu.reference_words, 7);
}

TEST(Bleu, CountsAreClippedAndSummedOverTheCorpus) {
  // "the" counts once of three, then four words all right: 5 of 7.
  const Bleu bleu = corpus_bleu(sentences({"the the the", "a b c d"}),
                                sentences({"the dog", "a b c d"}));
  EXPECT_DOUBLE_EQ(bleu.precisions[0], 100 * 5.0 / 7);
  EXPECT_DOUBLE_EQ(bleu.precisions[1], 60);  // 3 of 2 + 3
  EXPECT_DOUBLE_EQ(bleu.precisions[2], 100 * 2.0 / 3);
  EXPECT_DOUBLE_EQ(bleu.precisions[3], 100);
  EXPECT_DOUBLE_EQ(bleu.brevity_penalty, 1);
  // The fourth root of 5/7 * 3/5 * 2/3 * 1 = 2/7.
  EXPECT_NEAR(bleu.score, 100 * std::sqrt(std::sqrt(2.0 / 7)), 1e-9);
}

TEST(Bleu, EverySmoothedOrderHalvesTheCount) {
  // 2-, 3- and 4-grams match nothing: 1/2 of 3, 1/4 of 2, 1/8 of 1.
  const Bleu bleu = corpus_bleu(sentences({"a b c d"}), sentences({"d c b a"}));
  EXPECT_DOUBLE_EQ(bleu.precisions[0], 100);
  EXPECT_DOUBLE_EQ(bleu.precisions[1], 100 / 6.0);
  EXPECT_DOUBLE_EQ(bleu.precisions[2], 12.5);
  EXPECT_DOUBLE_EQ(bleu.precisions[3], 12.5);
}

TEST(Bleu, Extremes) {
  const Sentences right = sentences({"a b c d", "e f g h i"});
  EXPECT_NEAR(corpus_bleu(right, right).score, 100, 1e-9);
  EXPECT_EQ(corpus_bleu(sentences({"x y z w"}), sentences({"a b c d"})).score,
            0);
  EXPECT_EQ(corpus_bleu(sentences({""}), sentences({"a"})).score, 0);
  EXPECT_EQ(corpus_bleu({}, {}).score, 0);
  // No hypothesis has four words, so there is no 4-gram to count.
  EXPECT_EQ(corpus_bleu(sentences({"a b c"}), sentences({"a b c"})).score, 0);
}

// Numbers for words; make_golden_bleu.py names them.
Sentences stored(const tests::Golden& golden, const std::string& side) {
  Sentences all;
  const auto words = golden.integers(side);
  auto word = words.begin();
  for (const int length : golden.integers(side + ".lengths")) {
    all.emplace_back();
    for (int i = 0; i < length; ++i)
      all.back().push_back(std::to_string(*word++));
  }
  EXPECT_EQ(word, words.end());
  return all;
}

TEST(Bleu, AgreesWithNltk) {
  for (const char* name : {"translated", "longer", "strangers"}) {
    const tests::Golden golden("bleu", name);
    const Bleu bleu =
        corpus_bleu(stored(golden, "hypotheses"), stored(golden, "references"));
    const double score = double(golden["score"].item());
    EXPECT_NEAR(bleu.score, score, 1e-6 * score) << name;
    EXPECT_EQ(bleu.brevity_penalty == 1, name == std::string("longer"));
  }
}

TEST(Alignment, WorkedByHand) {
  AlignmentScore score;
  // 2 of 3 predictions are among 4 gold links: AER = 1 - 4/7.
  score.add({{0, 0}, {1, 1}, {5, 2}}, {{0, 0}, {1, 1}, {2, 2}, {3, 2}});
  EXPECT_DOUBLE_EQ(score.precision(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(score.recall(), 0.5);
  EXPECT_DOUBLE_EQ(score.error_rate(), 3.0 / 7);
  // With a second sentence, one right prediction of one: 3 of 4, 3 of 5.
  score.add({{0, 0}, {0, 0}}, {{0, 0}});
  EXPECT_DOUBLE_EQ(score.precision(), 0.75);
  EXPECT_DOUBLE_EQ(score.recall(), 0.6);
  EXPECT_DOUBLE_EQ(score.error_rate(), 1 - 6.0 / 9);
}

TEST(Alignment, Extremes) {
  AlignmentScore score;
  EXPECT_EQ(score.error_rate(), 0);
  score.add({{0, 0}}, {{0, 0}});
  EXPECT_EQ(score.error_rate(), 0);
  AlignmentScore wrong;
  wrong.add({{0, 1}}, {{1, 0}});
  EXPECT_EQ(wrong.error_rate(), 1);
  EXPECT_EQ(wrong.precision(), 0);
}

TEST(Alignment, ArgmaxTakesTheFirstOfEqualsAndOnlyTheSourceWords) {
  // Two target words, three source words, a column of the end mark.
  const std::vector<float> weights = {0.2f, 0.3f, 0.3f, 0.9f,  //
                                      0.5f, 0.1f, 0.4f, 0.0f};
  EXPECT_EQ(align_argmax(weights.data(), 2, 3, 4), (Links{{0, 1}, {1, 0}}));
  EXPECT_EQ(align_argmax(weights.data(), 2, 4, 4), (Links{{0, 1}, {3, 0}}));
  const std::vector<double> same(3, 1.0 / 3);
  EXPECT_EQ(align_argmax(same.data(), 1, 3, 3), (Links{{0, 0}}));
  EXPECT_TRUE(align_argmax(same.data(), 0, 3, 3).empty());
  EXPECT_THROW(align_argmax(same.data(), 1, 0, 3), std::invalid_argument);
  EXPECT_THROW(align_argmax(same.data(), 1, 4, 3), std::invalid_argument);
}

TEST(Metrics, AccuracyByLength) {
  const Sentences sources = sentences({"1 2 3", "1", "1 2", "1 2 3 4 5"});
  const Sentences references = sentences({"a b", "a", "b", "c d"});
  const Sentences hypotheses = sentences({"a b", "a", "x", "c x"});
  const auto buckets = accuracy_by_length(sources, hypotheses, references, 2);
  ASSERT_EQ(buckets.size(), 3u);
  EXPECT_EQ(buckets[0].min_words, 1);
  EXPECT_EQ(buckets[0].max_words, 2);
  EXPECT_EQ(buckets[0].sentences, 2);
  EXPECT_EQ(buckets[0].exact_match, 0.5);
  EXPECT_EQ(buckets[1].min_words, 3);
  EXPECT_EQ(buckets[1].exact_match, 1);
  EXPECT_EQ(buckets[2].max_words, 6);
  EXPECT_EQ(buckets[2].exact_match, 0);
  EXPECT_EQ(buckets[2].token_accuracy, 0.5);
}

TEST(Argmax, ByHand) {
  using autograd::Tensor;
  const Tensor x = Tensor::from({2, 1, 3}, {1, 3, 2, 5, -1, 5});
  EXPECT_EQ(nn::argmax(x),
            (std::vector<int>{1, 0}));  // of equal ones the first
  EXPECT_EQ(nn::argmax(autograd::transpose(Tensor::from({2, 2}, {0, 9, 4, 1}))),
            (std::vector<int>{1, 0}));
  EXPECT_THROW(nn::argmax(Tensor(1)), std::invalid_argument);
  EXPECT_THROW(nn::argmax(Tensor::zeros({2, 0})), std::invalid_argument);
}

TEST(Entropy, ByHand) {
  using autograd::Tensor;
  // One bit, no bit, two bits.
  const Tensor rows = Tensor::from(
      {3, 4}, {0.5, 0.5, 0, 0, 1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25});
  EXPECT_DOUBLE_EQ(nn::entropy(rows), 1);
  EXPECT_THROW(nn::entropy(Tensor(1)), std::invalid_argument);
}

TEST(JensenShannon, OfTheSameOfOthersAndBetween) {
  using autograd::Tensor;
  const Tensor a = Tensor::from({1, 3}, {0.5, 0.5, 0}),
               b = Tensor::from({1, 3}, {0, 0, 1}),
               c = Tensor::from({1, 3}, {1, 0, 0});
  EXPECT_DOUBLE_EQ(nn::jensen_shannon(a, a), 0);
  EXPECT_DOUBLE_EQ(nn::jensen_shannon(a, b), 1);
  EXPECT_DOUBLE_EQ(nn::jensen_shannon(a, b), nn::jensen_shannon(b, a));
  // H(3/4, 1/4) = 0.8113 less half a bit.
  EXPECT_NEAR(nn::jensen_shannon(a, c), 0.3113, 1e-4);
  EXPECT_THROW(nn::jensen_shannon(a, Tensor::zeros({1, 2})),
               std::invalid_argument);
}

TEST(FallsBelow, ByHand) {
  const std::vector<double> x = {2, 4, 8};
  EXPECT_DOUBLE_EQ(nn::falls_below(0.5, x, {1, 0.75, 0.25}), 6);
  EXPECT_DOUBLE_EQ(nn::falls_below(0.5, x, {1, 0.5, 0}), 4);
  EXPECT_DOUBLE_EQ(nn::falls_below(0.5, x, {0.4, 1, 1}), 2);
  EXPECT_DOUBLE_EQ(nn::falls_below(0.5, x, {1, 1, 0.5}), 8);
  EXPECT_DOUBLE_EQ(nn::falls_below(0.5, x, {1, 0, 1}), 3);  // the first time
  EXPECT_THROW(nn::falls_below(0.5, x, {1, 1}), std::invalid_argument);
  EXPECT_THROW(nn::falls_below(0.5, {}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace nn
