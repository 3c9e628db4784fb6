#include "attention/translator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/translators.h"

namespace attention {
namespace {

using tests::toy_pairs;

void expect_same(const Translation& a, const Translation& b) {
  EXPECT_EQ(a.words, b.words);
#ifndef ATTENTION_OPENBLAS  // whose sums depend on the sizes
  EXPECT_EQ(a.log_probability, b.log_probability);
  EXPECT_EQ(a.weights, b.weights);
#endif
}

const std::vector<Words> sentences = {{"look", "tom", "sees", "jerry"},
                                      {"tom"},
                                      {"spike", "likes"},
                                      {"look", "look", "look", "tom", "tom"},
                                      {"nobody", "sees", "tyke"}};

// Both models, taught the toy language.
class Translates : public testing::TestWithParam<const char*> {
 protected:
  const Translator& taught() const {
    return GetParam() == std::string("rnn") ? tests::taught_recurrent()
                                            : tests::taught_transformer();
  }
};
INSTANTIATE_TEST_SUITE_P(Models, Translates,
                         testing::Values("rnn", "transformer"),
                         [](const auto& info) { return info.param; });

TEST_P(Translates, KnowsTheToyPerfectly) {
  const Evaluation e = taught().evaluate(toy_pairs());
  EXPECT_EQ(e.exact_match, 1);
  EXPECT_EQ(e.token_accuracy, 1);
  EXPECT_NEAR(e.bleu, 100, 1e-9);
  ASSERT_TRUE(e.alignment.has_value());
  EXPECT_EQ(e.alignment->gold, 48 * 4);
  EXPECT_EQ(e.alignment->predicted, 48 * 4);
  ASSERT_EQ(e.by_length.size(), 1u);
  EXPECT_EQ(e.by_length[0].sentences, 48);
  EXPECT_EQ(taught().evaluate(toy_pairs(), {.beam = 4}).exact_match, 1);
}

// A head chosen, or the mean of a layer's: rows that sum to one, and the same
// words.
TEST(Translator, ShowsTheHeadThatWasChosen) {
  Translator translator = tests::taught_transformer();
  const Words source = sentences[0];
  const Translation plain = translator.translate(source);
  std::vector<std::vector<std::vector<Real>>> seen;
  for (const HeadChoice head : {HeadChoice{0, 0}, {0, 1}, {1, 0}, {1, 1}}) {
    translator.choose_head(head);
    const Translation t = translator.translate(source);
    EXPECT_EQ(t.words, plain.words);
    EXPECT_EQ(t.log_probability, plain.log_probability);
    for (const auto& other : seen) EXPECT_NE(t.weights, other);
    seen.push_back(t.weights);
  }
  translator.choose_head({0, -1});
  const Translation mean = translator.translate(source);
  for (std::size_t t = 0; t < mean.weights.size(); ++t)
    for (std::size_t s = 0; s < source.size(); ++s)
      EXPECT_NEAR(mean.weights[t][s], (seen[0][t][s] + seen[1][t][s]) / 2,
                  1e-6);
  EXPECT_THROW(translator.choose_head({2, 0}), std::invalid_argument);
  EXPECT_THROW(translator.choose_head({0, 2}), std::invalid_argument);
  EXPECT_THROW(tests::untrained(tests::small_recurrent()).choose_head({0, 0}),
               std::invalid_argument);
}

// A table of 8 positions: the start mark and 7 words, whatever the limit.
TEST(Translator, SaysNoMoreThanThereArePositions) {
  auto options = tests::small_transformer();
  options.stack.position = PositionKind::learned;
  options.stack.longest = 8;
  Translator translator = tests::untrained(options);
  auto& model = std::get<TransformerSeq2Seq>(translator.model);
  autograd::select(model.target_embedding.weight, 0, nn::Vocab::end).fill(0);
  for (const int beam : {1, 3})
    EXPECT_LE(translator.translate(sentences[0], {.beam = beam}).words.size(),
              7u);
  EXPECT_THROW(translator.translate(Words(9, "tom")), std::invalid_argument);
}

// One table for both languages: words that both have are the same rows.
TEST(Translator, SharesAVocabularyWithItsEmbeddings) {
  auto options = tests::small_transformer();
  options.share = true;
  const Translator translator = tests::untrained(options);
  EXPECT_TRUE(translator.source_vocab == translator.target_vocab);
  EXPECT_TRUE(translator.source_vocab.contains("tom"));
  EXPECT_TRUE(translator.source_vocab.contains("S-tom"));
  EXPECT_EQ(translator.translate(sentences[0]).weights[0].size(), 4u);
}

// An untrained model says anything: special tokens, and no end.
TEST(Translator, HasARowOfWeightsForEveryWord) {
  int special = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Rng rng(seed);
    Translator translator(toy_pairs(), 1,
                          Seq2SeqOptions{.embedding = 4, .hidden = 4}, rng);
    Tensor(std::get<Seq2Seq>(translator.model).output.bias)
        .set({seed % 2 ? nn::Vocab::pad : nn::Vocab::start}, Real(0.3));
    for (int beam : {1, 3})
      for (const Words& source : sentences) {
        const Translation t = translator.translate(source, {.beam = beam});
        EXPECT_GE(t.weights.size(), t.words.size());
        EXPECT_LE(t.weights.size(), t.words.size() + 1);
        EXPECT_EQ(links(t).size(), t.words.size());
        for (const auto& row : t.weights) {
          ASSERT_EQ(row.size(), source.size());
          double sum = 0;
          for (Real w : row) sum += double(w);
          EXPECT_NEAR(sum, 1, 1e-5);
        }
        for (const std::string& word : t.words)
          EXPECT_TRUE(word != "<pad>" && word != "<s>" && word != "</s>");
        special += t.words.size() < 2 * source.size() + 10;
      }
  }
  EXPECT_GT(special, 0);
}

TEST_P(Translates, DoesNotCareAboutOrderOrCompany) {
  const auto together = taught().translate(sentences);
  std::vector<Words> backward(sentences.rbegin(), sentences.rend());
  const auto reversed = taught().translate(backward);
  ASSERT_EQ(together.size(), sentences.size());
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    expect_same(together[i], reversed[sentences.size() - 1 - i]);
    expect_same(together[i], taught().translate(sentences[i]));
  }
  // More than one batch.
  std::vector<Words> many;
  for (int i = 0; i < 30; ++i)
    many.insert(many.end(), sentences.begin(), sentences.end());
  const auto all = taught().translate(many);
  for (std::size_t i = 0; i < many.size(); ++i)
    expect_same(all[i], together[i % sentences.size()]);
  EXPECT_TRUE(taught().translate(std::vector<Words>{}).empty());
}

