#pragma once

#include <vector>

namespace exercise {

// The variance of REINFORCE's estimate from one look, by the scores of a
// softmax: the mean squared distance of the estimate from its mean, summed over
// all scores. Weights are from 0 on and sum to one.
double variance(const std::vector<double>& weights,
                const std::vector<double>& rewards, double baseline);

// The baseline for which that is least; the mean reward where all are as good.
double best_baseline(const std::vector<double>& weights,
                     const std::vector<double>& rewards);

}  // namespace exercise
