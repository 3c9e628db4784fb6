#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(15.1): the norm, and three sub-layers around which it goes.
Rows norm(const Rows& x) { todo(x); }

Rows decoder_layer(const Parts& parts, const Rows& x, bool norm_first) {
  todo(parts, x, norm_first);
}

}  // namespace exercise
