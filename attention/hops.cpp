#include "attention/hops.h"

namespace attention {

Hops::Hops(const HopsOptions& options, nn::Rng& rng)
    : options(options),
      update({.in = options.width, .out = options.width, .bias = false}, rng) {
  autograd::check(options.hops >= 1, "[Hops] wanted at least one hop, got ",
                  options.hops);
  update.weight.fill(0);
  for (int i = 0; i < options.width; ++i) update.weight.set({i, i}, 1);
}

Hops::Outcome Hops::operator()(const Tensor& query,
                               const Memory& memory) const {
  Outcome outcome;
  outcome.state = query;
  for (int k = 0; k < options.hops; ++k) {
    outcome.reads.push_back(attend(outcome.state, memory));
    outcome.state = update(outcome.state) + outcome.reads.back().context;
  }
  return outcome;
}

nn::Parameters Hops::parameters() const {
  return nn::nested({{"update", update.parameters()}});
}

}  // namespace attention
