#include "attention/diagram.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/support/xml.h"

namespace attention {
namespace {

TransformerSeq2SeqOptions small() {
  TransformerSeq2SeqOptions options;
  options.source_words = 11;
  options.target_words = 13;
  options.stack.width = 8;
  options.stack.heads = 2;
  options.stack.feed_forward = 1000;
  options.stack.encoder_layers = 3;
  options.stack.decoder_layers = 2;
  return options;
}

std::string drawn(const TransformerSeq2SeqOptions& options) {
  nn::Rng rng(1);
  return svg_transformer(TransformerSeq2Seq(options, rng), "figure");
}

TEST(TransformerPicture, HasABoxForEachPartAndItsNumbers) {
  const std::string svg = drawn(small());
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(svg, drawn(small()));
  EXPECT_EQ(count(svg, ">Self-attention</text>"), 1);
  EXPECT_EQ(count(svg, ">Self-attention, causal</text>"), 1);
  EXPECT_EQ(count(svg, ">Attention to the source</text>"), 1);
  EXPECT_EQ(count(svg, ">Feed-forward</text>"), 2);
  EXPECT_EQ(count(svg, ">Layer norm · 16</text>"), 5);
  // 4 (8 x 8 + 8) in each of the three
  EXPECT_EQ(count(svg, ">2 heads of 4 · 288</text>"), 3);
  // 8 x 1000 + 1000 + 1000 x 8 + 8
  EXPECT_EQ(count(svg, ">8 → 1000 → 8, relu · 17,008</text>"), 2);
  EXPECT_EQ(count(svg, ">11 × 8 · 88</text>"), 1);
  EXPECT_EQ(count(svg, ">13 × 8 · 104</text>"), 1);
  EXPECT_EQ(count(svg, ">8 → 13, the embedding again</text>"), 1);
  EXPECT_EQ(count(svg, ">sinusoidal positions</text>"), 2);
  EXPECT_EQ(count(svg, ">× 3</text>"), 1);
  EXPECT_EQ(count(svg, ">× 2</text>"), 1);
  for (const char* shape : {"[B, S]", "[B, T]", "[B, T, 13]"})
    EXPECT_EQ(count(svg, std::string(">") + shape + "</text>"), 1) << shape;
  for (const char* shape : {"[B, S, 8]", "[B, T, 8]"})  // in, and out
    EXPECT_EQ(count(svg, std::string(">") + shape + "</text>"), 2) << shape;
  EXPECT_EQ(count(svg, "encoder.layers.0.linear1.weight [1000, 8]"), 1);
}

// The boxes' numbers are the model's: nothing is left out, or drawn twice.
TEST(TransformerPicture, CountsEveryNumberOnce) {
  auto options = small();
  options.tie = false;
  options.stack.final_norm = true;
  options.stack.activation = nn::Activation::swiglu;
  options.stack.position = PositionKind::learned;
  options.stack.encoder_layers = options.stack.decoder_layers = 1;
  nn::Rng rng(1);
  const TransformerSeq2Seq model(options, rng);
  const std::string svg = svg_transformer(model, "whole");
  std::int64_t sum = 0;
  const std::string mark = " · ";
  for (auto at = svg.find(mark); at != svg.npos; at = svg.find(mark, at + 1)) {
    std::string digits =
        svg.substr(at + mark.size(), svg.find('<', at) - at - mark.size());
    std::erase(digits, ',');
    sum += std::stoll(digits);
  }
  EXPECT_EQ(sum, nn::parameter_count(model.parameters()));
}

TEST(TransformerPicture, ShowsWhatTheOptionsChange) {
  auto options = small();
  options.stack.norm_first = true;
  options.stack.rms_norm = true;
  options.stack.shared_heads = 1;
  options.stack.position = PositionKind::rotary;
  options.stack.activation = nn::Activation::swiglu;
  options.stack.cross_last = true;
  options.share = true;
  options.target_words = options.source_words;
  const std::string svg = drawn(options);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, ">RMS norm · 8</text>"), 7);  // two at the tops
  EXPECT_EQ(count(svg, "positions</text>"), 0);
  EXPECT_EQ(count(svg, ">2 heads of 4, 1 of keys, rotary · "), 2);
  EXPECT_EQ(count(svg, ", swiglu · "), 2);
  EXPECT_EQ(count(svg, ">11 × 8, shared · 88</text>"), 1);
  // What is higher in the picture is drawn later.
  EXPECT_LT(svg.rfind(">Feed-forward"), svg.find(">Attention to the source"));
}

TEST(TransformerPicture, WantsALayer) {
  auto options = small();
  options.stack.decoder_layers = 0;
  EXPECT_THROW(drawn(options), std::invalid_argument);
}

}  // namespace
}  // namespace attention
