// Attention weights as a page to explore: one HTML file that needs nothing
// else, neither a library nor the network.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace attention {

// What the page shows. T target tokens read S source tokens; the tokens came
// one after the other, each chosen by its weights.
struct Viewer {
  std::string title;
  std::vector<std::string> source, target;  // tokens, UTF-8
  // [layer][head], each [T, S] row-major, from 0 to 1. A layer and a head at
  // least, and as many heads in every layer.
  std::vector<std::vector<std::vector<float>>> weights;
  std::vector<std::pair<int, int>> gold;  // known (source, target) links
  // What each target token was chosen from: tokens with their probabilities,
  // the likeliest first. T lists, or none.
  std::vector<std::vector<std::pair<std::string, double>>> guesses;
  std::string opens{};  // the state it opens in, as a link's: "layer=2&heads=3"
};

// The page. Its parts stand as files in attention/viewer/. Weights are kept to
// the last bit, so its numbers are those of `terminal`. A link may lead into a
// state: #step=5&pick=t3&layer=2&heads=1,4 (all from 1; s3 is the
// third source token). Throws std::invalid_argument where sizes do not fit or
// a number is not from 0 to 1.
std::string html(const Viewer& viewer);

}  // namespace attention
