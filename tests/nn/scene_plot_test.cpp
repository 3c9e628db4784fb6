#include "nn/scene_plot.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "nn/shapes.h"
#include "tests/support/xml.h"

namespace {

using nn::CellMap;
using nn::ScenePicture;

ScenePicture scene() {
  autograd::Rng rng(1);
  const nn::Scene drawn = nn::draw_pair({.grid = 2, .clutter = 1}, false, rng);
  ScenePicture picture;
  picture.title = "two <shapes>";
  picture.picture = autograd::select(
      nn::render({drawn}, {.grid = 2, .clutter = 1}, rng), 0, 0);
  picture.maps = {{"red", {0.5, 0.25, 0, 0.25}, 0}, {"of", {1, 0, 0, 0}, -1}};
  return picture;
}

TEST(ScenePlot, HasAPanelForEachMapAndARingForTheRightCell) {
  const std::string svg = nn::svg_scene(scene());
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_TRUE(svg.find("two &lt;shapes&gt;") != std::string::npos);
  EXPECT_TRUE(svg.find("red: 0.50 0.25 0.00 0.25.") != std::string::npos);
  EXPECT_EQ(count(svg, "<path"), 1);
  EXPECT_EQ(count(svg, ">.25<"), 2);
  EXPECT_EQ(count(svg, ">1.0<"), 1);
  EXPECT_EQ(svg, nn::svg_scene(scene()));
}

TEST(ScenePlot, RefusesWhatCannotBeDrawn) {
  ScenePicture wrong = scene();
  wrong.maps[0].shares.pop_back();
  EXPECT_THROW(nn::svg_scene(wrong), std::invalid_argument);
  wrong = scene();
  wrong.maps[0].shares[1] = 1.5;
  EXPECT_THROW(nn::svg_scene(wrong), std::invalid_argument);
  wrong = scene();
  wrong.maps[1].right = 4;
  EXPECT_THROW(nn::svg_scene(wrong), std::invalid_argument);
  wrong = scene();
  wrong.picture = autograd::Tensor::zeros({3, 4, 5});
  EXPECT_THROW(nn::svg_scene(wrong), std::invalid_argument);
  wrong = scene();
  wrong.maps.clear();
  EXPECT_EQ(xml_fault(nn::svg_scene(wrong)), "");
}

}  // namespace
