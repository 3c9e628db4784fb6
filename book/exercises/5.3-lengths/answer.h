#pragma once

#include <functional>
#include <vector>

namespace exercise {

using Row = std::vector<double>;

// The state after one word: step(state, word).
using Step = std::function<Row(const Row& state, const Row& word)>;

struct Outcome {
  std::vector<std::vector<Row>>
      outputs;            // [B][T]: the state at each word, or 0
  std::vector<Row> last;  // [B]: the state after the whole run
};

// Runs over a batch [B][T] of words, of which sentence b has the first
// lengths[b]; from the state `start`, forwards or backwards.
Outcome run(const Step& step, const Row& start,
            const std::vector<std::vector<Row>>& words,
            const std::vector<int>& lengths, bool backwards);

}  // namespace exercise
