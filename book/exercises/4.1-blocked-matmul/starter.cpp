#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(4.1): the product, block by block.
void multiply(Matrix& a, Matrix& b, Matrix& c) { todo(a.rows, b.rows, c.rows); }

}  // namespace exercise
