// What the ops over whole sequences share.
#pragma once

#include <algorithm>
#include <cstdint>

#include "autograd/graph.h"
#include "autograd/kernels/gemm_packed.h"
#include "autograd/kernels/parallel.h"

namespace autograd {

inline kernels::Matrix<const Real> matrix(const Tensor& x) {
  return {x.data(), x.strides()[0], x.strides()[1]};
}

// B [k, n] for a product at every step, with A of as many rows as there are
// sentences. For a single one the copy pays only where B is large and its rows
// are not contiguous.
class StepWeight {
 public:
  StepWeight(int sentences, int k, int n, kernels::Matrix<const Real> b)
      : k_(k), n_(n), b_(b), packed_{k, n, nullptr} {
    if (sentences <= 1 && (b.column == 1 || k * n < large)) return;
    memory_ = Storage(sizeof(Real) * kernels::packed_size(k, n));
    packed_ = kernels::pack(k, n, b, memory_.as<Real>());
  }

  // C += A B.   A [m, k], C [m, n]: unit columns
  void multiply(int m, kernels::Matrix<const Real> a,
                kernels::Matrix<Real> c) const {
    if (memory_)
      kernels::gemm(m, a, packed_, c);
    else
      kernels::gemm(m, n_, k_, a, b_, c, true);
  }

 private:
  static constexpr int large = 1 << 17;  // elements: half of an L2

  int k_, n_;
  kernels::Matrix<const Real> b_;
  Storage memory_;
  kernels::PackedMatrix packed_;
};

// Calls body(begin, end) on shares of the sentences, which do not meet on
// their way through the steps.
template <class Body>
void share_sentences(int count, const Body& body) {
  kernels::parallel_for(count, std::max(16, (count + 3) / 4),
                        [&](std::int64_t begin, std::int64_t end) {
                          body(static_cast<int>(begin), static_cast<int>(end));
                        });
}

}  // namespace autograd
