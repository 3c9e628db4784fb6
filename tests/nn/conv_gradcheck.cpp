#include <gtest/gtest.h>

#include <vector>

#include "autograd/gradcheck.h"
#include "nn/conv.h"

namespace {

using autograd::Rng;
using autograd::Tensor;

TEST(ResidualBlockGradients, AreThoseOfDifferences) {
  for (bool training : {true, false})
    for (int stride : {1, 2}) {
      Rng rng(5);
      const nn::ResidualBlock block({2, 3, stride}, rng);
      std::vector<Tensor> operands = {
          Tensor::normal({2, 2, 5, 4}, 0, 1, rng).requires_grad(true)};
      for (const auto& [name, parameter] : block.parameters())
        operands.push_back(parameter);
      autograd::check_gradients(
          "residual block",
          [&](const auto& x) { return block(x[0], training); }, operands);
    }
}

}  // namespace
