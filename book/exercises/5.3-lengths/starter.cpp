#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(5.3): each sentence as if it were alone.
Outcome run(const Step& step, const Row& start,
            const std::vector<std::vector<Row>>& words,
            const std::vector<int>& lengths, bool backwards) {
  todo(step, start, words, lengths, backwards);
}

}  // namespace exercise