TEST_P(Translates, TakesUnknownWordsButNoEmptySentence) {
  const Words a = {"look", "nobody", "sees", "tom"};
  const Words b = {"look", "<unk>", "sees", "tom"};
  expect_same(taught().translate(a), taught().translate(b));
  EXPECT_THROW(taught().translate(Words{}), std::invalid_argument);
  EXPECT_THROW(taught().translate(Words{}, {.beam = 2}), std::invalid_argument);
  EXPECT_THROW(taught().translate(std::vector<Words>{{"tom"}, {}}),
               std::invalid_argument);
  EXPECT_THROW(taught().align({{{}, {"LOOK"}, {}}}), std::invalid_argument);
}

TEST_P(Translates, AlignsGivenTargets) {
  const std::vector<nn::Pair> pairs = {
      {{"look", "tom", "sees", "jerry"}, {"LOOK", "UNHEARD-OF", "O-jerry"}, {}},
      {{"tom"}, {"S-tom", "S-tom"}, {}}};
  const auto aligned = taught().align(pairs);
  ASSERT_EQ(aligned.size(), 2u);
  EXPECT_EQ(aligned[0].words, pairs[0].target);
  EXPECT_EQ(aligned[0].weights.size(), 4u);  // and the end mark
  EXPECT_EQ(aligned[1].weights, (std::vector<std::vector<Real>>(3, {1})));
  EXPECT_EQ(links(aligned[1]), (nn::Links{{0, 0}, {0, 1}}));
  // Its own translation, fed back, attends alike.
  const Translation said = taught().translate(pairs[0].source);
  expect_same(taught().align({{pairs[0].source, said.words, {}}})[0], said);
}

TEST(Links, AreTheMostAttendedWordsByHand) {
  Translation t;
  t.words = {"A", "B", "C"};
  t.weights = {{Real(0.25), Real(0.75)},
               {Real(0.5), Real(0.5)},
               {Real(0.125), Real(0.875)},
               {1, 0}};  // of the end mark
  EXPECT_EQ(links(t), (nn::Links{{0, 1}, {1, 0}, {1, 2}}));
  t.weights.clear();
  EXPECT_TRUE(links(t).empty());
}

TEST_P(Translates, GuessesAreTheProbabilitiesOfEachStep) {
  const Words source = toy_pairs()[0].source;
  const Translation plain = taught().translate(source);
  EXPECT_TRUE(plain.guesses.empty());
  for (const int beam : {1, 3}) {
    const Translation t =
        taught().translate(source, {.beam = beam, .guesses = 5});
    ASSERT_EQ(t.guesses.size(), t.weights.size());
    Real log_probability = 0;
    for (std::size_t i = 0; i < t.guesses.size(); ++i) {
      const std::string chosen = i < t.words.size() ? t.words[i] : "</s>";
      bool found = false;
      for (const auto& [word, probability] : t.guesses[i]) {
        if (word != chosen) continue;
        found = true;
        log_probability += std::log(probability);
      }
      EXPECT_TRUE(found) << chosen;
      EXPECT_GE(t.guesses[i].size(), 5u);
      for (std::size_t k = 1; k < 5; ++k)
        EXPECT_GE(t.guesses[i][k - 1].probability, t.guesses[i][k].probability);
    }
    EXPECT_NEAR(log_probability, t.log_probability, 1e-4);
    if (beam == 1) {
      EXPECT_EQ(t.words, plain.words);
      EXPECT_EQ(t.weights, plain.weights);
      EXPECT_EQ(t.log_probability, plain.log_probability);
    }
  }
}

}  // namespace
}  // namespace attention
