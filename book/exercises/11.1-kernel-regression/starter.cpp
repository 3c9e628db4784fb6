#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(11.1): a softmax of scores, and a mean of y.
double guess(const Numbers& x, const Numbers& y, double at, double width) {
  todo(x, y, at, width);
}

// TODO(11.1): each from the others.
double leave_one_out(const Numbers& x, const Numbers& y, double width) {
  todo(x, y, width);
}

}  // namespace exercise
