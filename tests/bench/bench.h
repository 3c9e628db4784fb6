// What is measured: a list of cases, a family a file.
#pragma once

#include <string>
#include <vector>

#include "autograd/tensor.h"
#include "tests/bench/serve.h"

namespace bench {

using autograd::Real;
using autograd::Rng;
using autograd::Shape;
using autograd::Tensor;

// The least ratio of a peer's time to ours, on one thread and on all, and the
// most seconds of a call; 0 where none is set.
struct Goal {
  double one = 0, all = 0, seconds = 0;
};

struct Case {
  std::string name;
  std::function<Run()> setup;  // everything a call needs; a call is measured
  Goal goal = {};
  double flops = 0;  // of a call
  double bytes = 0;  // that a call must read and write
  double reads = 0;  // bytes that it must read, where it writes next to none
  double ops = 0;    // that a call does, where the time of one is wanted
  bool in_turn = false;  // computes first, then reads and writes
};

using Cases = std::vector<Case>;

// The machine's own limits, as cases: peak_flops, peak_bandwidth and, of the
// caches, peak_bandwidth_SIZE; peak_read; peak_latency_SIZE.
Cases peak_cases();
Cases gemm_cases();
Cases elementwise_cases();
Cases rows_cases();  // softmax, cross entropy, layer norm
Cases optimizer_cases();
Cases attention_cases();  // streaming, fwd + bwd
Cases conv_cases();
Cases recurrent_cases();
Cases seq2seq_cases();
Cases transformer_cases();
Cases gpt_cases();
Cases graph_cases();  // what an op costs where there is little to compute
// tom_tiny runs `program`, this one, from its start to its end.
Cases process_cases(const std::string& program);

// Numbers in [-1, 1), the same each time.
Tensor random(const Shape& shape, std::uint64_t seed = 1);

// The same, as a leaf that wants a gradient.
Tensor random_leaf(const Shape& shape, std::uint64_t seed = 1);

// Reads what was computed, so that computing it cannot be left out.
void keep(Real x);
inline void keep(const Tensor& x) { keep(*x.data()); }

}  // namespace bench
