#include <gtest/gtest.h>

#include <cmath>

#include "answer.h"

namespace {

using exercise::Lstm;
using exercise::Rows;
using exercise::State;
using Numbers = std::vector<double>;

double logistic(double z) { return 1 / (1 + std::exp(-z)); }

// One unit whose gates are set by their biases alone.
Lstm biased(double i, double f, double g, double o) {
  return {Rows(4, {0}), Rows(4, {0}), {i, f, g, o}};
}

State after(const Lstm& lstm, const State& before, const Numbers& x) {
  State state = exercise::step(lstm, before, x);
  EXPECT_EQ(state.hidden.size(), before.hidden.size()) << "as many as before";
  EXPECT_EQ(state.cell.size(), before.cell.size()) << "as many as before";
  state.hidden.resize(before.hidden.size(), NAN);
  state.cell.resize(before.cell.size(), NAN);
  return state;
}

constexpr double open = 50, shut = -50;

TEST(LstmCell, AllAtNought) {
  const State s = after(biased(0, 0, 0, 0), {{0}, {2}}, {1});
  EXPECT_DOUBLE_EQ(s.cell[0], 1) << "half of the cell is kept, nothing is new";
  EXPECT_DOUBLE_EQ(s.hidden[0], 0.5 * std::tanh(1)) << "half of it is shown";
}

TEST(LstmCell, RemembersForAHundredSteps) {
  State s{{0}, {0.7}};
  for (int t = 0; t < 100; ++t) s = after(biased(shut, open, 3, 0), s, {9});
  EXPECT_NEAR(s.cell[0], 0.7, 1e-12)
      << "forget gate open, input gate shut: nothing is lost, nothing comes in";
}

TEST(LstmCell, Forgets) {
  const State s = after(biased(open, shut, 0.5, open), {{0}, {100}}, {0});
  EXPECT_NEAR(s.cell[0], std::tanh(0.5), 1e-12)
      << "forget gate shut, input gate open: only the new is there";
}

TEST(LstmCell, TheNewMayBeNegative) {
  const State s = after(biased(open, open, -1, open), {{0}, {0.25}}, {0});
  EXPECT_NEAR(s.cell[0], 0.25 - std::tanh(1), 1e-12)
      << "new content goes through tanh, not through a gate's curve";
  EXPECT_NEAR(s.hidden[0], std::tanh(s.cell[0]), 1e-12)
      << "the new cell is shown, through tanh";
}

TEST(LstmCell, ACellMayGrow) {
  State s{{0}, {0}};
  for (int t = 0; t < 5; ++t) s = after(biased(open, open, 9, 0), s, {0});
  EXPECT_NEAR(s.cell[0], 5, 1e-5) << "a cell can count; it is not squashed";
  EXPECT_NEAR(s.hidden[0], 0.5 * std::tanh(5), 1e-5) << "what it shows is";
}

TEST(LstmCell, EachGateHasItsRows) {
  const Lstm lstm{
      {{1}, {2}, {3}, {4}}, {{-1}, {0.5}, {0.25}, {-2}}, {0.1, 0.2, 0.3, 0.4}};
  const double x = 0.3, h = -0.4, c = 0.9;
  const State s = after(lstm, {{h}, {c}}, {x});
  const double cell = logistic(2 * x + 0.5 * h + 0.2) * c +
                      logistic(x - h + 0.1) * std::tanh(3 * x + 0.25 * h + 0.3);
  EXPECT_NEAR(s.cell[0], cell, 1e-12) << "the order is i, f, g, o";
  EXPECT_NEAR(s.hidden[0], logistic(4 * x - 2 * h + 0.4) * std::tanh(cell),
              1e-12)
      << "the output gate has the last rows";
}

TEST(LstmCell, UnitsSeeEachOther) {
  // Two units, three inputs; only g is not constant: of unit 0 it reads input 2
  // and the old hidden 1, of unit 1 the old hidden 0.
  Lstm lstm{Rows(8, Numbers(3, 0)),
            Rows(8, Numbers(2, 0)),
            {open, open, shut, shut, 0, 0, open, open}};
  lstm.input[4] = {0, 0, 1};
  lstm.recurrent[4] = {0, 1};
  lstm.recurrent[5] = {1, 0};
  const State s = after(lstm, {{0.5, -0.25}, {7, 7}}, {8, 8, 1});
  EXPECT_NEAR(s.cell[0], std::tanh(1 - 0.25), 1e-12)
      << "unit 0 reads input 2 and unit 1's old hidden state";
  EXPECT_NEAR(s.cell[1], std::tanh(0.5), 1e-12)
      << "unit 1 reads unit 0's hidden state of before the step, not after";
}

}  // namespace
