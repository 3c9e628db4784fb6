#include "nn/clip.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/graph.h"
#include "autograd/walk.h"

namespace nn {

using autograd::Lane;
using autograd::kernels::Vec;

namespace {

// In double over blocks of a fixed size, each over sixteen lanes.
double sum_of_squares(const Tensor& x) {
  constexpr std::int64_t block = 4096;
  const std::int64_t blocks = (x.size() + block - 1) / block;
  const autograd::Storage storage(static_cast<std::size_t>(blocks) *
                                  sizeof(Real));
  Real* const sums = storage.as<Real>();
  autograd::kernels::parallel_for(
      blocks, 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i)
          sums[i] = autograd::sum_row(
              std::min(block, x.size() - i * block),
              [](Vec x) { return x * x; },
              Lane<const Real>{x.data() + i * block, 1});
      });
  double sum = 0;
  for (std::int64_t i = 0; i < blocks; ++i) sum += sums[i];
  return sum;
}

}  // namespace

double clip_gradient_norm(const Parameters& parameters, double maximum) {
  autograd::check(maximum > 0,
                  "[clip_gradient_norm] wanted a norm above 0, got ", maximum);
  std::vector<const Tensor*> seen;
  seen.reserve(parameters.size());
  double sum = 0;
  for (const auto& [name, tensor] : parameters) {
    auto tied = [node = tensor.node()](const Tensor* other) {
      return other->node() == node;
    };
    if (!tensor.has_grad() || std::any_of(seen.begin(), seen.end(), tied))
      continue;
    seen.push_back(&tensor);
    const double squares = sum_of_squares(autograd::contiguous(tensor.grad()));
    autograd::check(std::isfinite(squares), "[clip_gradient_norm] the squares ",
                    "of the gradient of ", name, " sum to ", squares);
    sum += squares;
  }
  const double norm = std::sqrt(sum);
  const double scale = maximum / (norm + 1e-6);  // as PyTorch's
  if (scale >= 1) return norm;
  for (const Tensor* tensor : seen) {
    Tensor gradient = tensor->grad();
    autograd::map_into(
        {gradient.write(), gradient.shape(), gradient.strides()},
        [s = static_cast<Real>(scale)](Vec x) { return x * Vec(s); },
        autograd::values(gradient));
  }
  return norm;
}

}  // namespace nn
