#pragma once

#include <cstddef>
#include <vector>

namespace exercise {

// Drawers with a number in each, of which one is opened: drawer s with
// probability softmax(scores)[s]. Of what is found, w times is said; the reward
// is -(said - wanted)^2.
struct Model {
  std::vector<double> scores, numbers;
  double w = 0, wanted = 0;
};

struct Gradient {
  std::vector<double> scores;
  double w = 0;
};

// An estimate of the gradient of minus the expected reward, from one look at
// drawer `place`. It is unbiased for every baseline that does not know the
// draw: added up over all places, each by its probability, it is the gradient.
Gradient look(const Model& model, std::size_t place, double baseline);

}  // namespace exercise
