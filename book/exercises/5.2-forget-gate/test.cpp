#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Gate;
using exercise::Lstm;
using exercise::Trace;
using Numbers = std::vector<double>;

const Gate open{0, 0, 50}, shut{0, 0, -50}, half{0, 0, 0};

// Runs, and sees to it that there is one number a step.
Trace run(const Lstm& lstm, const Numbers& inputs, double cell) {
  Trace trace = exercise::run(lstm, inputs, cell);
  EXPECT_EQ(trace.cell.size(), inputs.size()) << "one cell a step";
  EXPECT_EQ(trace.hidden.size(), inputs.size()) << "one hidden state a step";
  trace.cell.resize(inputs.size(), NAN);
  trace.hidden.resize(inputs.size(), NAN);
  return trace;
}

TEST(ForgetGate, OpenKeepsTheCell) {
  const Trace t = run({shut, open, {1, 0, 0}, half}, Numbers(50, 3.0), 1);
  EXPECT_NEAR(t.cell[49], 1, 1e-12)
      << "forget gate open, input gate shut: the old cell stays as it is";
  EXPECT_NEAR(t.hidden[49], 0.5 * std::tanh(1), 1e-12)
      << "and half of it is shown, through tanh";
}

TEST(ForgetGate, ShutClearsTheCell) {
  const Trace t = run({open, shut, {1, 0, 0}, open}, {0.5, -0.5}, 40);
  EXPECT_NEAR(t.cell[0], std::tanh(0.5), 1e-12)
      << "forget gate shut, input gate open: only the new is left";
  EXPECT_NEAR(t.cell[1], -std::tanh(0.5), 1e-12) << "step after step";
}

TEST(ForgetGate, HalfOpenHalvesTheOld) {
  const Trace t = run({shut, half, {1, 0, 0}, open}, {7, 7, 7}, 8);
  EXPECT_NEAR(t.cell[0], 4, 1e-12) << "half of 8 stays";
  EXPECT_NEAR(t.cell[2], 1, 1e-12) << "half of half of half of 8";
}

TEST(ForgetGate, InputGateScalesTheNew) {
  const Trace t = run({half, open, {1, 0, 0}, open}, {1, 1}, 0);
  EXPECT_NEAR(t.cell[0], 0.5 * std::tanh(1), 1e-12) << "half of the new enters";
  EXPECT_NEAR(t.cell[1], std::tanh(1), 1e-12) << "and is added to what is kept";
}

TEST(ForgetGate, GatesReadInputAndHiddenState) {
  const Lstm lstm{{1, -2, 0.5}, {-1, 1, 1}, {2, 0.5, -0.25}, {0.5, 1, 0}};
  const auto s = [](double z) { return 1 / (1 + std::exp(-z)); };
  double h = 0, c = 0.3;
  for (double x : {0.5, -1.0, 2.0}) {
    c = s(-x + h + 1) * c +
        s(x - 2 * h + 0.5) * std::tanh(2 * x + 0.5 * h - 0.25);
    h = s(0.5 * x + h) * std::tanh(c);
  }
  const Trace t = run(lstm, {0.5, -1.0, 2.0}, 0.3);
  EXPECT_NEAR(t.cell[2], c, 1e-12) << "cell = f cell + i g, every step";
  EXPECT_NEAR(t.hidden[2], h, 1e-12) << "hidden = o tanh(cell), every step";
}

TEST(ForgetGate, CountsMarks) {
  // The input gate opens at a 1 only; the cell counts them.
  const Lstm lstm{{100, 0, -50}, open, {0, 0, 50}, open};
  const Trace t = run(lstm, {0, 1, 0, 0, 1, 1, 0}, 0);
  EXPECT_NEAR(t.cell[0], 0, 1e-9) << "no mark yet";
  EXPECT_NEAR(t.cell[6], 3, 1e-9) << "three marks, remembered over the gaps";
}

}  // namespace
