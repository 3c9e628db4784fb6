#include "nn/recall.h"

#include <algorithm>

#include "autograd/check.h"

namespace nn {

Recall draw_recall(const std::vector<int>& delays, Rng& rng) {
  autograd::check(
      !delays.empty() && *std::min_element(delays.begin(), delays.end()) >= 0,
      "[draw_recall] wanted numbers of fillers, from 0 on");
  const int T = 1 + *std::max_element(delays.begin(), delays.end());
  Recall recall;
  std::vector<int> ids, names;
  for (const int delay : delays) {
    names.push_back(rng.below(recall_names));
    recall.lengths.push_back(1 + delay);
    ids.push_back(names.back());
    for (int t = 1; t < T; ++t)
      ids.push_back(t <= delay ? recall_names + rng.below(recall_fillers) : 0);
  }
  recall.ids = Indices({static_cast<int>(delays.size()), T}, ids);
  recall.names = Indices(names);
  return recall;
}

}  // namespace nn
