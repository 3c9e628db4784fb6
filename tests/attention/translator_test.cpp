#include "attention/translator.h"

#include <gtest/gtest.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/kernels/parallel.h"
#include "autograd/memory.h"
#include "nn/grammar.h"
#include "nn/schedule.h"
#include "nn/text.h"

namespace attention {
namespace {

// A language whose sentences are translated word by word, the last two words
// changing places.
std::vector<nn::Pair> toy_pairs() {
  const Words subjects = {"tom", "jerry", "spike", "tyke"};
  const Words verbs = {"sees", "hears", "likes"};
  std::vector<nn::Pair> pairs;
  for (const std::string& subject : subjects)
    for (const std::string& verb : verbs)
      for (const std::string& object : subjects)
        pairs.push_back({{"look", subject, verb, object},
                         {"LOOK", "S-" + subject, "O-" + object, "V-" + verb},
                         {{0, 0}, {1, 1}, {2, 3}, {3, 2}}});
  return pairs;
}

Translator untrained(Context context = Context::attention) {
  Rng rng(3);
  return Translator(
      toy_pairs(), 1,
      {.embedding = 12, .hidden = 14, .score = 9, .context = context}, rng);
}

nn::TrainOptions quiet(int epochs) {
  nn::TrainOptions loop;
  loop.epochs = epochs;
  loop.clip_norm = 1;
  loop.show_progress = false;
  return loop;
}

// A translator that knows the toy perfectly.
const Translator& trained() {
  static const Translator translator = [] {
    Translator fresh = untrained();
    TrainingOptions options;
    options.batch = 8;
    options.adam.learning_rate = 0.02;
    options.loop = quiet(40);
    train(fresh, toy_pairs(), options);
    return fresh;
  }();
  return translator;
}

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

class TranslatorFile : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "translator_test_" +
            testing::UnitTest::GetInstance()->current_test_info()->name() +
            ".safetensors";
  }
  void TearDown() override { std::filesystem::remove(path_); }

