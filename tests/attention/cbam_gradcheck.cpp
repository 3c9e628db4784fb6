#include <gtest/gtest.h>

#include <vector>

#include "attention/cbam.h"
#include "autograd/gradcheck.h"

namespace attention {
namespace {

TEST(CbamGradients, AreThoseOfDifferences) {
  for (const CbamOrder order : {CbamOrder::channel_first,
                                CbamOrder::spatial_first, CbamOrder::parallel})
    for (const Pooling pooling :
         {Pooling::average, Pooling::maximum, Pooling::both}) {
      Rng rng(7);
      const Cbam attend({4, 2, 3, pooling, order}, rng);
      std::vector<Tensor> operands = {
          Tensor::normal({2, 4, 3, 5}, 0, 1, rng).requires_grad(true)};
      for (const auto& [name, parameter] : attend.parameters())
        operands.push_back(parameter);
      autograd::check_gradients(
          "cbam", [&](const auto& x) { return attend(x[0]).context; },
          operands);
    }
}

}  // namespace
}  // namespace attention
