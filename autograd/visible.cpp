#include "autograd/visible.h"

namespace autograd {

bool Visible::all() const {
  return lengths.empty() && before == unbounded && after == unbounded &&
         !pattern.defined();
}

void Visible::check_fits(const char* op, int B, int T, int S) const {
  check(lengths.empty() || static_cast<int>(lengths.size()) == B, "[", op,
        "] wanted a length for each of ", B, " sentences, got ",
        lengths.size());
  for (int length : lengths)
    check(0 <= length && length <= S, "[", op, "] wanted lengths from 0 to ", S,
          ", got ", length);
  if (!pattern.defined()) return;
  const Shape& shape = pattern.shape();
  check(shape.rank() == 3 && (shape[0] == B || shape[0] == 1) &&
            (shape[1] == T || shape[1] == 1) && shape[2] == S,
        "[", op, "] wanted a pattern of visible keys ", Shape{B, T, S},
        ", got ", shape);
}

}  // namespace autograd
