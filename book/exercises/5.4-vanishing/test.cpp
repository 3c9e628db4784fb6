#include <gtest/gtest.h>

#include <vector>

#include "answer.h"

namespace {

int reach(double weight, const std::vector<double>& inputs, double share) {
  return exercise::reach(weight, inputs, share);
}

const std::vector<double> still(200, 0.0);  // inputs of 0, states of 0

TEST(Vanishing, WithoutInput) {
  EXPECT_EQ(reach(0.5, still, 0.01), 7) << "0.5^7 is the first below 0.01";
  EXPECT_EQ(reach(0.9, still, 0.01), 44) << "0.9^44 is the first below 0.01";
}

TEST(Vanishing, TheSignDoesNotMatter) {
  EXPECT_EQ(reach(-0.9, still, 0.01), 44)
      << "a negative weight flips the sign at each step; size is what counts";
}

TEST(Vanishing, ExactlyTheShareIsNotBelowIt) {
  EXPECT_EQ(reach(0.5, still, 0.25), 3) << "two steps leave 0.25, not less";
  EXPECT_EQ(reach(0.5, still, 2), 0) << "no step back leaves 1, below 2";
}

TEST(Vanishing, NotWithAWeightOfOne) {
  EXPECT_EQ(reach(1, still, 0.99), -1)
      << "at a state of 0 tanh is a straight line: nothing is lost";
  EXPECT_EQ(reach(1.5, still, 0.99), -1) << "here the gradient grows instead";
}

TEST(Vanishing, LoudInputsShutTheWay) {
  EXPECT_EQ(reach(1, std::vector<double>(50, 3.0), 0.01), 1)
      << "a state near 1 has a slope of 1 - h^2, near 0: saturated";
  EXPECT_EQ(reach(1, std::vector<double>(50, 0.5), 0.01), 4)
      << "the state settles near 0.88, and each step leaves about a fifth";
}

TEST(Vanishing, EachStepWithItsOwnState) {
  EXPECT_EQ(reach(1, {0, 0, 0, 5, 0}, 0.5), 1)
      << "the last state, 0.76, leaves 0.42 at once";
  EXPECT_EQ(reach(1, {5, 0, 0, 0, 0}, 0.3), 3)
      << "0.74, 0.50, 0.29 are left: each slope at the state it led to";
  EXPECT_EQ(reach(1, {0, 0, 0, 0, 5}, 0.1), 1)
      << "the loud input led to the LAST state, so the first step back pays";
}

TEST(Vanishing, TheSequenceMayEndFirst) {
  EXPECT_EQ(reach(0.9, std::vector<double>(44, 0.0), 0.01), 44)
      << "44 inputs allow 44 steps back, to the state before the first";
  EXPECT_EQ(reach(0.9, std::vector<double>(43, 0.0), 0.01), -1)
      << "43 inputs allow 43 steps back, and those are not enough";
  EXPECT_EQ(reach(0.9, {}, 0.5), -1) << "no inputs, no steps back";
}

}  // namespace
