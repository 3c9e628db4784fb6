#pragma once

#include <vector>

namespace exercise {

using Numbers = std::vector<double>;

// x [channels, places], row by row.
struct Features {
  int channels = 0, places = 0;
  Numbers x;
};

// The two maps, row by row.
struct ChannelWeights {
  int hidden = 0;
  Numbers w0;  // [hidden, channels]
  Numbers w1;  // [channels, hidden]
};

// A gate for each channel, between 0 and 1.
Numbers channel_gates(const Features& features, const ChannelWeights& weights);

// Every number of a channel by the channel's gate:   [channels, places]
Numbers gated(const Features& features, const Numbers& gates);

}  // namespace exercise
