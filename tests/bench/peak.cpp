// What the machine can do at most.
#include <algorithm>
#include <numeric>

#include "autograd/kernels/parallel.h"
#include "autograd/kernels/simd.h"
#include "autograd/memory.h"
#include "autograd/random.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

namespace kernels = autograd::kernels;
using kernels::Vec;

// As many sums as the tile of gemm has: enough to hide the latency of a fused
// multiply-add, and they fit the registers.
constexpr int chains = kernels::gemm_rows * kernels::gemm_vectors;
constexpr int blocks = 64, turns = 4096;

Real multiply_add(Real start) {
  Vec sums[chains];
  const Vec factor = Real(0.999), term = start;
#pragma GCC unroll 32
  for (int c = 0; c < chains; ++c) sums[c] = Vec(Real(c));
  for (int i = 0; i < turns; ++i)
#pragma GCC unroll 32
    for (int c = 0; c < chains; ++c) sums[c] = fma(sums[c], factor, term);
  Vec total = Real(0);
#pragma GCC unroll 32
  for (int c = 0; c < chains; ++c) total = total + sums[c];
  return sum(total);
}

Run flops() {
  return [] {
    kernels::parallel_for(blocks, 1, [](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i)
        keep(multiply_add(static_cast<Real>(i)));
    });
  };
}

// a = b + s c ("triad": McCalpin 1995) over arrays of `size` numbers.
Run bandwidth(int size) {
  Tensor a = Tensor::zeros({size});
  return [=, b = random({size}), c = random({size})]() mutable {
    Real* to = a.write();
    const Real *from = b.data(), *scaled = c.data();
    kernels::parallel_for(
        size, std::min(size / 2, 1 << 16),
        [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; i += kernels::lanes)
            store(to + i, fma(kernels::load(scaled + i), Vec(3),
                              kernels::load(from + i)));
        });
  };
}

// One sum over an array that no cache holds.
constexpr int read_size = 1 << 26;

Run read() {
  return [x = random({read_size})] {
    const Real* from = x.data();
    kernels::parallel_for(
        read_size, 1 << 16, [=](std::int64_t begin, std::int64_t end) {
          constexpr int streams = 4;  // the latency of an addition
          Vec sums[streams] = {Real(0), Real(0), Real(0), Real(0)};
          for (std::int64_t i = begin; i < end; i += streams * kernels::lanes)
            for (int s = 0; s < streams; ++s)
              sums[s] = sums[s] + kernels::load(from + i + s * kernels::lanes);
          keep(sum(sums[0] + sums[1] + (sums[2] + sums[3])));
        });
  };
}

// Loads from 16 MiB in no order, each from where the one before says: what a
// graph of small Nodes waits for.
constexpr int line = 64 / sizeof(int), lines = 1 << 18;

Run latency() {
  std::vector<int> order(lines);
  std::iota(order.begin(), order.end(), 0);
  Rng rng(1);
  autograd::shuffle(order, rng);
  autograd::Storage all(sizeof(int) * line * lines);
  for (int i = 0; i < lines; ++i)
    all.as<int>()[line * order[i]] = line * order[(i + 1) % lines];
  return [=] {
    const int* next = all.as<int>();
    int at = 0;
    for (int i = 0; i < lines; ++i) at = next[at];
    keep(static_cast<Real>(at));
  };
}

Case bandwidth_case(const std::string& name, int size) {
  return {.name = name,
          .setup = [=] { return bandwidth(size); },
          .bytes = 3.0 * size * sizeof(Real)};
}

}  // namespace

Cases peak_cases() {
  return {{.name = "peak_flops",
           .setup = flops,
           .flops = 2.0 * kernels::lanes * chains * blocks * turns},
          // Of memory, and of the second and third cache.
          bandwidth_case("peak_bandwidth", 1 << 24),
          bandwidth_case("peak_bandwidth_384KiB", 1 << 15),
          bandwidth_case("peak_bandwidth_6MiB", 1 << 19),
          {.name = "peak_read",
           .setup = read,
           .reads = 1.0 * read_size * sizeof(Real)},
          {.name = "peak_latency_16MiB", .setup = latency, .ops = lines}};
}

}  // namespace bench
