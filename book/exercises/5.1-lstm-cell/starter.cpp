#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(5.1): gates, new cell, new hidden state.
State step(const Lstm& lstm, const State& before, std::span<const double> x) {
  todo(lstm, before, x);
}

}  // namespace exercise
