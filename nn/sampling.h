// One token by chance: as likely as a model says, or likelier.
#pragma once

#include "nn/module.h"

namespace nn {

// First comes the temperature, then top_k, then top_p of what that left. Of
// equally likely tokens the one with the lower id counts as the likelier.
struct SampleOptions {
  Real temperature = 1;  // above 0: p^(1 / temperature), normalised
  int top_k = 0;         // only the k likeliest; 0: all (Fan et al. 2018)
  // Only the fewest likeliest that together have so much of the probability:
  // the nucleus (Holtzman et al. 2020, section 3.1); in (0, 1].
  Real top_p = 1;
};

// A token, from log probabilities [V]; takes one draw from the generator.
// Throws std::invalid_argument for options outside their bounds.
int draw(const Tensor& log_p, const SampleOptions& options, Rng& rng);

}  // namespace nn
