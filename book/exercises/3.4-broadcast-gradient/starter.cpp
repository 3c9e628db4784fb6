#include "answer.h"

namespace exercise {

// TODO(3.4): the walk is right; what is done at each place is not.
std::vector<double> reduce_gradient(std::span<const double> gradient,
                                    const Shape& stretched,
                                    const Shape& shape) {
  std::size_t count = 1;
  for (int length : shape) count *= length;
  std::vector<double> result(count, 0.0);
  const std::size_t missing = stretched.size() - shape.size();
  for (std::size_t n = 0; n < gradient.size(); ++n) {
    // The index of number n on each axis, from the last to the first.
    std::size_t rest = n, place = 0, stride = 1;
    for (std::size_t axis = stretched.size(); axis-- > missing;) {
      const std::size_t index = rest % stretched[axis];
      rest /= stretched[axis];
      const std::size_t length = shape[axis - missing];
      if (length != 1) place += index * stride;
      stride *= length;
    }
    result[place] = gradient[n];
  }
  return result;
}

}  // namespace exercise
