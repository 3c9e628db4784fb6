#include <gtest/gtest.h>

#include "attention/seq2seq.h"
#include "autograd/gradcheck.h"

namespace attention {
namespace {

// Of the whole loss by every parameter, with dropout and label smoothing.
TEST(Seq2SeqGradients, AreRightForEveryKind) {
  const std::vector<nn::EncodedPair> pairs = {
      {{4, 5, 1}, {4}}, {{5, 4}, {5, 1, 4}}, {{5}, {}}};
  const nn::Batch batch = nn::make_batch(pairs, {0, 1, 2});
  for (Context context :
       {Context::initial, Context::every_step, Context::attention})
    for (DecoderKind decoder : {DecoderKind::gru, DecoderKind::plain})
      for (bool bidirectional : {true, false}) {
        const Seq2SeqOptions options{.source_words = 6,
                                     .target_words = 6,
                                     .embedding = 3,
                                     .hidden = 2,
                                     .score = 3,
                                     .context = context,
                                     .decoder = decoder,
                                     .bidirectional = bidirectional,
                                     .dropout = Real(0.2)};
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
}

}  // namespace
}  // namespace attention
