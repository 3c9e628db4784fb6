#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(2.1): the shape that both stretch to.
Shape broadcast_shape(const Shape& a, const Shape& b) { todo(a, b); }

}  // namespace exercise
