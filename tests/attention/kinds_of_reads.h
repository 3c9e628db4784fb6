// Hard reads, as the laws see them: in evaluation and while training (with the
// same draws at every call), by their weights and by what they looked at.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "attention/attention.h"
#include "attention/hard.h"
#include "tests/laws.h"

namespace laws {

enum class Mode { evaluated, training };
enum class Shown { weights, chosen };  // as the kind's weights

template <class Read>
Kind hard(std::string name, Read read, Mode mode, Shown shown,
          std::vector<Law> breaks = {}) {
  using Attend = Attention<attention::ScaledDotScore, attention::Softmax, Read>;
  Kind kind;
  kind.name = std::move(name);
  kind.breaks = std::move(breaks);
  const Attend attend({}, {}, read);
  kind.attend = [=](const Tensor& query, const Tensor& keys,
                    const Tensor& values, const Mask& mask) {
    autograd::Rng rng(5);
    Tensor chosen;
    attention::Step step;
    if (mode == Mode::training) step.rng = &rng;
    step.chosen = &chosen;
    Result result = attend(query, attend.prepare(keys, values, mask), step);
    if (shown == Shown::chosen) result.weights = chosen;
    return result;
  };
  return kind;
}

// A choice tells little of the scores that it came from. A draw depends on
// which row of the batch it is for, and on the order of the keys.
inline std::vector<Kind> hard_kinds() {
  using attention::GumbelSoftmax, attention::Sample;
  const attention::StraightThrough straight;
  const Mode evaluated = Mode::evaluated, training = Mode::training;
  const Shown weights = Shown::weights, chosen = Shown::chosen;
  const Law query = Law::query_matters, keys = Law::keys_matter,
            alone = Law::queries_stand_alone, order = Law::order_means_nothing,
            mates = Law::batch_mates_change_nothing,
            equal = Law::equal_keys_share, gradients = Law::gradients_are_right;
  const GumbelSoftmax warm{.temperature = 1, .hard = false};
  const GumbelSoftmax cold{.temperature = autograd::Real(0.5), .hard = true};
  return {
      hard("argmax", Sample(), evaluated, weights),
      hard("argmax, by its choice", Sample(), evaluated, chosen,
           {query, keys, equal}),
      hard("sample", Sample(), training, weights, {alone, mates, order}),
      hard("sample, by its choice", Sample(), training, chosen,
           {query, keys, alone, mates, order, equal}),
      hard("straight-through, argmax", straight, evaluated, weights,
           {gradients}),
      hard("straight-through", straight, training, weights,
           {alone, mates, order, gradients}),
      hard("gumbel-softmax, argmax", warm, evaluated, weights),
      hard("gumbel-softmax", warm, training, weights, {alone, mates, order}),
      hard("gumbel-softmax, by its weights", warm, training, chosen,
           {alone, mates, order, equal, gradients}),
      hard("gumbel-softmax, hard", cold, training, weights,
           {alone, mates, order, gradients}),
  };
}

}  // namespace laws
