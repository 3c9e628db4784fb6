// Learning where to look when one place is drawn (attention/hard.h). What is to
// grow is the expected reward over places z (Xu et al. 2015, section 4.1: r is
// log p(y | z), and its expectation is a lower bound of log p(y)):
//
//     J = E_z[r(z)]      dJ = E_z[dr(z) + r(z) d log p(z)]
//
// The second form is an expectation again, so that a few draws estimate it
// without bias (Williams 1992, "REINFORCE").
#pragma once

#include <functional>

#include "attention/align.h"

namespace attention {

// log p of what was chosen; 0 for a row that chose nothing. Rows of weights sum
// to one, or are zeros.   weights, chosen [..., S]   to [...]
Tensor log_probability(const Tensor& weights, const Tensor& chosen);

// -sum_s alpha_s log alpha_s in nats, 0 log 0 = 0.   [..., S] to [...]
Tensor entropy(const Tensor& weights);

// What reward is to be expected: b = 0.9 b + 0.1 r (Xu et al. 2015, section
// 4.1). It makes the estimate vary less and leaves it unbiased so long as b
// does not depend on the draw it is held against: use it, then update it.
struct Baseline {
  double decay = 0.9;
  double value = 0;

  // With the mean of new rewards, of which no gradient is kept.
  void update(const Tensor& rewards);
};

struct ReinforceOptions {
  double reward = 1;   // lambda_r, of the term that learns where to look
  double entropy = 0;  // lambda_e: above 0, to keep looking around
};

// What is to be minimised: a number whose gradient is the estimate of -dJ, as a
// mean over all draws (Xu et al. 2015, eq. 12 with their baseline and entropy):
//
//     -mean(r + lambda_r (r - b) log p(z) + lambda_e H)
//
// where (r - b) is held as a constant. Each reward belongs to one log p(z): of
// a row, or, summed over steps, of a sentence. Its value says nothing; watch
// the rewards.
//   rewards, log_p, entropies: one shape; no entropies where lambda_e is 0
Tensor reinforce_loss(const Tensor& rewards, const Tensor& log_p,
                      const Tensor& entropies, const Baseline& baseline,
                      const ReinforceOptions& options = {});

// One way to look: the logarithm of its probability, and what it earns; both
// scalars.
struct Episode {
  Tensor log_p, reward;
};

// The witness: J itself, over all S^T ways to choose one of S places T times,
// so that backward() gives dJ exactly. `play` is given one-hot rows [T, S];
// ways of probability 0 do not count, whatever they earn. Throws
// std::invalid_argument above a hundred thousand ways.
Tensor expected_reward(int T, int S,
                       const std::function<Episode(const Tensor&)>& play);

}  // namespace attention
