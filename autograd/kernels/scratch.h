// A kernel's buffer, kept between calls.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

#include "autograd/kernels/real.h"

namespace autograd::kernels {

// Memory of one thread that grows and is kept.
class Scratch {
 public:
  Real* at_least(std::size_t size) {
    if (size > size_) {
      const std::size_t bytes = (size * sizeof(Real) + 4095) / 4096 * 4096;
      memory_.reset(static_cast<Real*>(std::aligned_alloc(4096, bytes)));
      size_ = memory_ ? size : 0;
      if (!memory_) throw std::bad_alloc();
    }
    return memory_.get();
  }

 private:
  struct Free {
    void operator()(Real* p) const { std::free(p); }
  };
  std::unique_ptr<Real[], Free> memory_;
  std::size_t size_ = 0;
};

}  // namespace autograd::kernels
