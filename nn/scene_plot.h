// A picture, and maps over its cells, as an SVG file.
#pragma once

#include <string>
#include <vector>

#include "autograd/tensor.h"

namespace nn {

// Shares from 0 to 1 of G x G cells, row by row, and the cell that is right, or
// -1: it wears a ring.
struct CellMap {
  std::string label;
  std::vector<double> shares;
  int right = -1;
};

struct ScenePicture {
  std::string title;         // for those who do not see it
  autograd::Tensor picture;  // [3, side, side], from 0 to 1; beyond is cut off
  std::vector<CellMap> maps;
  int across = 5;  // panels in a row
};

// The picture and behind it a panel for each map. Throws std::invalid_argument
// where a picture or a map is not square, has more than 64 pixels or 9 cells a
// side, or a share is not from 0 to 1.
std::string svg_scene(const ScenePicture& scene);

}  // namespace nn
