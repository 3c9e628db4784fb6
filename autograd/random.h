// Random numbers and their distributions, our own: the same draws with every
// compiler and standard library. One draw per statement, please: C++ does not
// order the arguments of a call.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "autograd/check.h"
#include "autograd/kernels/real.h"

namespace autograd {

// A generator whose whole state is one 64-bit number, so it can be saved and
// restored: SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable
// pseudorandom number generators").
class Rng {
 public:
  explicit Rng(std::uint64_t seed = 0) : state_(seed) {}

  // The next 64 random bits.
  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // Uniform in [0, 1): 24 random bits, exact in float.
  Real uniform() { return static_cast<Real>(bits() >> 40) / (1 << 24); }

  // Uniform in [low, high).
  Real uniform(Real low, Real high) { return low + (high - low) * uniform(); }

  // Standard normal: Marsaglia's polar method.
  Real normal();

  // Uniform among 0 .. n-1, n >= 1, without bias (multiply and reject, Lemire
  // 2019).
  int below(int n) {
    check(n >= 1, "[below] wanted at least one choice, got ", n);
    const auto range = static_cast<std::uint32_t>(n);
    const std::uint32_t floor = (0u - range) % range;
    for (;;) {
      const std::uint64_t product = (bits() >> 32) * range;
      if (static_cast<std::uint32_t>(product) >= floor)
        return static_cast<int>(product >> 32);
    }
  }

  // A generator for a side branch, so that what is drawn there does not move
  // the draws here.
  Rng split() { return Rng(bits()); }

  std::uint64_t state() const { return state_; }

 private:
  std::uint64_t state_;
};

// Puts the items in random order (Fisher & Yates).
template <class T>
void shuffle(std::vector<T>& items, Rng& rng) {
  for (std::size_t i = items.size(); i > 1; --i) {
    const int j = rng.below(static_cast<int>(i));
    std::swap(items[i - 1], items[static_cast<std::size_t>(j)]);
  }
}

}  // namespace autograd
