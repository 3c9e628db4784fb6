// Where somebody looked, drawn over how likely it was.
#pragma once

#include <string>
#include <vector>

#include "nn/plot.h"

namespace nn {

// Paths over a table of shares, from its first row to its last.
struct Paths {
  Grid grid;                            // every row with all columns
  std::vector<std::vector<int>> paths;  // of each one, the column in each row
  std::vector<int> right = {};  // the column that is framed in each row; none
};

// The whole file; see nn/svg.h. Throws std::invalid_argument where numbers of
// rows or columns differ, or a share is not from 0 to 1.
std::string svg_paths(const Paths& paths);

}  // namespace nn
