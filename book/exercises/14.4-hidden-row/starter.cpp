#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(14.4): the context.
Numbers forward(const Row& row) { todo(row); }

// TODO(14.4): the gradients of scores and values.
Gradients backward(const Row& row, const Numbers& d_context) {
  todo(row, d_context);
}

}  // namespace exercise
