#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(12.5): a sum for each cell, and a derivative for each weight.
Penalty looked_at_once(const Rows& weights, const std::vector<bool>& said) {
  todo(weights, said);
}

}  // namespace exercise
