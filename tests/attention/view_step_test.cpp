#include "attention/view_step.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "autograd/tensor.h"
#include "tests/support/xml.h"

namespace attention {
namespace {

using autograd::Tensor;

StepPicture small() {
  return {{"Tom", "<chase>"},
          Tensor::from({2, 2}, {0.5, -1, 2, 0}),
          Tensor::from({1}, {0.25}),
          Tensor::from({2}, {1.5, -3}),
          Tensor::from({2}, {0.992, 0.008}),
          Tensor::from({2}, {0.5, -0.5}),
          Tensor::from({1}, {-0.25}),
          {{"汤姆", 0.75}, {"</s>", 0.25}}};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(StepPicture, ShowsEveryStep) {
  const std::string svg = svg_step(small());
  EXPECT_EQ(xml_fault(svg), "");
  for (const char* part :
       {"1 encode", "2 score", "3 align", "4 read", "5 update, emit",
        "&lt;chase&gt;", ">1.50<", ">-3.00<", ">0.99<", "汤姆", ">0.75<"})
    EXPECT_TRUE(has(svg, part)) << part;
}

// A weight below 1 % has no line, one above has one as thick.
TEST(StepPicture, DrawsAWeightAsThick) {
  StepPicture step = small();
  EXPECT_TRUE(has(svg_step(step), "stroke-width=\"9.9"));
  step.weights = Tensor::from({2}, {0.5, 0.5});
  EXPECT_FALSE(has(svg_step(step), "stroke-width=\"9.9"));
  EXPECT_TRUE(has(svg_step(step), "stroke-width=\"5.00\""));
}

TEST(StepPicture, RefusesWhatDoesNotFit) {
  StepPicture step = small();
  step.scores = Tensor::from({1}, {1});
  EXPECT_THROW(svg_step(step), std::invalid_argument);
  step = small();
  step.words.clear();
  EXPECT_THROW(svg_step(step), std::invalid_argument);
  step = small();
  step.source.pop_back();
  EXPECT_THROW(svg_step(step), std::invalid_argument);
}

}  // namespace
}  // namespace attention
