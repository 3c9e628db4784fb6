#pragma once

#include <vector>

namespace exercise {

// Numbers [C, H, W]: channel by channel, in each row by row.
struct Picture {
  int channels = 0, height = 0, width = 0;
  std::vector<double> values;  // C H W of them; H and W are at least 1
};

// Of each channel, over all its places: the mean and the largest value.
struct Descriptors {
  std::vector<double> mean, max;  // C of each
};
Descriptors describe_channels(const Picture& picture);

}  // namespace exercise
