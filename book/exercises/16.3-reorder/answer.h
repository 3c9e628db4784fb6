#pragma once

#include <vector>

namespace exercise {

// A beginning of a sentence that a beam search keeps.
struct Hypothesis {
  std::vector<int> words;
  // What the attention keeps of them: a key and a value for each word.
  std::vector<std::vector<double>> keys, values;
};

// The beam search has chosen how to go on: the new hypothesis i continues the
// old hypothesis from[i]. One may be continued several times, or not at all,
// and there may be more or fewer than before. Everything that belongs to a
// hypothesis goes with it. Throws std::out_of_range for a hypothesis that there
// is not, and then nothing has changed.
void reorder(std::vector<Hypothesis>& hypotheses, const std::vector<int>& from);

}  // namespace exercise
