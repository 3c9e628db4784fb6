#include <algorithm>

#include "answer.h"

namespace exercise {

// TODO(13.3): one place off.
std::vector<std::vector<int>> rows_of(int queries, int keys, int first,
                                      int clip) {
  std::vector<std::vector<int>> rows;
  for (int t = 1; t <= queries; ++t) {
    rows.emplace_back();
    for (int s = 0; s < keys; ++s)
      rows.back().push_back(std::clamp(s - (first + t), -clip, clip) + clip);
  }
  return rows;
}

}  // namespace exercise
