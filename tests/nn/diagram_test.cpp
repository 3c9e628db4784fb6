#include "nn/diagram.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

#include "autograd/ops.h"
#include "tests/support/xml.h"

namespace {

using autograd::Tensor;

TEST(Window, ATransposeReadsTheSameMemory) {
  const Tensor x = Tensor::from({2, 3}, {0, 1, 2, 3, 4, 5.25});
  const std::string svg = nn::svg_window(autograd::transpose(x, 0, 1), "x^T");
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, "shape [3, 2], strides [1, 3], offset 0"), 1);
  EXPECT_EQ(count(svg, "<rect"), 6 + 6);
  EXPECT_EQ(count(svg, ">5.25</text>"), 2);
  for (const char* index : {"0,0", "0,1", "1,0", "1,1", "2,0", "2,1"})
    EXPECT_EQ(count(svg, std::string(">") + index + "</text>"), 1) << index;
}

TEST(Window, ASliceLeavesCellsPaleAndAnExpandReadsThemAgain) {
  const Tensor x = Tensor::from({4}, {7, 8, 9, 6});
  const std::string slice =
      nn::svg_window(autograd::slice(x, 0, 1, 3), "slice");
  EXPECT_EQ(count(slice, "offset 1"), 2);  // drawn, and in words
  EXPECT_EQ(count(slice, "<rect"), 2 + 4);
  const std::string expand = nn::svg_window(
      autograd::expand(autograd::unsqueeze(x, 0), {3, 4}), "expand");
  EXPECT_EQ(xml_fault(expand), "");
  EXPECT_EQ(count(expand, "strides [0, 1]"), 2);
  EXPECT_EQ(count(expand, ">0,2 +2</text>"), 1);
}

TEST(Window, RefusesWhatItCannotDraw) {
  EXPECT_THROW(nn::svg_window(Tensor::ones({}), ""), std::invalid_argument);
  EXPECT_THROW(nn::svg_window(Tensor::ones({1, 1, 1}), ""),
               std::invalid_argument);
  EXPECT_THROW(nn::svg_window(Tensor::ones({2, 17}), ""),
               std::invalid_argument);
  const autograd::Real nan = std::numeric_limits<autograd::Real>::quiet_NaN();
  EXPECT_THROW(nn::svg_window(Tensor::from({1}, {nan}), ""),
               std::invalid_argument);
  EXPECT_EQ(xml_fault(nn::svg_window(Tensor::ones({0, 3}), "")), "");
}

TEST(EncoderDecoderPicture, HasAStepForEachWordAndACellForEachNumber) {
  const nn::EncoderDecoder run{.title = "Tom",
                               .read = {"Tom", "sleep"},
                               .vector = {-1, 0, 0.5},
                               .fed = {"<s>", "汤姆", "睡觉"},
                               .said = {"汤姆", "睡觉", "</s>"}};
  const std::string svg = nn::svg_encoder_decoder(run);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, "<rect"), 2 + 3 + 3);
  EXPECT_EQ(count(svg, ">s₃</text>"), 1);
  EXPECT_EQ(count(svg, ">汤姆</text>"), 2);  // said, then fed
  EXPECT_EQ(count(svg, ">3 numbers</text>"), 1);
  EXPECT_EQ(count(svg, "<title>0.50</title>"), 1);
  const auto refused = [&](auto change) {
    nn::EncoderDecoder bad = run;
    change(bad);
    EXPECT_THROW(nn::svg_encoder_decoder(bad), std::invalid_argument);
  };
  refused([](auto& r) { r.said.pop_back(); });
  refused([](auto& r) { r.vector[0] = 1.5; });
  refused(
      [](auto& r) { r.vector[0] = std::numeric_limits<double>::quiet_NaN(); });
  refused([](auto& r) { r.vector.resize(257); });
  refused([](auto& r) { r.read.resize(14); });
}

TEST(GraphPicture, HasABoxAValueAndALineAnEdge) {
  Tensor w = Tensor::ones({2, 3}).requires_grad(true);
  const Tensor x = Tensor::ones({3}), h = exp(w * x);
  const std::string svg = nn::svg_graph(h * h + w, {{"w <权>", w}}, "图");
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, ">exp</text>"), 1);
  EXPECT_EQ(count(svg, ">w &lt;权&gt;</text>"), 1);
  EXPECT_EQ(count(svg, "<rect"), 2 * 6);  // filled and rimmed
  EXPECT_EQ(count(svg, " z\""), 7);       // heads of arrows
  EXPECT_EQ(svg, nn::svg_graph(h * h + w, {{"w <权>", w}}, "图"));
  EXPECT_EQ(xml_fault(nn::svg_graph(x, {}, "one")), "");
}

TEST(GraphPicture, RefusesWhatNobodyCouldRead) {
  Tensor y = Tensor::ones({}).requires_grad(true);
  for (int i = 0; i < 200; ++i) y = -y;
  EXPECT_THROW(nn::svg_graph(y, {}, "long"), std::invalid_argument);
}

}  // namespace
