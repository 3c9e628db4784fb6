// How a measured program answers the driver: it reads lines `CASE SECONDS` from
// standard input and answers each with a line of names and values,
//
//   median 1.2e-3 minimum 1.1e-3 peak 73400320
//
// of calls made for about so many seconds: median and minimum seconds of a
// call, and the most bytes that the process has held since the case was set up,
// over what it held before. Other names may follow. An empty line: there is no
// such case. The standard library alone, so that any peer can be built on it.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace bench {

using Run = std::function<void()>;

inline double now() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

// The middle of the values; there is at least one.
inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Seconds of a call, many times over, for about `seconds`. Short calls are
// timed several at once, so that a sample lasts 20 microseconds or more.
inline std::vector<double> sample(const Run& run, double seconds) {
  int calls = 1;
  const auto time_calls = [&] {
    const double start = now();
    for (int i = 0; i < calls; ++i) run();
    return now() - start;
  };
  while (time_calls() < 20e-6) calls *= 2;
  std::vector<double> samples;
  const double end = now() + seconds;
  do {
    samples.push_back(time_calls() / calls);
  } while (now() < end || samples.size() < 3);
  return samples;
}

// The most memory held so far, in bytes, by this process or by one it ran.
inline double peak_memory(int who) {
  rusage usage{};
  getrusage(who, &usage);
#ifdef __APPLE__
  return static_cast<double>(usage.ru_maxrss);
#else
  return static_cast<double>(usage.ru_maxrss) * 1024;
#endif
}

// From here on it is the peak since now, where the system can do so (Linux).
inline void forget_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << 5;
}

// Answers until the input ends. `find` sets a case up, or returns an empty
// function; `more` may add to an answer, and is called first, with nothing to
// write to, when the case has run once.
inline void serve(const std::function<Run(const std::string&)>& find,
                  const std::function<void(std::ostream*)>& more = {}) {
  std::string line, name, now_set_up;
  Run run;
  double before = 0, seconds = 0;
  while (std::getline(std::cin, line)) {
    std::istringstream(line) >> name >> seconds;
    if (name != now_set_up) {
      run = nullptr;
      forget_peak_memory();
      before = peak_memory(RUSAGE_SELF);
      run = find(name);
      now_set_up = name;
      if (run) run();
      if (more) more(nullptr);
    }
    if (run) {
      const std::vector<double> samples = sample(run, seconds);
      const double child = peak_memory(RUSAGE_CHILDREN);
      std::cout << "median " << median(samples) << " minimum "
                << *std::min_element(samples.begin(), samples.end()) << " peak "
                << (child > 0 ? child : peak_memory(RUSAGE_SELF) - before);
      if (more) more(&std::cout);
    }
    std::cout << std::endl;
  }
}

}  // namespace bench
