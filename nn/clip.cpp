#include "nn/clip.h"

#include <algorithm>
#include <cmath>

#include "autograd/walk.h"
#include "nn/optimizer.h"

namespace nn {

using autograd::Lane;
using autograd::kernels::Vec;

namespace {

// In double over blocks of a fixed size, each over sixteen lanes.
double sum_of_squares(const Tensor& x) {
  constexpr std::int64_t block = 4096;
  double sum = 0;
  for (std::int64_t i = 0; i < x.size(); i += block)
    sum += autograd::sum_row(
        std::min(block, x.size() - i), [](Vec x) { return x * x; },
        Lane<const Real>{x.data() + i, 1});
  return sum;
}

}  // namespace

double clip_gradient_norm(const Parameters& parameters, double maximum) {
  autograd::check(maximum > 0,
                  "[clip_gradient_norm] wanted a norm above 0, got ", maximum);
  std::vector<Tensor> gradients;
  double sum = 0;
  for (const auto& [name, tensor] : distinct(parameters)) {
    if (!tensor.has_grad()) continue;
    gradients.push_back(tensor.grad());
    const double squares = sum_of_squares(autograd::contiguous(tensor.grad()));
    autograd::check(std::isfinite(squares), "[clip_gradient_norm] the squares ",
                    "of the gradient of ", name, " sum to ", squares);
    sum += squares;
  }
  const double norm = std::sqrt(sum);
  const double scale = maximum / (norm + 1e-6);  // as PyTorch's
  if (scale >= 1) return norm;
  for (Tensor& gradient : gradients)
    autograd::map_into(
        {gradient.write(), gradient.shape(), gradient.strides()},
        [s = static_cast<Real>(scale)](Vec x) { return x * Vec(s); },
        autograd::values(gradient));
  return norm;
}

}  // namespace nn
