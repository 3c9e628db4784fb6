#include "attention/decoder_state.h"

#include <gtest/gtest.h>

#include <vector>

namespace attention {
namespace {

using Values = std::vector<Real>;

TEST(DecoderState, TellsTheStepBeforeAndTheSumOfAll) {
  DecoderState state{Tensor::zeros({1, 1, 2})};
  EXPECT_EQ(state.ask().position, 0);
  EXPECT_FALSE(state.ask().previous.defined());
  EXPECT_FALSE(state.ask().coverage.defined());
  state.note(Tensor::from({1, 1, 2}, {0.25, 0.75}));
  state.note(Tensor::from({1, 1, 2}, {0.5, 0.5}));
  const Step step = state.ask();
  EXPECT_EQ(step.position, 2);
  EXPECT_TRUE(step.same_place);
  EXPECT_EQ(step.previous.values(), (Values{0.5, 0.5}));
  EXPECT_EQ(step.coverage.values(), (Values{0.75, 1.25}));
}

TEST(DecoderState, CountsStepsWhoseWeightsAreNotToBeKnown) {
  DecoderState state{Tensor::zeros({1, 1, 2})};
  state.note({});
  EXPECT_EQ(state.ask().position, 1);
  EXPECT_FALSE(state.ask().coverage.defined());
}

// Hypotheses 0 and 1 both go on from 1: from [1, 2], states [1, 2, *].
TEST(DecoderState, FollowsItsHypotheses) {
  DecoderState state{Tensor::from({1, 2, 1}, {1, 2})};
  state.note(Tensor::from({1, 2, 2}, {1, 0, 0, 1}));
  state.reorder(Indices({1, 2}, {1, 1}));
  EXPECT_EQ(state.hidden.values(), (Values{2, 2}));
  EXPECT_EQ(state.weights.values(), (Values{0, 1, 0, 1}));
  EXPECT_EQ(state.coverage.values(), (Values{0, 1, 0, 1}));
  EXPECT_FALSE(state.attentional.defined());
}

TEST(Steps, StandSideBySide) {
  struct Made {
    Tensor one, none;
  };
  const std::vector<Made> steps = {{Tensor::from({2, 1, 1}, {1, 2}), {}},
                                   {Tensor::from({2, 1, 1}, {3, 4}), {}}};
  const Tensor all = side_by_side(steps, &Made::one);
  EXPECT_EQ(all.shape(), (nn::Shape{2, 2, 1}));
  EXPECT_EQ(all.values(), (Values{1, 3, 2, 4}));
  EXPECT_FALSE(side_by_side(steps, &Made::none).defined());
}

}  // namespace
}  // namespace attention
