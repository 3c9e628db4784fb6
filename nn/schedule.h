// Learning-rate schedules: from the number of a step, counted from 1, to a
// factor on the optimiser's rate. Their bits are the same everywhere: no
// function of the system's mathematics but the square root.
#pragma once

#include <cstdint>
#include <functional>

namespace nn {

using Schedule = std::function<double(std::int64_t step)>;

// Always 1.
struct ConstantSchedule {
  double operator()(std::int64_t step) const;
};

// Rises for `warmup` steps, then falls with the root of the step: Vaswani et
// al. 2017, 5.3, with width their d_model.
//   width^-0.5 min(step^-0.5, step warmup^-1.5)
struct InverseRootSchedule {
  int width = 512;
  std::int64_t warmup = 4000;
  double operator()(std::int64_t step) const;
};

// Rises from 0 to 1 for `warmup` steps, then falls along half a cosine to
// `floor` at step `total`, and stays there: Loshchilov & Hutter 2017, 3.
struct CosineSchedule {
  std::int64_t total = 1;
  std::int64_t warmup = 0;
  double floor = 0;
  double operator()(std::int64_t step) const;
};

}  // namespace nn
