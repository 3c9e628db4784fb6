// Training steps, whatever the model.
#pragma once

#include <memory>

#include "nn/batch.h"
#include "nn/clip.h"
#include "nn/optimizer.h"
#include "tests/bench/bench.h"

namespace bench {

// What a step reads and writes for each weight, where no cache holds them all:
// forward and backward read it, backward writes its gradient, and Adam reads
// four numbers and writes three.
constexpr double bytes_a_weight = 10 * sizeof(Real);

// A step: the gradients of loss(model), Adam. They are clipped at a norm of
// `clip`, 0: as they are.
template <class Model, class Loss>
Run training(std::shared_ptr<Model> model, Loss loss, double clip = 0) {
  const nn::Parameters parameters = model->parameters();
  return [=, adam = nn::Adam(parameters)]() mutable {
    nn::zero_grad(parameters);
    loss(*model).backward();
    adam.step(clip > 0 ? nn::clip_factor(nn::gradient_norm(parameters), clip)
                       : 1);
  };
}

// Pairs of random words, none of them special, all as long as each other:
// `time` with the end mark.
nn::Batch random_batch(int batch, int source_words, int target_words, int time,
                       Rng& rng);

// Ids below `words` in rows of random tokens.
nn::Indices random_tokens(int words, int batch, int time, Rng& rng);

}  // namespace bench
