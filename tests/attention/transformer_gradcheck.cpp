// Whole models against differences: the loss by every parameter, with dropout.
#include <gtest/gtest.h>

#include "attention/gpt.h"
#include "attention/transformer_seq2seq.h"
#include "autograd/gradcheck.h"

namespace attention {
namespace {

template <class Model, class Loss>
void check(const char* name, const Model& model, const Loss& loss) {
  std::vector<Tensor> inputs;
  for (const nn::NamedTensor& parameter : model.parameters())
    inputs.push_back(parameter.tensor);
  EXPECT_NO_THROW(autograd::check_gradients(
      name,
      [&](const std::vector<Tensor>&) {
        Rng training(5);
        return loss(&training);
      },
      inputs));
}

TEST(TransformerGradients, AreRightForEveryKind) {
  const std::vector<nn::EncodedPair> pairs = {
      {{4, 5, 1}, {4}}, {{5, 4}, {5, 1, 4}}, {{5}, {}}};
  const nn::Batch batch = nn::make_batch(pairs, {0, 1, 2});
  for (PositionKind position :
       {PositionKind::sinusoidal, PositionKind::learned, PositionKind::rotary,
        PositionKind::alibi, PositionKind::relative})
    for (bool other : {false, true}) {
      TransformerSeq2SeqOptions o;
      o.source_words = o.target_words = 6;
      o.tie = !other;
      o.share = other;
      o.stack.width = 4;
      o.stack.heads = 2;
      o.stack.shared_heads = other ? 1 : 0;
      o.stack.feed_forward = 3;
      o.stack.encoder_layers = o.stack.decoder_layers = 1;
      o.stack.norm_first = o.stack.rms_norm = o.stack.cross_last = other;
      o.stack.bias = !other;
      o.stack.activation =
          other ? nn::Activation::swiglu : nn::Activation::gelu;
      o.stack.dropout = o.stack.weight_dropout = o.stack.hidden_dropout =
          Real(0.2);
      o.stack.position = position;
      o.stack.longest = 4;
      Rng rng(11);
      const TransformerSeq2Seq model(o, rng);
      check("TransformerSeq2Seq", model, [&](Rng* training) {
        return model.loss(batch, Real(0.1), training);
      });
    }
}

TEST(GptGradients, AreRightForBothShapes) {
  const nn::Indices ids({2, 4}, {1, 2, 3, 4, 5, 0, 0, 3});
  const nn::Indices next({2, 4}, {2, 3, 4, 1, 0, 0, 3, -100});
  for (bool is_llama : {false, true}) {
    GptOptions o;
    o.words = 6;
    o.width = 8;
    o.heads = 4;
    o.layers = 1;
    o.context = 4;
    o.feed_forward = 5;
    o.dropout = Real(0.2);
    if (is_llama) o = llama(o);
    o.shared_heads = is_llama ? 2 : 0;
    Rng rng(12);
    const Gpt model(o, rng);
    check("Gpt", model,
          [&](Rng* training) { return model.loss(ids, next, training); });
  }
}

}  // namespace
}  // namespace attention
