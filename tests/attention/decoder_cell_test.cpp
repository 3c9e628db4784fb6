#include "attention/decoder_cell.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "attention/attention.h"
#include "nn/linear.h"
#include "tests/support/golden.h"

namespace attention {
namespace {

// The golden `step` of Bahdanau's decoder (tests/golden/make_golden.py).
struct GoldenStep {
  Rng rng{1};
  BahdanauAttention attend{
      AdditiveScore({.query = 5, .key = 10, .width = 7}, rng)};
  DecoderCell cell{DecoderKind::gru, 4, 10, 5, rng};
  nn::Linear readout{19, 8, rng};

  Parameters parameters() const {
    Parameters all = attend.parameters();
    for (auto& p : nn::nested(
             {{"cell", cell.parameters()}, {"readout", readout.parameters()}}))
      all.push_back(p);
    return all;
  }
};

TEST(BahdanauStep, AgreesWithPyTorch) {
  const tests::Golden golden("bahdanau", "step");
  const GoldenStep model;
  golden.load(model.parameters());
  const Tensor h = golden.variable("h"), s = golden.variable("s"),
               y = golden.variable("y");
  const Memory memory =
      model.attend.prepare(h, h, Mask::padding(golden.integers("lengths"), 6));
  const auto [c, alpha] = model.attend(s, memory);
  const Tensor state = model.cell(model.cell.project(y), c, s);
  const Tensor logits = model.readout(autograd::concat({state, c, y}, -1));
  golden.expect("alpha", alpha);
  golden.expect("c", c);
  golden.expect("state", state);
  golden.expect("logits", logits);

  (autograd::sum(alpha * golden["grad.alpha"]) +
   autograd::sum(state * golden["grad.state"]) +
   autograd::sum(logits * golden["grad.logits"]))
      .backward();
  golden.expect_gradients(model.parameters());
  golden.expect_gradients({{"h", h}, {"s", s}, {"y", y}});
}

// s_1 = tanh(A [y_1; c_1; s_0] + b), s_2 = tanh(A [y_2; c_2; s_1] + b) with
//   A = 0.5 -1  0.25 0.75    b = 0.125 + 0.25
//       1    2 -0.5  0.5         -0.25 + 0.5
TEST(PlainDecoder, IsATanhOfWordContextAndStateByHand) {
  Rng rng(1);
  DecoderCell cell(DecoderKind::plain, 1, 1, 2, rng);
  cell.weight_ih.copy_from(std::vector<Real>{0.5, -1, 1, 2});
  cell.weight_hh.copy_from(std::vector<Real>{0.25, 0.75, -0.5, 0.5});
  cell.bias_ih.copy_from(std::vector<Real>{0.125, -0.25});
  cell.bias_hh.copy_from(std::vector<Real>{0.25, 0.5});
  const double y[] = {0.5, -1}, c[] = {0.25, 0.75};
  Tensor state = Tensor::from({1, 2}, {0.5, -0.5});
  double s0 = 0.5, s1 = -0.5;
  for (int t = 0; t < 2; ++t) {
    const double next0 =
        std::tanh(0.5 * y[t] - 1 * c[t] + 0.25 * s0 + 0.75 * s1 + 0.375);
    const double next1 =
        std::tanh(1 * y[t] + 2 * c[t] - 0.5 * s0 + 0.5 * s1 + 0.25);
    s0 = next0;
    s1 = next1;
    state = cell(cell.project(Tensor::full({1, 1}, static_cast<Real>(y[t]))),
                 Tensor::full({1, 1}, static_cast<Real>(c[t])), state);
    EXPECT_NEAR(double(state.at({0, 0})), s0, 1e-6) << t;
    EXPECT_NEAR(double(state.at({0, 1})), s1, 1e-6) << t;
  }
}

}  // namespace
}  // namespace attention
