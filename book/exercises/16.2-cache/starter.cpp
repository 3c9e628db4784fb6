#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(16.2): what the newest word reads, each word mapped once.
Row read_next(const Head& head, Cache& cache, const Row& x,
              std::int64_t& count) {
  todo(head, cache, x, count);
}

}  // namespace exercise
