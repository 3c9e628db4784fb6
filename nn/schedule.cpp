#include "nn/schedule.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"

namespace nn {

using autograd::check;

namespace {

void check_step(std::int64_t step) {
  check(step >= 1, "[schedule] steps count from 1, got ", step);
}

// cos(pi p) = sin(x), x = pi (1/2 - p), for 0 <= p <= 1, by Taylor's series:
// |x| <= pi / 2, so what is left off is below 2e-18.
double cosine_of_pi(double p) {
  const double x = 3.141592653589793 * (0.5 - p);
  double sum = 0;
  for (int n = 21; n >= 3; n -= 2)  // sum = x^2/3! - x^4/5! ... by Horner
    sum = x * x * (1 - sum) / (n * (n - 1));
  return x * (1 - sum);
}

}  // namespace

double ConstantSchedule::operator()(std::int64_t step) const {
  check_step(step);
  return 1;
}

double InverseRootSchedule::operator()(std::int64_t step) const {
  check_step(step);
  check(width >= 1 && warmup >= 1,
        "[InverseRootSchedule] wanted width and warmup of at least 1, got ",
        width, " and ", warmup);
  const double t = static_cast<double>(step), w = static_cast<double>(warmup);
  return std::min(1 / std::sqrt(t), t / (w * std::sqrt(w))) /
         std::sqrt(static_cast<double>(width));
}

double CosineSchedule::operator()(std::int64_t step) const {
  check_step(step);
  check(0 <= warmup && warmup < total && 0 <= floor && floor <= 1,
        "[CosineSchedule] wanted 0 <= warmup < total and a floor in [0, 1], ",
        "got ", warmup, ", ", total, " and ", floor);
  const double t = static_cast<double>(step), w = static_cast<double>(warmup);
  if (step <= warmup) return t / w;
  if (step >= total) return floor;
  const double p = (t - w) / (static_cast<double>(total) - w);
  return floor + (1 - floor) * (1 + cosine_of_pi(p)) / 2;
}

}  // namespace nn
