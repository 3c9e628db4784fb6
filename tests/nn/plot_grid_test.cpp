#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

#include "nn/plot.h"
#include "tests/support/xml.h"

namespace {

nn::Paths example() {
  nn::Paths paths;
  paths.grid = {.title = "a < b",
                .across = "place",
                .down = "step",
                .columns = {"1", "2", "三"},
                .rows = {"one", "two"},
                .shares = {{0.25, 0.75, 0}, {1, 0, 0}}};
  paths.paths = {{1, 0}, {0, 2}};
  paths.right = {1, 0};
  return paths;
}

TEST(PlotPaths, HasCellsFramesAndPaths) {
  const std::string svg = nn::svg_paths(example());
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(count(svg, "<rect"), 6 + 2);
  EXPECT_EQ(count(svg, " ring\""), 2);
  EXPECT_EQ(count(svg, "<path"), 2 * 2) << "each with its rim";
  EXPECT_EQ(count(svg, "<circle"), 2 * 2 * 2);
  EXPECT_EQ(count(svg, "one, 2: 0.75"), 1);
  EXPECT_EQ(count(svg, "Path 1: 2 1. Path 2: 1 三."), 1);
  EXPECT_EQ(svg, nn::svg_paths(example()));
}

TEST(PlotPaths, MayBeEmpty) {
  EXPECT_EQ(xml_fault(nn::svg_paths({})), "");
  nn::Paths bare = example();
  bare.paths.clear();
  bare.right.clear();
  EXPECT_EQ(count(nn::svg_paths(bare), "<path"), 0);
  EXPECT_EQ(count(nn::svg_paths(bare), "<rect"), 6);
}

TEST(PlotPaths, RefusesWhatItCannotDraw) {
  const auto refused = [](auto change) {
    nn::Paths paths = example();
    change(paths);
    EXPECT_THROW(nn::svg_paths(paths), std::invalid_argument);
  };
  refused([](nn::Paths& p) { p.paths[0][1] = 3; });
  refused([](nn::Paths& p) { p.paths[1][0] = -1; });
  refused([](nn::Paths& p) { p.paths[0].pop_back(); });
  refused([](nn::Paths& p) { p.right = {0}; });
  refused([](nn::Paths& p) { p.grid.shares[0].pop_back(); });
  refused([](nn::Paths& p) { p.grid.shares.pop_back(); });
  refused([](nn::Paths& p) { p.grid.shares[0][0] = 1.5; });
  refused([](nn::Paths& p) {
    p.grid.shares[0][0] = std::numeric_limits<double>::quiet_NaN();
  });
}

}  // namespace
