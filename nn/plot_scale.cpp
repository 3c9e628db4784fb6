#include "nn/plot_scale.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"
#include "autograd/ops.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::text;

double power_of_ten(int exponent) {
  double power = 1;
  for (int i = 0; i < std::abs(exponent); ++i) power *= 10;
  return exponent < 0 ? 1 / power : power;
}

double log(double value) {
  return autograd::log(static_cast<autograd::Real>(value)).item();
}

}  // namespace

std::string short_number(double value) {
  if (value == 0) return "0";
  int exponent = 0;
  while (std::abs(value) >= power_of_ten(exponent + 1)) ++exponent;
  while (std::abs(value) < power_of_ten(exponent)) --exponent;
  const bool huge = exponent > 5 || exponent < -4;
  const double shown = huge ? value / power_of_ten(exponent) : value;
  std::string digits = fixed(shown, huge ? 2 : std::max(0, 3 - exponent));
  if (digits.find('.') != digits.npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  return huge ? text(digits, 'e', exponent) : digits;
}

Scale::Scale(const Axis& axis, const std::vector<double>& values, int wanted)
    : log_(axis.logarithmic) {
  for (const double value : values) {
    check(std::isfinite(value), "[plot] wanted finite numbers, got ", value,
          " on the axis '", axis.name, "'");
    check(!log_ || value > 0, "[plot] wanted numbers above 0 on the ",
          "logarithmic axis '", axis.name, "', got ", value);
  }
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  low_ = axis.from.value_or(values.empty() ? (log_ ? 1 : 0) : *least);
  high_ = axis.to.value_or(values.empty() ? (log_ ? 10 : 1) : *most);
  check(std::isfinite(low_) && std::isfinite(high_) && low_ <= high_ &&
            (!log_ || low_ > 0),
        "[plot] cannot draw an axis '", axis.name, "' from ", low_, " to ",
        high_);
  log_ ? powers(axis) : steps(axis, wanted);
}

double Scale::operator()(double value) const {
  const double share = log_
                           ? (log(value) - log(low_)) / (log(high_) - log(low_))
                           : (value - low_) / (high_ - low_);
  return start_ + pixels_ * share;
}

// Ticks at 1, 2 or 5 times a power of ten; the ends go to a tick where they
// are not given.
void Scale::steps(const Axis& axis, int wanted) {
  if (low_ == high_) {
    const double room = low_ == 0 ? 1 : std::abs(low_) * 0.5;
    if (!axis.from) low_ -= room;
    if (!axis.to || low_ == high_) high_ += room;
  }
  const double rough = (high_ - low_) / wanted;
  int exponent = 0;
  while (power_of_ten(exponent) > rough) --exponent;
  while (power_of_ten(exponent + 1) <= rough) ++exponent;
  double step = power_of_ten(exponent);
  for (const double times : {2.0, 5.0, 10.0})
    if (step < rough) step = times * power_of_ten(exponent);
  constexpr double slack = 1e-9;
  if (!axis.from) low_ = std::floor(low_ / step + slack) * step;
  if (!axis.to) high_ = std::ceil(high_ / step - slack) * step;
  const auto first = std::ceil(low_ / step - slack);
  const auto last = std::floor(high_ / step + slack);
  for (double i = first; i <= last; ++i) ticks_.push_back(i * step);
}

// Ends at 1, 2 or 5 times a power of ten, and ticks there too where the powers
// themselves are few.
void Scale::powers(const Axis& axis) {
  std::vector<double> all;
  int exponent = 0;
  while (power_of_ten(exponent) > low_) --exponent;
  while (power_of_ten(exponent + 1) <= low_) ++exponent;
  for (; all.empty() || all.back() <= high_ * 10; ++exponent)
    for (const int times : {1, 2, 5})
      all.push_back(times * power_of_ten(exponent));
  auto first = std::upper_bound(all.begin(), all.end(), low_) - 1;
  auto last = std::lower_bound(all.begin(), all.end(), high_);
  if (first == last) ++last;
  if (!axis.from) low_ = *first;
  if (!axis.to) high_ = *last;
  check(low_ < high_, "[plot] cannot draw an axis '", axis.name, "' from ",
        low_, " to ", high_);
  const bool few = last - first <= 6;
  for (auto tick = first; tick <= last; ++tick)
    if ((few || (tick - all.begin()) % 3 == 0) && *tick >= low_ &&
        *tick <= high_)
      ticks_.push_back(*tick);
}

}  // namespace nn
