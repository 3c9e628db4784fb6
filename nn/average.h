// Averages of a model's weights over the moments of its training.
#pragma once

#include <vector>

#include "nn/module.h"

namespace nn {

// The weights of the last `count` moments, and their mean (Vaswani et al. 2017,
// 6.1; Izmailov et al. 2018). With a count of 0 nothing is kept or changed.
class WeightAverage {
 public:
  WeightAverage(const Parameters& model, int count);

  // Keeps the weights as they are now, in place of the oldest.
  void add();

  // Puts the mean of what is kept in place of the model's weights, if anything
  // is; `put_back` undoes the last `put`.
  void put();
  void put_back();

  // What is kept, by name, so that saved and loaded again it goes on with the
  // same bits: added, 0.NAME, 1.NAME ...
  Parameters state() const;

 private:
  int filled() const;

  Parameters model_;              // each Node once
  Tensor added_;                  // how often, a scalar
  std::vector<Parameters> kept_;  // [count], the next goes to added % count
  Parameters raw_;                // the weights before `put`, or none
};

}  // namespace nn
