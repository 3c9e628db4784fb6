#pragma once

#include <vector>

namespace exercise {

using Numbers = std::vector<double>;

// The guess of y at the place `at` from N >= 1 examples, by a Gaussian kernel
// of a width above 0, however far away they are.
double guess(const Numbers& x, const Numbers& y, double at, double width);

// The mean squared error where each y_i is guessed from the N - 1 others;
// N >= 2.
double leave_one_out(const Numbers& x, const Numbers& y, double width);

}  // namespace exercise
