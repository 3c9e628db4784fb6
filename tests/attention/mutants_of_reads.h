// Planted bugs of hard reads. Each declares the laws that the right read breaks
// too, which do not count as catching it.
#pragma once

#include <vector>

#include "attention/hard.h"
#include "autograd/ops.h"
#include "tests/attention/kinds_of_reads.h"

namespace laws {

using attention::Step;
using autograd::Real;

inline Tensor read_at(const Tensor& z, const Tensor& values, const Step& step) {
  if (step.chosen) *step.chosen = z.detach();
  return autograd::matmul(z, values);
}

// Any place, whatever its weight.
struct DrawsHidden {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const {
    const Tensor even = Tensor::ones(weights.shape());
    return read_at(attention::sampled(even, *step.rng), values, step);
  }
};

// A row that sees nothing looks at the first place.
struct BlindRowLooks {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const {
    const Tensor shifted = weights + Real(1e-6);
    return read_at(attention::strongest(shifted), values, step);
  }
};

// A number is drawn for each key first, padding with them.
struct DrawsByLength {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const {
    for (int s = 0; s < weights.size(-1); ++s) step.rng->bits();
    return read_at(attention::sampled(weights, *step.rng), values, step);
  }
};

// log(alpha + epsilon), to keep log 0 away: hidden places take part.
struct GumbelOfHidden {
  Tensor operator()(const Tensor& weights, const Tensor& values,
                    const Step& step) const {
    const Tensor noise = attention::gumbel_noise(weights.shape(), *step.rng);
    return read_at(
        attention::gumbel_softmax(weights + Real(1e-3), noise, Real(1)), values,
        step);
  }
};

inline std::vector<Kind> mutants_of_reads() {
  const auto of = [](const char* name, auto read, const char* right) {
    Kind mutant = hard(name, read, Mode::training, Shown::chosen);
    for (const Kind& kind : hard_kinds())
      if (kind.name == right) mutant.breaks = kind.breaks;
    return mutant;
  };
  const char* sample = "sample, by its choice";
  const char* gumbel = "gumbel-softmax, by its weights";
  return {
      of("draws hidden places", DrawsHidden(), sample),
      of("hidden row looks at the first place", BlindRowLooks(), sample),
      of("draw moved by padding", DrawsByLength(), sample),
      of("gumbel noise on hidden places", GumbelOfHidden(), gumbel),
  };
}

}  // namespace laws
