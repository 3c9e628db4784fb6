#pragma once

#include <vector>

namespace exercise {

using Numbers = std::vector<double>;

// x [channels, height, width], row by row.
struct Features {
  int channels = 0, height = 0, width = 0;
  Numbers x;
};

// kernel [2, size, size]: what means are multiplied with, then maxima. No bias.
struct SpatialWeights {
  int size = 1;  // odd
  Numbers kernel;
};

// A gate for each place, between 0 and 1:   [height, width]
Numbers place_gates(const Features& features, const SpatialWeights& weights);

// Every number by the gate of its place:   [channels, height, width]
Numbers gated(const Features& features, const Numbers& gates);

}  // namespace exercise
