#include "attention/language_model.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "autograd/check.h"
#include "nn/file.h"
#include "nn/text.h"
#include "tests/support/expect.h"
#include "tests/support/same_bits.h"

namespace attention {
namespace {

const std::string kText =
    "the cat sees the dog . the dog sees the cat . the cat sleeps .\n";

GptOptions small() {
  GptOptions o;
  o.width = 16;
  o.heads = 2;
  o.layers = 2;
  o.context = 8;
  return o;
}

LanguageModel model_of(const GptOptions& options, std::uint64_t seed = 1) {
  Rng rng(seed);
  return LanguageModel(nn::Characters(kText), options, rng);
}

std::string repeated(int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += kText;
  return all;
}

LanguageTraining brief(std::int64_t steps) {
  LanguageTraining training = small_training(steps, 5, 1);
  training.adam.learning_rate = 0.01;
  training.loop.show_progress = false;
  return training;
}

// A model without any weight gives every word the same chance.
TEST(LanguageModel, ScoresByHand) {
  const LanguageModel language = model_of(small());
  for (auto& [name, tensor] : language.model.parameters())
    Tensor(tensor).fill(0);
  const int words = language.tokenizer.size();
  const TextScore score = language.score("the cat");
  EXPECT_EQ(score.tokens, 6);
  EXPECT_EQ(score.bytes, 6);
  EXPECT_NEAR(score.perplexity(), words, 1e-4 * words);
  EXPECT_NEAR(score.loss, std::log(words), 1e-6);
  EXPECT_NEAR(score.bits_per_byte(), std::log2(words), 1e-5);
  EXPECT_THROW(language.score("t"), std::invalid_argument);
  EXPECT_THROW(language.score(""), std::invalid_argument);
  EXPECT_THROW(language.score("Zebra"), std::invalid_argument);
}

// The mean over tokens, whatever the windows' number and lengths.
TEST(LanguageModel, LossIsTheMeanOfItsWindows) {
  const LanguageModel language = model_of(small());
  const auto tokens = language.tokenizer.encode(kText);
  for (const int count : {2, 8, 9, 10, 33}) {
    const std::vector<int> part(tokens.begin(), tokens.begin() + count);
    double sum = 0;
    for (int first = 0; first + 1 < count; first += 8) {
      const int last = std::min(first + 8, count - 1);
      const std::vector<int> ids(part.begin() + first, part.begin() + last);
      const std::vector<int> next(part.begin() + first + 1,
                                  part.begin() + last + 1);
      const nn::Shape shape{1, last - first};
      sum += double(language.model
                        .loss(nn::Indices(shape, ids), nn::Indices(shape, next),
                              nullptr)
                        .item()) *
             (last - first);
    }
    EXPECT_NEAR(language.loss(part), sum / (count - 1), 1e-6) << count;
  }
}

TEST(LanguageModel, LearnsInBothShapes) {
  const std::string text = repeated(8);
  for (const GptOptions& options : {small(), llama(small())}) {
    LanguageModel language = model_of(options);
    const auto tokens = language.tokenizer.encode(text);
    const double before = language.loss(tokens);
    LanguageTraining training = brief(60);
    training.valid = tokens;
    training.loop.keep_best = true;
    const nn::TrainResult result = train(language, tokens, training);
    EXPECT_LT(language.loss(tokens), 0.6 * before);
    EXPECT_EQ(-result.best_score, language.loss(tokens));
  }
}

// A word with five bytes of six is worth less than it seems.
TEST(LanguageModel, CountsBytesOfWhatIsForetold) {
  Rng rng(1);
  const nn::Bpe bpe = nn::Bpe::train(kText, 20);
  const LanguageModel language(bpe, small(), rng);
  const TextScore score = language.score("the cat sees");
  const auto tokens = bpe.encode("the cat sees");
  EXPECT_EQ(score.tokens, static_cast<std::int64_t>(tokens.size()) - 1);
  EXPECT_EQ(score.bytes,
            12 - static_cast<std::int64_t>(bpe.token(tokens[0]).size()));
}

TEST(LanguageModel, GoesOnFromAPrompt) {
  LanguageModel language = model_of(small());
  train(language, language.tokenizer.encode(repeated(8)), brief(60));
  const auto prompt = language.tokenizer.encode("the ");
  SamplingOptions options;
  for (const int tokens : {0, 1, 4, 5, 9, 30}) {
    options.tokens = tokens;
    std::vector<int> told;
    options.watch = [&](const std::vector<int>& more) {
      told.insert(told.end(), more.begin(), more.end());
    };
    Rng rng(3), again(3);
    const Continuation one = language.sample(prompt, options, rng);
    EXPECT_EQ(static_cast<int>(one.tokens.size()), tokens);
    EXPECT_EQ(told, one.tokens);
    options.watch = nullptr;
    EXPECT_LE(one.seen.size(), 9u);  // the context, and the last one said
    EXPECT_EQ(language.sample(prompt, options, again).tokens, one.tokens);
    for (std::size_t i = 0; i < one.weights.size(); ++i) {
      double sum = 0;
      for (const Real weight : one.weights[i]) sum += double(weight);
      EXPECT_NEAR(sum, 1, 1e-5);
      EXPECT_EQ(one.weights[i].size(),
                one.seen.size() - one.weights.size() + i);
    }
  }
  // The likeliest only: the same for every seed.
  options.how.top_k = 1;
  options.tokens = 12;
  Rng a(1), b(2);
  EXPECT_EQ(language.sample(prompt, options, a).tokens,
            language.sample(prompt, options, b).tokens);
  Rng rng(1);
  EXPECT_THROW(language.sample({}, options, rng), std::invalid_argument);
  options.head = {.layer = 2, .head = 0};
  EXPECT_THROW(language.sample(prompt, options, rng), std::invalid_argument);
}

TEST(LanguageModel, MapsWhatTheLastTokensRead) {
  const LanguageModel language = model_of(small());
  SamplingOptions options;
  options.tokens = 5;
  Rng rng(1);
  const auto prompt = language.tokenizer.encode("t .");
  const Continuation c = language.sample(prompt, options, rng);
  const Map map = language.map_of(c, 2, 4);
  map.check();
  EXPECT_EQ(map.target.size(), 2u);
  EXPECT_EQ(map.source.size(), 4u);
  const Map all = language.map_of(c, 100, 100);
  all.check();
  ASSERT_EQ(all.source.size(), 7u);
  EXPECT_EQ(all.source[1], "␣");
  EXPECT_EQ(all.target.size(), 5u);
  EXPECT_EQ(all.weight(3, 0), 0);  // not there yet
  EXPECT_GT(all.weight(2, 0), 0);
  EXPECT_EQ(all.weight(6, 4), float(c.weights[4][6]));
  EXPECT_TRUE(language.map_of({}, 2, 2).target.empty());
}

TEST(LanguageModel, HoldsOutATenthBetweenCharacters) {
  const std::string text = "12345678901234567汤";  // 20 bytes
  EXPECT_EQ(hold_out(text).first, text);           // 18 would cut the character
  EXPECT_EQ(hold_out("abcdefghij").second, "j");
  EXPECT_EQ(hold_out("abc").second, "");
  EXPECT_EQ(hold_out("").first, "");
}

class Kept : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "language_model_test_" +
            testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::string path_;
};

TEST_F(Kept, SavesAndLoadsBothShapesAndBothTokenizers) {
  GptOptions grouped = llama(small());
  grouped.shared_heads = 1;
  grouped.dropout = Real(0.125);
  for (const GptOptions& options : {small(), grouped})
    for (const nn::Tokenizer& tokenizer :
         {nn::Tokenizer(nn::Characters(kText)),
          nn::Tokenizer(nn::Bpe::train(kText, 9))}) {
      Rng rng(5);
      const LanguageModel language(tokenizer, options, rng);
      language.save(path_);
      const LanguageModel back = LanguageModel::load(path_);
      EXPECT_EQ(back.tokenizer, language.tokenizer);
      EXPECT_EQ(back.model.options, language.model.options);
      EXPECT_EQ(back.metadata(), language.metadata());
      EXPECT_EQ(back.score(kText).loss, language.score(kText).loss);
    }
}

TEST_F(Kept, RefusesAFileThatIsNoLanguageModel) {
  const LanguageModel language = model_of(small());
  const auto parameters = language.model.parameters();
  const auto refused = [&](const std::string& key, const std::string& value,
                           const std::string& part) {
    nn::Metadata metadata = language.metadata();
    metadata[key] = value;
    if (value.empty()) metadata.erase(key);
    nn::save_safetensors(path_, parameters, metadata);
    const std::string said = tests::thrown([&] { LanguageModel::load(path_); });
    EXPECT_NE(said.find(part), std::string::npos) << said;
  };
  refused("width", "", "it has no 'width'");
  refused("width", "wide", "'width' wants a number");
  refused("width", "99999", "do not fit its configuration");
  refused("layers", "99999", "do not fit its configuration");
  refused("heads", "3", "do not fit its configuration");
  refused("heads", "0", "'heads' wants a number from 1 to 99999, got '0'");
  refused("words", "9", "do not fit");
  refused("activation", "step", "wanted one of");
  refused("position", "here", "wanted one of");
  refused("tokenizer", "", "it has no 'tokenizer'");
  refused("tokenizer", "words\n", "[Bpe] wanted 'bytes'");
  refused("tokenizer", "characters\nab", "tokenizer does not fit");
  EXPECT_THROW(LanguageModel::load(path_ + "missing"), std::runtime_error);
}

// A run that is stopped and goes on ends with the bits of one that is not, and
// not with another text.
TEST_F(Kept, ResumesToTheSameBits) {
  const std::string text = repeated(8);
  LanguageTraining training = brief(12);
  training.loop.accumulate = 2;
  training.loop.average = 2;
  training.loop.save_every = 4;
  GptOptions options = small();
  options.dropout = Real(0.1);
  LanguageModel whole = model_of(options);
  const auto tokens = whole.tokenizer.encode(text);
  train(whole, tokens, training);

  training.loop.checkpoint = path_;
  training.loop.steps = 7;
  // As if the power went in the seventh step: the rest is done again.
  LanguageModel first = model_of(options);
  training.loop.save_every = 4;
  training.loop.schedule = [&, schedule = training.loop.schedule](auto step) {
    if (step == 7) throw std::runtime_error("power");
    return schedule(step);
  };
  EXPECT_THROW(train(first, tokens, training), std::runtime_error);
  training.loop = brief(12).loop;
  training.loop.accumulate = 2;
  training.loop.average = 2;
  training.loop.save_every = 4;
  training.loop.checkpoint = path_;
  training.loop.resume = true;
  LanguageModel second = model_of(options, 9);
  auto other = tokens;
  other[3] = 0;
  EXPECT_NE(tests::thrown([&] {
              train(second, other, training);
            }).find("differing tokens"),
            std::string::npos);
  train(second, tokens, training);
  for (std::size_t i = 0; i < whole.model.parameters().size(); ++i)
    tests::expect_same(second.model.parameters()[i].tensor.values(),
                       whole.model.parameters()[i].tensor.values());
}

}  // namespace
}  // namespace attention
