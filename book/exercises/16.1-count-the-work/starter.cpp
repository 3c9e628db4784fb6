#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(16.1): the multiply-adds of a layer, read whole or written word by word.
std::int64_t layer_work(const Layer& layer, std::int64_t words) {
  todo(layer, words);
}

std::int64_t long_sentence(const Layer& layer) { todo(layer); }

std::int64_t writing_work(const Layer& layer, std::int64_t words) {
  todo(layer, words);
}

}  // namespace exercise
