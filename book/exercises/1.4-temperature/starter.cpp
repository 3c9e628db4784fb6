#include "answer.h"
#include "lib/todo.h"

namespace exercise {

// TODO(1.4): the temperature that gives the best key this weight.
double temperature_for(std::span<const double> scores, double wanted) {
  todo(scores, wanted);
}

}  // namespace exercise
