#pragma once

#include <functional>
#include <span>
#include <vector>

namespace exercise {

using Function = std::function<double(std::span<const double>)>;

// True if `gradient` is, to four digits of its largest number, the gradient of
// `f` at x: one finite number for each x.
bool is_gradient(const Function& f, std::span<const double> x,
                 std::span<const double> gradient);

}  // namespace exercise
