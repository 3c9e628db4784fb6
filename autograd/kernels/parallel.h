// One small pool of threads for the kernels.
#pragma once

#include <cstdint>
#include <type_traits>

namespace autograd {

// How many threads parallel_for may use, the caller included. At the start it
// is ATTENTION_THREADS from the environment, else the number of cores.
int threads();

// n >= 1, else std::invalid_argument. Results never depend on it.
void set_threads(int n);

namespace kernels {

// body(context, begin, end)
using RangeBody = void (*)(const void*, std::int64_t, std::int64_t);
void parallel_for(std::int64_t size, std::int64_t grain, RangeBody body,
                  const void* context);

// Calls body(begin, end) over [0, size), cut every `grain` items: the cuts are
// a matter of the problem, never of the number of threads. Ranges run in any
// order, at the same time; nested calls run in the calling thread; several
// threads may call at once. The first exception of a body is thrown again in
// the caller after all have ended.
template <class Body>
void parallel_for(std::int64_t size, std::int64_t grain, const Body& body) {
  if (size <= grain) {
    if (size > 0) body(std::int64_t{0}, size);
    return;
  }
  parallel_for(
      size, grain,
      [](const void* context, std::int64_t begin, std::int64_t end) {
        (*static_cast<const Body*>(context))(begin, end);
      },
      &body);
}

}  // namespace kernels
}  // namespace autograd
