#include "nn/embedding.h"

#include "nn/init.h"

namespace nn {

Embedding::Embedding(int count, int width, Rng& rng) {
  autograd::check(count >= 1 && width >= 1,
                  "[Embedding] wanted sizes of at least 1, got ", count,
                  " rows of width ", width);
  weight = Parameter(Tensor::empty({count, width}));
  init::normal(weight, 0, 1, rng);
}

}  // namespace nn
