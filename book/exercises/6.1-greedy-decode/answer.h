#pragma once

#include <functional>
#include <vector>

namespace exercise {

// Word 0 is padding, 1 the begin mark, 2 the end mark; words start at 3.
inline constexpr int padding = 0, begin = 1, end = 2;

struct Reply {
  std::vector<double> scores;  // of every word of the vocabulary
  std::vector<double> state;
};

// What the model says after `word` in `state`.
using Model = std::function<Reply(const std::vector<double>& state, int word)>;

// The sentence that is made by taking the best word each time (of equal ones
// the first), without marks, at most `limit` words. The model is asked no more
// often than needed.
std::vector<int> decode(const Model& model, std::vector<double> state,
                        int limit);

}  // namespace exercise
