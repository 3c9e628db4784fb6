#include "attention/caption.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "autograd/graph.h"
#include "tests/attention/caption_input.h"
#include "tests/laws.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"

namespace attention {
namespace {

TEST(Captioner, AgreesWithPyTorch) {
  const tests::Golden golden("caption", "soft");
  CaptionerOptions options = small_captioner();
  options.doubly = Real(0.5);
  Rng rng(1);
  const Captioner model(options, rng);
  golden.load(model.parameters());
  const nn::Batch batch = two_captions();
  const Tensor pictures = golden.variable("pictures");
  const Captioner::Source source = model.encode(pictures);
  golden.expect("weights", model.decoder
                               .unroll(source.memory, source.state,
                                       batch.target_in.ids, nullptr)
                               .weights);
  const Tensor loss = model.loss(pictures, batch);
  golden.expect("loss", loss);
  (loss * golden["grad.loss"]).backward();
  golden.expect_gradients(model.parameters());
  golden.expect_gradients({{"pictures", pictures}});
}

TEST(Captioner, IsALayer) {
  for (const bool hard : {false, true}) {
    CaptionerOptions options = small_captioner();
    options.dropout = Real(0.25);
    options.doubly = 1;
    Rng rng(2);
    Captioner model(options, rng);
    model.decoder.attend.read.hard = hard;
    tests::check_layer(model, [](const Captioner& m) {
      Rng training(3);
      std::vector<Baseline> baselines;
      return m.loss(two_pictures(), two_captions(), &training, &baselines);
    });
  }
}

// By hand: with uniform weights over 4 cells and 4 words, every cell was looked
// at for 1, and the penalty is 0.
TEST(Captioner, PenaltyIsZeroWhereEveryCellWasLookedAtOnce) {
  CaptionerOptions options = small_captioner();
  Rng rng(4);
  Captioner model(options, rng);
  model.decoder.attend.score.v.weight.fill(0);  // uniform weights
  nn::Batch batch = two_captions();
  const Tensor one = autograd::slice(two_pictures(), 0, 0, 1);
  batch.target_in = {Indices({1, 4}, {2, 4, 8, 5}), {4}};
  batch.target_out = Indices({1, 4}, {4, 8, 5, 3});
  const Real plain = model.loss(one, batch).item();
  model.options.doubly = 1;
  EXPECT_NEAR(model.loss(one, batch).item(), plain, 1e-6);
  // Two words: each cell was looked at for a half, (1 - 0.5)^2.
  batch.target_in = {Indices({1, 2}, {2, 4}), {2}};
  batch.target_out = Indices({1, 2}, {4, 3});
  const Real with = model.loss(one, batch).item();
  model.options.doubly = 0;
  EXPECT_NEAR(with - model.loss(one, batch).item(), 0.25, 1e-6);
}

// What is behind a caption's end changes nothing, and batch mates neither.
TEST(Captioner, PaddingChangesNothing) {
  CaptionerOptions options = small_captioner();
  options.doubly = 1;
  Rng rng(4);
  const Captioner model(options, rng);
  const Tensor second = autograd::slice(two_pictures(), 0, 1, 2);
  nn::Batch batch = two_captions();
  batch.target_in = {Indices({1, 2}, {2, 7}), {2}};
  batch.target_out = Indices({1, 2}, {7, 3});
  const Real alone = model.loss(second, batch).item();
  batch.target_in = {Indices({1, 5}, {2, 7, 0, 0, 0}), {2}};
  batch.target_out = Indices({1, 5}, {7, 3, 0, 0, 0});
  EXPECT_NEAR(model.loss(second, batch).item(), alone, 1e-6);
}

TEST(Captioner, GreedyAndBeamSayWhatTeacherForcingScores) {
  Rng rng(6);
  const Captioner model(small_captioner(), rng);
  const Tensor pictures = two_pictures();
  const auto found = nn::greedy(model.describe(pictures), {5, 5});
  ASSERT_EQ(found.size(), 2u);
  const autograd::NoGrad no_grad;
  for (int b = 0; b < 2; ++b) {
    const Tensor one = autograd::slice(pictures, 0, b, b + 1);
    const auto beam = nn::beam_search(model.describe(one), 5, {.beam = 1});
    EXPECT_EQ(beam[0].tokens, found[std::size_t(b)].tokens);
    const auto many = nn::beam_search(model.describe(one), 5, {.beam = 4});
    const auto forced = nn::forced(model.describe(one), {many[0].tokens});
    if (many[0].ended) {
      EXPECT_NEAR(forced[0].log_probability, many[0].log_probability, 1e-5);
    }
    for (std::size_t t = 0; t < many[0].weights.size(); ++t)
      for (std::size_t s = 0; s < 4; ++s)
        EXPECT_NEAR(many[0].weights[t][s], forced[0].weights[t][s], 1e-5);
  }
}

TEST(Captioner, HardLooksAtOneCellAndLearnsByDraws) {
  Rng rng(7);
  Captioner model(small_captioner(), rng);
  model.decoder.attend.read.hard = true;
  const autograd::NoGrad no_grad;
  const Captioner::Source source = model.encode(two_pictures());
  const Indices words = two_captions().target_in.ids;
  // In evaluation the context is the value of the likeliest cell.
  const Said said =
      model.decoder.unroll(source.memory, source.state, words, nullptr);
  EXPECT_EQ(sum(said.chosen, {2}).values(), std::vector<Real>(8, 1));
  EXPECT_EQ(said.context.values(),
            matmul(said.chosen, source.memory.values).values());
  // In training about half of the reads are draws.
  int drawn = 0;
  Rng training(8);
  for (int i = 0; i < 100; ++i) {
    const Said now =
        model.decoder.unroll(source.memory, source.state, words, &training);
    drawn += int(sum(now.chosen).item());
  }
  EXPECT_NEAR(drawn, 400, 60);
  std::vector<Baseline> baselines;
  model.loss(two_pictures(), two_captions(), &training, &baselines);
  ASSERT_EQ(baselines.size(), 4u);
  EXPECT_LT(baselines[0].value, baselines[3].value);  // more words to come
  EXPECT_THROW(model.loss(two_pictures(), two_captions()),
               std::invalid_argument);
}

TEST(Captioner, RefusesPicturesOfAnotherSize) {
  Rng rng(1);
  const Captioner model(small_captioner(), rng);
  EXPECT_THROW(model.encode(Tensor::zeros({1, 3, 16, 8})),
               std::invalid_argument);
  CaptionerOptions wrong = small_captioner();
  wrong.encoder.kernels = {3};
  EXPECT_THROW(Captioner(wrong, rng), std::invalid_argument);
  wrong.encoder.kernels = {2, 1};
  EXPECT_THROW(Captioner(wrong, rng), std::invalid_argument);
}

// The hard read is under those of attention/hard.h.
TEST(CaptionRead, KeepsTheLaws) {
  Rng rng(3);
  const AdditiveScore score({.query = 5, .key = 5, .width = 9}, rng);
  laws::expect_laws(laws::framed("caption, soft", CaptionAttention(score)));
}

}  // namespace
}  // namespace attention
