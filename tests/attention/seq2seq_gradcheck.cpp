#include <gtest/gtest.h>

#include "attention/names.h"
#include "attention/seq2seq.h"
#include "autograd/gradcheck.h"

namespace attention {
namespace {

Seq2SeqOptions small() {
  return {.source_words = 6,
          .target_words = 6,
          .embedding = 3,
          .hidden = 2,
          .score = {.width = 3},
          .dropout = Real(0.2)};
}

// Of the whole loss by every parameter, with dropout and label smoothing.
void expect_right(const Seq2SeqOptions& options) {
  const std::vector<nn::EncodedPair> pairs = {
      {{4, 5, 1}, {4}}, {{5, 4}, {5, 1, 4}}, {{5}, {}}};
  const nn::Batch batch = nn::make_batch(pairs, {0, 1, 2});
  Rng rng(11);
  const Seq2Seq model(options, rng);
  std::vector<Tensor> inputs;
  for (const auto& [name, tensor] : model.parameters())
    inputs.push_back(tensor);
  EXPECT_NO_THROW(autograd::check_gradients(
      "Seq2Seq",
      [&](const std::vector<Tensor>&) {
        Rng training(5);
        return model.loss(batch, Real(0.1), &training);
      },
      inputs));
}

TEST(Seq2SeqGradients, AreRightForEveryKind) {
  for (Context context :
       {Context::initial, Context::every_step, Context::attention})
    for (DecoderKind decoder : {DecoderKind::gru, DecoderKind::plain})
      for (bool bidirectional : {true, false}) {
        Seq2SeqOptions options = small();
        options.context = context;
        options.decoder = decoder;
        options.bidirectional = bidirectional;
        expect_right(options);
      }
}

TEST(Seq2SeqGradients, AreRightInLuongsOrder) {
  for (DecoderKind decoder : {DecoderKind::gru, DecoderKind::plain})
    for (bool fed : {true, false}) {
      Seq2SeqOptions options = small();
      options.decoder = decoder;
      options.order = DecoderOrder::luong;
      options.input_feeding = fed;
      expect_right(options);
    }
}

TEST(Seq2SeqGradients, AreRightWhereEmbeddingsAreRead) {
  for (DecoderOrder order : {DecoderOrder::bahdanau, DecoderOrder::luong}) {
    Seq2SeqOptions options = small();
    options.order = order;
    options.read_embeddings = true;
    expect_right(options);
  }
}

// Each score with each alignment, the orders taking turns.
TEST(Seq2SeqGradients, AreRightInAllTheZoo) {
  int count = 0;
  for (int score = 0; score <= static_cast<int>(ScoreKind::location_aware);
       ++score)
    for (int align = 0; align <= static_cast<int>(AlignKind::sparsemax);
         ++align) {
      Seq2SeqOptions options = small();
      options.encoder = 1;  // both directions are as wide as the state
      options.score.kind = static_cast<ScoreKind>(score);
      options.score.longest = 4;
      options.score.filters = 2;
      options.score.kernel = 3;
      options.align.kind = static_cast<AlignKind>(align);
      options.align.window = 2;
      if (++count % 2 == 0) options.order = DecoderOrder::luong;
      SCOPED_TRACE(name_of(options.score.kind) + " " +
                   name_of(options.align.kind));
      expect_right(options);
    }
}

TEST(Seq2SeqGradients, AreRightWithCoverageAndItsLoss) {
  Seq2SeqOptions options = small();
  options.score.coverage = true;
  options.coverage_loss = Real(0.5);
  expect_right(options);
}

}  // namespace
}  // namespace attention
