// How long something takes on this machine. No result depends on it.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace nn {

// Milliseconds of a call: the median of five or more, and of as many as fit
// into so many seconds; after one that is not counted.
template <class F>
double milliseconds(double seconds, const F& run) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  run();
  std::vector<double> times;
  for (const auto start = Clock::now();
       times.size() < 5 || since(start) < seconds;) {
    const auto before = Clock::now();
    run();
    times.push_back(since(before));
  }
  const auto middle =
      times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return 1e3 * *middle;
}

}  // namespace nn
