#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(11.2): compare the keys, read the values.
Read read(const Numbers& query, const Memory& memory) { todo(query, memory); }

// TODO(11.2): ask again with what was read.
Numbers state_after(int hops, Numbers query, const Memory& memory) {
  todo(hops, query, memory);
}

}  // namespace exercise
