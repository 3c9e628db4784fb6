// Luong's order: the state first, then what it reads.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "attention/seq2seq.h"
#include "tests/support/golden.h"

namespace attention {
namespace {

// The golden `luong`, two steps (tests/golden/make_golden_luong.py).
TEST(LuongSteps, AgreeWithPyTorch) {
  const tests::Golden golden("luong", "steps");
  Rng rng(1);
  Seq2SeqOptions options;
  options.source_words = options.target_words = 8;
  options.embedding = 4;
  options.hidden = 5;
  options.score.kind = ScoreKind::general;
  options.order = DecoderOrder::luong;
  options.input_feeding = true;
  const Seq2Seq model(options, rng);
  const Parameters parameters =
      nn::nested({{"attention", model.attend->parameters()},
                  {"cell", model.cell.parameters()},
                  {"readout", model.readout.parameters()},
                  {"output", model.output.parameters()}});
  golden.load(parameters);
  const Tensor h = golden.variable("h"), s = golden.variable("s"),
               y = golden.variable("y");
  Seq2Seq::Source source;
  source.memory =
      model.attend->prepare(h, h, Mask::padding(golden.integers("lengths"), 6));
  source.state = s;
  const Seq2Seq::Step all = model.unroll(source, model.cell.project(y));
  const Tensor logits = model.logits(all, y, nullptr);
  golden.expect("alpha", all.weights);
  golden.expect("c", all.context);
  golden.expect("state", all.state);
  golden.expect("attentional", all.attentional);
  golden.expect("logits", logits);

  (autograd::sum(all.weights * golden["grad.alpha"]) +
   autograd::sum(all.state * golden["grad.state"]) +
   autograd::sum(logits * golden["grad.logits"]))
      .backward();
  golden.expect_gradients(parameters);
  golden.expect_gradients({{"h", h}, {"s", s}, {"y", y}});
}

// One source word is all there is to read, c = h. Of two steps:
//   s_1 = tanh(0.5 y_1 + 0 + s_0)         h~_1 = tanh(2 h - s_1)
//   s_2 = tanh(0.5 y_2 - h~_1 + s_1)      h~_2 = tanh(2 h - s_2)
TEST(LuongSteps, FeedWhatTheyReadByHand) {
  Rng rng(1);
  const Seq2SeqOptions options{.source_words = 4,
                               .target_words = 4,
                               .embedding = 1,
                               .hidden = 1,
                               .score = {.width = 1},
                               .decoder = DecoderKind::plain,
                               .order = DecoderOrder::luong,
                               .input_feeding = true,
                               .bidirectional = false};
  Seq2Seq model(options, rng);
  model.cell.weight_ih.copy_from(std::vector<Real>{0.5, -1});
  model.cell.weight_hh.copy_from(std::vector<Real>{1});
  model.cell.bias_ih.fill(0);
  model.cell.bias_hh.fill(0);
  model.readout.weight.copy_from(std::vector<Real>{2, -1});
  const double y[] = {0.5, -1}, h = 0.25;
  Seq2Seq::Source source;
  const Tensor annotation = Tensor::full({1, 1, 1}, Real(h));
  source.memory = model.attend->prepare(annotation, annotation);
  source.state = Tensor::full({1, 1}, Real(0.75));
  Seq2Seq::State state = model.start(source);
  double s = 0.75, fed = 0;
  for (double word : y) {
    s = std::tanh(0.5 * word - fed + s);
    fed = std::tanh(2 * h - s);
    const Tensor words = Tensor::full({1, 1, 1}, Real(word));
    const auto now = model.step(source, model.cell.project(words), state);
    EXPECT_NEAR(double(now.state.item()), s, 1e-6);
    EXPECT_NEAR(double(now.attentional.item()), fed, 1e-6);
    EXPECT_NEAR(double(now.context.item()), h, 1e-6);
  }
}

// Luong's cell is fed words, 9 5, and with input feeding h~, 9 3 more; W_c
// [3, 6 + 3] has no bias, and there is no word in it.
//   gru, attention: 532 - (cell 9 6) - (readout 3 14 + 3) + 3 9
TEST(LuongSteps, HaveAsManyParametersAsByHand) {
  Rng rng(1);
  Seq2SeqOptions options{.source_words = 7,
                         .target_words = 8,
                         .embedding = 5,
                         .hidden = 3,
                         .score = {.width = 4}};
  EXPECT_EQ(nn::parameter_count(Seq2Seq(options, rng).parameters()), 532);
  options.order = DecoderOrder::luong;
  EXPECT_EQ(nn::parameter_count(Seq2Seq(options, rng).parameters()), 460);
  options.input_feeding = true;
  EXPECT_EQ(nn::parameter_count(Seq2Seq(options, rng).parameters()), 487);
  // An encoder of its own width: 2 less in each direction.
  options.encoder = 1;
  EXPECT_EQ(Seq2Seq(options, rng).encoder.options.hidden, 1);
  EXPECT_EQ(Seq2Seq(options, rng).readout.weight.shape(), (nn::Shape{3, 5}));
}

}  // namespace
}  // namespace attention