  // Why a model file with other metadata is refused.
  std::string refusal(const std::function<void(nn::Metadata&)>& change) const {
    const Translator translator = untrained();
    nn::Metadata metadata = translator.metadata();
    change(metadata);
    nn::save_safetensors(path_, translator.model.parameters(), metadata);
    try {
      Translator::load(path_);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "accepted";
  }

  std::string path_;
};

TEST_F(TranslatorFile, TranslatesToTheSameBitsAfterSaveAndLoad) {
  for (Context context :
       {Context::initial, Context::every_step, Context::attention}) {
    Translator translator = untrained(context);
    translator.model.options.dropout = Real(0.25);
    translator.save(path_);
    const Translator loaded = Translator::load(path_);
    EXPECT_TRUE(loaded.model.options == translator.model.options);
    EXPECT_TRUE(loaded.source_vocab == translator.source_vocab);
    EXPECT_TRUE(loaded.target_vocab == translator.target_vocab);
    EXPECT_EQ(nn::fingerprint(loaded.model.parameters()),
              nn::fingerprint(translator.model.parameters()));
    for (int beam : {1, 3})
      for (const Words& words : sentences) {
        const auto a = translator.translate(words, {.beam = beam});
        const auto b = loaded.translate(words, {.beam = beam});
        EXPECT_EQ(a.words, b.words);
        EXPECT_EQ(a.log_probability, b.log_probability);
        EXPECT_EQ(a.weights, b.weights);
      }
  }
}

TEST_F(TranslatorFile, NamesMetadataThatIsMissing) {
  for (const auto& [key, value] : untrained().metadata()) {
    const std::string message =
        refusal([key = key](nn::Metadata& m) { m.erase(key); });
    EXPECT_NE(message.find("'" + key + "'"), std::string::npos) << message;
  }
}

TEST_F(TranslatorFile, RefusesMalformedMetadata) {
  EXPECT_EQ(refusal([](nn::Metadata&) {}), "accepted");
  auto message_of = [&](const std::string& key, const std::string& value) {
    return refusal([&](nn::Metadata& m) { m[key] = value; });
  };
  auto expect = [&](const std::string& key, const std::string& value,
                    const std::string& part) {
    const std::string message = message_of(key, value);
    EXPECT_NE(message.find(part), std::string::npos)
        << key << " = " << value << ": " << message;
  };
  expect("hidden", "", "wants a number, got ''");
  expect("hidden", "-3", "wants a number, got '-3'");
  expect("hidden", "14x", "wants a number, got '14x'");
  expect("score", "12345678901", "wants a number");
  expect("context", "sometimes", "initial, every_step, attention");
  expect("decoder", "lstm", "gru, plain");
  // Sizes that are not those of the weights, before anything is allocated.
  expect("hidden", "99999999", "'output.weight'");
  expect("embedding", "99999999", "'source_embedding.weight'");
  expect("score", "99999999", "'attention.query.weight'");
  expect("source_words", "99999999", "'source_embedding.weight'");
  expect("target_words", "5", "'target_embedding.weight'");
  expect("dropout_per_mille", "1000", "dropout");
  EXPECT_NE(message_of("bidirectional", "0"), "accepted");
  EXPECT_NE(message_of("decoder", "plain"), "accepted");
  EXPECT_NE(message_of("context", "initial"), "accepted");
  EXPECT_NE(message_of("source_vocab", "tom\n"), "accepted");
  EXPECT_NE(message_of("target_vocab", untrained().source_vocab.to_text()),
            "accepted");
}

TEST_F(TranslatorFile, RefusesOtherFiles) {
  EXPECT_THROW(Translator::load(path_), std::runtime_error);
  nn::save_safetensors(path_, {{"weight", Tensor::ones({2})}});
  EXPECT_THROW(Translator::load(path_), std::invalid_argument);
}

TEST(Translator, KnowsTheToyPerfectly) {
  const Evaluation e = trained().evaluate(toy_pairs());
  EXPECT_EQ(e.exact_match, 1);
  EXPECT_EQ(e.token_accuracy, 1);
  EXPECT_NEAR(e.bleu, 100, 1e-9);
  ASSERT_TRUE(e.alignment.has_value());
  EXPECT_EQ(e.alignment->gold, 48 * 4);
  EXPECT_EQ(e.alignment->predicted, 48 * 4);
  ASSERT_EQ(e.by_length.size(), 1u);
  EXPECT_EQ(e.by_length[0].sentences, 48);
  EXPECT_EQ(trained().evaluate(toy_pairs(), {.beam = 4}).exact_match, 1);
}

TEST(Translator, GradesAlignmentsOnlyWhereThereAreSome) {
  auto pairs = toy_pairs();
  EXPECT_FALSE(
      untrained(Context::initial).evaluate(pairs).alignment.has_value());
  for (nn::Pair& pair : pairs) pair.links.clear();
  EXPECT_FALSE(trained().evaluate(pairs).alignment.has_value());
}

// An untrained model says anything: special tokens, and no end.
TEST(Translator, HasARowOfWeightsForEveryWord) {
  int special = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Rng rng(seed);
    Translator translator(toy_pairs(), 1, {.embedding = 4, .hidden = 4}, rng);
    Tensor(translator.model.output.bias)
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

TEST(Translator, DoesNotCareAboutOrderOrCompany) {
  const auto together = trained().translate(sentences);
  std::vector<Words> backward(sentences.rbegin(), sentences.rend());
  const auto reversed = trained().translate(backward);
  ASSERT_EQ(together.size(), sentences.size());
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    expect_same(together[i], reversed[sentences.size() - 1 - i]);
    expect_same(together[i], trained().translate(sentences[i]));
  }
  // More than one batch.
  std::vector<Words> many;
  for (int i = 0; i < 30; ++i)
    many.insert(many.end(), sentences.begin(), sentences.end());
  const auto all = trained().translate(many);
  for (std::size_t i = 0; i < many.size(); ++i)
    expect_same(all[i], together[i % sentences.size()]);
  EXPECT_TRUE(trained().translate(std::vector<Words>{}).empty());
}

TEST(Translator, TakesUnknownWordsButNoEmptySentence) {
  const Words a = {"look", "nobody", "sees", "tom"};
  const Words b = {"look", "<unk>", "sees", "tom"};
  expect_same(trained().translate(a), trained().translate(b));
  EXPECT_THROW(trained().translate(Words{}), std::invalid_argument);
  EXPECT_THROW(trained().translate(Words{}, {.beam = 2}),
               std::invalid_argument);
  EXPECT_THROW(trained().translate(std::vector<Words>{{"tom"}, {}}),
               std::invalid_argument);
  EXPECT_THROW(trained().align({{{}, {"LOOK"}, {}}}), std::invalid_argument);
}

TEST(Translator, AlignsGivenTargets) {
  const std::vector<nn::Pair> pairs = {
      {{"look", "tom", "sees", "jerry"}, {"LOOK", "UNHEARD-OF", "O-jerry"}, {}},
      {{"tom"}, {"S-tom", "S-tom"}, {}}};
  const auto aligned = trained().align(pairs);
  ASSERT_EQ(aligned.size(), 2u);
  EXPECT_EQ(aligned[0].words, pairs[0].target);
  EXPECT_EQ(aligned[0].weights.size(), 4u);  // and the end mark
  EXPECT_EQ(aligned[1].weights, (std::vector<std::vector<Real>>(3, {1})));
  EXPECT_EQ(links(aligned[1]), (nn::Links{{0, 0}, {0, 1}}));
  // Its own translation, fed back, attends alike.
  const Translation said = trained().translate(pairs[0].source);
  expect_same(trained().align({{pairs[0].source, said.words, {}}})[0], said);
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

TEST(Translate, GuessesAreTheProbabilitiesOfEachStep) {
  const Words source = toy_pairs()[0].source;
  const Translation plain = trained().translate(source);
  EXPECT_TRUE(plain.guesses.empty());
  for (const int beam : {1, 3}) {
    const Translation t =
        trained().translate(source, {.beam = beam, .guesses = 5});
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

// What is trained is the same bits for any number of threads, instruction set
// and compiler: this constant is checked wherever the tests run.
TEST(Training, EndsWithTheSameBitsEverywhere) {
#ifdef ATTENTION_OPENBLAS
  GTEST_SKIP() << "OpenBLAS adds in an order of its own";
#endif
  if (sizeof(Real) != sizeof(float)) GTEST_SKIP() << "the bits are of floats";
#ifdef ATTENTION_SANITIZED
  const std::vector<int> counts = {3};
#else
  const std::vector<int> counts = {1, 2, 3};
#endif
  const int threads = autograd::threads();
  for (int n : counts) {
    autograd::set_threads(n);
    Rng rng(1);
    const auto split = nn::Grammar::english_chinese().corpus(rng, 400, 40);
    Translator translator(
        split.train, 1,
        {.embedding = 33, .hidden = 47, .score = 31, .dropout = Real(0.1)},
        rng);
    TrainingOptions options;
    options.smoothing = Real(0.1);
    options.adam.learning_rate = 0.01;
    options.loop = quiet(0);
    options.loop.steps = 30;
    options.loop.schedule = nn::CosineSchedule{.total = 30, .warmup = 5};
    train(translator, split.train, options);
    EXPECT_EQ(nn::fingerprint(translator.model.parameters()),
              0x62131d6981eb6f84u)
        << n << " threads";
    const auto said = translator.translate(split.held_out[0].source);
    EXPECT_EQ(nn::fingerprint({{"log p", Tensor(said.log_probability)}}),
              0x95b69beeb74d3e59u)
        << n << " threads";
  }
  autograd::set_threads(threads);
}

// Bytes that malloc has given out, where the system tells.
std::size_t heap_in_use() {
#if defined(__GLIBC__)
  return mallinfo2().uordblks;
#else
  return 0;
#endif
}

// From the second epoch on, ten thousand steps of the whole loop: forward,
// backward, clipping, Adam. The schedule is asked at every step, so it counts.
TEST(Training, TenThousandStepsTakeNothingFromTheSystem) {
#ifdef ATTENTION_SANITIZED
  GTEST_SKIP() << "under a sanitizer no block is kept";
#endif
  struct Use {
    autograd::MemoryUse own{};
    std::size_t heap = 0;
  };
  Use first, last;
  TrainingOptions options;
  options.batch = 16;  // 3 batches an epoch
  options.loop = quiet(0);
  options.loop.steps = 10'000;
  options.loop.schedule = [&](std::int64_t step) {
    Use& now = step <= 10 ? first : last;
    now.own = autograd::memory_use();
    now.heap = heap_in_use();
    return 1e-3;
  };
  Translator translator = untrained();
  train(translator, toy_pairs(), options);
  EXPECT_GT(first.own.system_calls, 0);
  EXPECT_EQ(last.own.system_calls, first.own.system_calls);
  EXPECT_EQ(last.own.system_bytes, first.own.system_bytes);
  // Less than a byte a step, whatever else asks malloc.
  EXPECT_LE(last.heap, first.heap + 9'000);
}

}  // namespace
}  // namespace attention
