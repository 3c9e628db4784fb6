#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>

#include "tests/support/translators.h"

namespace attention {
namespace {

using tests::small_recurrent;
using tests::small_transformer;
using tests::untrained;

const std::vector<Words> sentences = {
    {"look", "tom", "sees", "jerry"}, {"tom"}, {"nobody", "sees", "tyke"}};

class TranslatorFile : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "translator_file_test_" +
            testing::UnitTest::GetInstance()->current_test_info()->name() +
            ".safetensors";
  }
  void TearDown() override { std::filesystem::remove(path_); }

  // Why a model file with other metadata is refused.
  std::string refusal(const ModelOptions& options,
                      const std::function<void(nn::Metadata&)>& change) const {
    const Translator translator = untrained(options);
    nn::Metadata metadata = translator.metadata();
    change(metadata);
    nn::save_safetensors(path_, translator.parameters(), metadata);
    try {
      Translator::load(path_);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "accepted";
  }

  // Expects it to name `part` where a setting has another value.
  void expect_refusal(const ModelOptions& options, const std::string& key,
                      const std::string& value, const std::string& part) const {
    const std::string message =
        refusal(options, [&](nn::Metadata& m) { m[key] = value; });
    EXPECT_NE(message.find(part), std::string::npos)
        << key << " = " << value << ": " << message;
    EXPECT_NE(message, "accepted") << key << " = " << value;
  }

  std::string path_;
};

// Every setting different from its default.
TransformerSeq2SeqOptions unusual_transformer() {
  TransformerSeq2SeqOptions options = small_transformer();
  options.tie = false;
  options.stack.width = 24;
  options.stack.heads = 4;
  options.stack.shared_heads = 2;
  options.stack.encoder_layers = 2;
  options.stack.decoder_layers = 1;
  options.stack.activation = nn::Activation::swiglu;
  options.stack.norm_first = true;
  options.stack.final_norm = true;
  options.stack.rms_norm = true;
  options.stack.bias = false;
  options.stack.cross_last = true;
  options.stack.dropout = Real(0.25);
  options.stack.weight_dropout = Real(0.125);
  options.stack.hidden_dropout = Real(0.5);
  options.stack.position = PositionKind::rotary;
  options.stack.longest = 99;
  options.stack.epsilon = Real(1e-6);
  return options;
}

// Likewise.
Seq2SeqOptions unusual_recurrent() {
  Seq2SeqOptions options = small_recurrent();
  options.encoder = 6;
  options.score.kind = ScoreKind::location_aware;
  options.score.longest = 12;
  options.score.filters = 3;
  options.score.kernel = 5;
  options.score.coverage = true;
  options.score.temperature = Real(0.25);
  options.align.kind = AlignKind::local_p;
  options.align.temperature = Real(0.5);
  options.align.window = 3;
  options.align.renormalise = true;
  options.decoder = DecoderKind::plain;
  options.order = DecoderOrder::luong;
  options.input_feeding = true;
  options.read_embeddings = true;
  options.bidirectional = false;
  options.dropout = Real(0.25);
  options.coverage_loss = Real(0.125);
  return options;
}

TEST_F(TranslatorFile, TranslatesToTheSameBitsAfterSaveAndLoad) {
  std::vector<ModelOptions> models = {unusual_recurrent()};
  for (ScoreKind kind :
       {ScoreKind::scaled_dot, ScoreKind::general, ScoreKind::concat,
        ScoreKind::cosine, ScoreKind::location}) {
    Seq2SeqOptions options = small_recurrent();
    options.encoder = options.hidden / 2;
    options.score.kind = kind;
    models.push_back(options);
  }
  for (Context context :
       {Context::initial, Context::every_step, Context::attention}) {
    models.push_back(small_recurrent(context));
    std::get<Seq2SeqOptions>(models.back()).dropout = Real(0.25);
  }
  TransformerSeq2SeqOptions options = small_transformer();
  models.push_back(options);
  models.push_back(unusual_transformer());
  options.share = true;
  options.stack.position = PositionKind::learned;
  options.stack.longest = 20;
  models.push_back(options);
  options.stack.position = PositionKind::relative;
  models.push_back(options);
  for (const ModelOptions& model : models) {
    Translator translator = untrained(model);
    if (std::holds_alternative<TransformerSeq2SeqOptions>(model))
      translator.choose_head({0, 1});
    translator.save(path_);
    const Translator loaded = Translator::load(path_);
    EXPECT_EQ(loaded.metadata(), translator.metadata());
    EXPECT_TRUE(loaded.source_vocab == translator.source_vocab);
    EXPECT_TRUE(loaded.target_vocab == translator.target_vocab);
    EXPECT_EQ(nn::fingerprint(loaded.parameters()),
              nn::fingerprint(translator.parameters()));
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

// No setting is forgotten on its way through the file.
TEST_F(TranslatorFile, KeepsEverySetting) {
  Translator translator = untrained(unusual_transformer());
  translator.choose_head({0, 3});
  translator.save(path_);
  const Translator loaded = Translator::load(path_);
  const auto& model = std::get<TransformerSeq2Seq>(loaded.model);
  auto wanted = unusual_transformer();
  wanted.source_words = translator.source_vocab.size();
  wanted.target_words = translator.target_vocab.size();
  EXPECT_TRUE(model.options == wanted);
  EXPECT_EQ(loaded.head, (HeadChoice{0, 3}));
  const Translator other = untrained(unusual_recurrent());
  other.save(path_);
  auto recurrent = unusual_recurrent();
  recurrent.source_words = other.source_vocab.size();
  recurrent.target_words = other.target_vocab.size();
  EXPECT_TRUE(std::get<Seq2Seq>(Translator::load(path_).model).options ==
              recurrent);
}

// A file says nothing of choices that are as they always were.
TEST_F(TranslatorFile, IsAsItWasWithoutAChoice) {
  EXPECT_EQ(untrained(small_recurrent()).metadata().count("score_kind"), 0u);
  EXPECT_EQ(untrained(unusual_recurrent()).metadata().at("score_kind"),
            "location_aware");
}

// Written by the program before it knew Transformers.
TEST_F(TranslatorFile, LoadsAnOldFile) {
  const Translator old =
      Translator::load(std::string(ATTENTION_SOURCE_DIR) +
                       "/tests/golden/translator_rnn.safetensors");
  EXPECT_TRUE(std::holds_alternative<Seq2Seq>(old.model));
  EXPECT_EQ(old.translate(Words{"look", "tom", "likes", "jerry"}).words,
            (Words{"LOOK", "S-tom", "O-jerry", "V-likes"}));
  EXPECT_EQ(old.metadata().count("model"), 0u);  // and goes on as one
}

TEST_F(TranslatorFile, NamesMetadataThatIsMissing) {
  for (const ModelOptions& options :
       {ModelOptions(small_recurrent()), ModelOptions(unusual_recurrent()),
        ModelOptions(small_transformer())})
    for (const auto& [key, value] : untrained(options).metadata()) {
      const std::string message =
          refusal(options, [key = key](nn::Metadata& m) { m.erase(key); });
      // Without its kind it is taken for a recurrent model's.
      const std::string named = key == "model" ? "embedding" : key;
      EXPECT_NE(message.find("'" + named + "'"), std::string::npos) << message;
    }
}

TEST_F(TranslatorFile, RefusesMalformedMetadata) {
  const ModelOptions options = small_recurrent();
  EXPECT_EQ(refusal(options, [](nn::Metadata&) {}), "accepted");
  const auto expect = [&](const char* key, const std::string& value,
                          const char* part) {
    expect_refusal(options, key, value, part);
  };
  expect("hidden", "", "wants a number, got ''");
  expect("hidden", "-3", "wants a number, got '-3'");
  expect("hidden", "14x", "wants a number, got '14x'");
  expect("score", "12345678901", "wants a number");
  expect("context", "sometimes", "initial, every_step, attention");
  expect("decoder", "lstm", "gru, plain");
  expect("model", "lstm", "got 'lstm'");
  // Sizes that are not those of the weights, before anything is allocated.
  expect("hidden", "99999999", "'output.weight'");
  expect("embedding", "99999999", "'source_embedding.weight'");
  expect("score", "99999999", "'attention.query.weight'");
  expect("source_words", "99999999", "'source_embedding.weight'");
  expect("target_words", "5", "'target_embedding.weight'");
  expect("dropout_per_mille", "1000", "dropout");
  expect("bidirectional", "0", "");
  expect("decoder", "plain", "");
  expect("context", "initial", "");
  expect("source_vocab", "tom\n", "");
  expect("target_vocab", untrained(options).source_vocab.to_text(), "");
}

TEST_F(TranslatorFile, RefusesMalformedChoices) {
  const ModelOptions options = unusual_recurrent();
  EXPECT_EQ(refusal(options, [](nn::Metadata&) {}), "accepted");
  const auto expect = [&](const char* key, const std::string& value,
                          const char* part) {
    expect_refusal(options, key, value, part);
  };
  expect("score_kind", "best", "dot, scaled_dot, general, additive");
  expect("align", "near", "softmax, local_m, local_p");
  expect("order", "sorted", "bahdanau, luong");
  expect("encoder", "99999999", "'bridge.weight'");
  expect("score", "99999999", "'attention.query.weight'");
  expect("score_filters", "99999999", "'attention.filters'");
  expect("score_kernel", "99999999", "'attention.filters'");
  expect("score_kind", "concat", "'attention.joint.weight'");
  expect("score_kind", "location", "'attention.place.weight'");
  expect("score_kind", "dot", "");
  expect("align", "softmax", "");
  expect("order", "bahdanau", "");
  expect("input_feeding", "0", "");
  expect("align_window", "wide", "'align_window' wants a number");
  expect("align_temperature_per_mille", "0", "temperature");
}

TEST_F(TranslatorFile, RefusesMalformedMetadataOfATransformer) {
  const ModelOptions options = small_transformer();
  EXPECT_EQ(refusal(options, [](nn::Metadata&) {}), "accepted");
  const auto expect = [&](const char* key, const std::string& value,
                          const char* part) {
    expect_refusal(options, key, value, part);
  };
  expect("width", "wide", "'width' wants a number, got 'wide'");
  expect("activation", "tanh", "relu, gelu, swiglu");
  expect("position", "polar", "none, sinusoidal, learned");
  expect("width", "99999999", "'target_embedding.weight'");
  expect("source_words", "99999999", "'source_embedding.weight'");
  expect("feed_forward", "99999999", "'encoder.layers.0.linear1.weight'");
  expect("encoder_layers", "99999999", "'encoder.layers.99999998.");
  expect("decoder_layers", "99999999", "'decoder.layers.99999998.");
  expect("decoder_layers", "1", "decoder.layers.1.");
  expect("position", "learned", "position.weight'");
  expect("heads", "3", "");
  expect("heads", "99999999", "");
  expect("shared_heads", "99999999", "");
  expect("shared_heads", "1", "");
  expect("tie", "0", "output.weight");
  expect("share", "1", "");
  expect("rms_norm", "1", "");
  expect("dropout_per_mille", "1000", "dropout");
  expect("layer", "3", "wanted a layer up to 2");
  expect("head", "3", "a head up to 2");
  expect("target_vocab", untrained(options).source_vocab.to_text(), "");
}

// Two files of one model: the vocabularies of a shared table are one.
TEST_F(TranslatorFile, RefusesTwoVocabulariesForOneTable) {
  auto options = small_transformer();
  options.share = true;
  expect_refusal(
      options, "source_vocab",
      [&] {
        std::string text = untrained(options).source_vocab.to_text();
        return text.replace(text.find("tom"), 3, "tim");
      }(),
      "vocabularies differ");
}

TEST_F(TranslatorFile, RefusesOtherFiles) {
  EXPECT_THROW(Translator::load(path_), std::runtime_error);
  nn::save_safetensors(path_, {{"weight", Tensor::ones({2})}});
  EXPECT_THROW(Translator::load(path_), std::invalid_argument);
}

}  // namespace
}  // namespace attention
