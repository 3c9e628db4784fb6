#pragma once

#include <cstdint>

namespace exercise {

// CBAM on `channels` channels of height by width places.
struct Cbam {
  std::int64_t channels = 0, reduction = 1;  // which divides the channels
  std::int64_t window = 7;
  std::int64_t height = 0, width = 0;
};

// The numbers that are trained.
std::int64_t parameters(const Cbam& cbam);

// The multiply-adds for one picture: those of the channels' network, of the
// spatial convolution (padding counted as if it were there), and one for each
// number that a gate multiplies, of both gates.
std::int64_t multiply_adds(const Cbam& cbam);

// The multiply-adds of a convolution of size by size, from as many channels to
// as many, over the same places (padding counted likewise).
std::int64_t convolution(const Cbam& cbam, std::int64_t size);

}  // namespace exercise
