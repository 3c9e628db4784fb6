#pragma once

#include "nn/module.h"

namespace nn {

// One row of the table for each id:   ids [...]   y [..., width]
struct Embedding {
  Parameter weight;  // [count, width]

  // Standard normal, as PyTorch's.
  Embedding(int count, int width, Rng& rng);

  Tensor operator()(const Indices& ids) const { return embedding(weight, ids); }
  Parameters parameters() const { return {{"weight", weight}}; }
};

}  // namespace nn
