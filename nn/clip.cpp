#include "nn/clip.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/used_rows.h"
#include "autograd/walk.h"

namespace nn {

using autograd::Lane;
using autograd::kernels::Vec;

namespace {

// Of a gradient, in double over blocks of a fixed size, each over sixteen
// lanes. Blocks of rows that are known to be zero are not read.
double sum_of_squares(const Tensor& parameter) {
  constexpr std::int64_t block = 4096;
  const std::int64_t size = parameter.size();
  const std::int64_t blocks = (size + block - 1) / block;
  const Tensor copy =
      parameter.dense() ? Tensor() : contiguous(parameter.grad());
  const Real* const x =
      copy.defined() ? copy.data() : autograd::gradient(parameter).data;
  const char* const used = autograd::used_rows(parameter);
  const auto unused = [=, width = used ? parameter.size(1) : 1](
                          std::int64_t begin, std::int64_t end) {
    return used &&
           std::none_of(used + begin / width, used + (end - 1) / width + 1,
                        [](char row) { return row != 0; });
  };
  const autograd::Storage storage(static_cast<std::size_t>(blocks) *
                                  sizeof(Real));
  Real* const sums = storage.as<Real>();
  autograd::kernels::parallel_for(
      blocks, 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          const std::int64_t first = i * block,
                             n = std::min(block, size - first);
          sums[i] = unused(first, first + n)
                        ? 0
                        : autograd::sum_row(
                              n, [](Vec x) { return x * x; },
                              Lane<const Real>{x + first, 1});
        }
      });
  double sum = 0;
  for (std::int64_t i = 0; i < blocks; ++i) sum += sums[i];
  return sum;
}

// Those that have a gradient, each Node once.
std::vector<const NamedTensor*> with_gradients(const Parameters& parameters) {
  std::vector<const NamedTensor*> found;
  found.reserve(parameters.size());
  for (const NamedTensor& parameter : parameters) {
    auto tied = [&](const NamedTensor* other) {
      return other->tensor.node() == parameter.tensor.node();
    };
    if (parameter.tensor.has_grad() &&
        std::none_of(found.begin(), found.end(), tied))
      found.push_back(&parameter);
  }
  return found;
}

}  // namespace

double gradient_norm(const Parameters& parameters) {
  double sum = 0;
  for (const NamedTensor* parameter : with_gradients(parameters)) {
    const double squares = sum_of_squares(parameter->tensor);
    autograd::check(std::isfinite(squares), "[gradient_norm] the squares of ",
                    "the gradient of ", parameter->name, " sum to ", squares);
    sum += squares;
  }
  return std::sqrt(sum);
}

double clip_factor(double norm, double maximum) {
  autograd::check(maximum > 0, "[clip_factor] wanted a norm above 0, got ",
                  maximum);
  return std::min(1.0, maximum / (norm + 1e-6));  // as PyTorch's
}

double clip_gradient_norm(const Parameters& parameters, double maximum) {
  const double norm = gradient_norm(parameters);
  const double scale = clip_factor(norm, maximum);
  if (scale == 1) return norm;
  for (const NamedTensor* parameter : with_gradients(parameters)) {
    Tensor gradient = parameter->tensor.grad();
    autograd::map_into(
        {gradient.write(), gradient.shape(), gradient.strides()},
        [s = static_cast<Real>(scale)](Vec x) { return x * Vec(s); },
        autograd::values(gradient));
  }
  return norm;
}

}  // namespace nn
