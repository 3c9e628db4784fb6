// Where the values of an axis lie, and its ticks.
#pragma once

#include <string>
#include <vector>

#include "nn/plot.h"

namespace nn {

// As short as it can be: "0.5", "2000", "1e6".
std::string short_number(double value);

// Places on an axis, and ticks at 1, 2 or 5 times a power of ten. Ends that are
// not given go to a tick. Throws std::invalid_argument where a value or an end
// cannot lie on the axis.
class Scale {
 public:
  // About so many ticks are wanted.
  Scale(const Axis& axis, const std::vector<double>& values, int wanted);

  const std::vector<double>& ticks() const { return ticks_; }
  // The axis begins at `start` and is so long, in pixels.
  void place(double start, double pixels) { start_ = start, pixels_ = pixels; }
  double operator()(double value) const;

 private:
  void steps(const Axis& axis, int wanted);
  void powers(const Axis& axis);

  bool log_;
  double low_, high_, start_ = 0, pixels_ = 1;
  std::vector<double> ticks_;
};

}  // namespace nn
