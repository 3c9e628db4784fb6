#pragma once

#include <span>

namespace exercise {

// The temperature at which softmax(scores / temperature) gives the best key the
// weight `wanted`, to 9 digits. std::invalid_argument if there is none: with n
// scores, k of them the best, wanted must lie between 1/n and 1/k.
double temperature_for(std::span<const double> scores, double wanted);

}  // namespace exercise
