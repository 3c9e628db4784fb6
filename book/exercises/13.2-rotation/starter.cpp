#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(13.2): the sinusoids of a place.
std::vector<double> encode(int p, int width) { todo(p, width); }

// TODO(13.2): the row of k places on.
std::vector<double> shift(std::span<const double> row, int k) { todo(row, k); }

// TODO(13.2): each pair turned.
std::vector<double> turn(std::span<const double> x, int p) { todo(x, p); }

}  // namespace exercise
