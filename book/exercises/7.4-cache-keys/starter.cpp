#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(7.4): the weights of all queries, each U h worked out once.
Rows all_weights(const Additive& additive, const Rows& queries,
                 const Rows& states, std::int64_t& count) {
  todo(additive, queries, states, count);
}

}  // namespace exercise
