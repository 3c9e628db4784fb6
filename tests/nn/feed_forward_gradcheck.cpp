// The feed-forward and the norms against differences: inputs and every
// parameter.
#include <gtest/gtest.h>

#include "autograd/gradcheck.h"
#include "nn/feed_forward.h"
#include "nn/norm.h"

namespace {

using autograd::check_gradients;
using autograd::Rng;
using autograd::Tensor;

// The layer's own parameters follow x: the checker moves them in place.
std::vector<Tensor> inputs(Tensor x, const nn::Parameters& parameters) {
  std::vector<Tensor> all = {x.requires_grad(true)};
  for (const auto& [name, tensor] : parameters) all.push_back(tensor);
  return all;
}

TEST(FeedForwardGradient, OfEveryKind) {
  for (nn::Activation activation :
       {nn::Activation::relu, nn::Activation::gelu, nn::Activation::swiglu})
    for (bool bias : {true, false}) {
      Rng rng(3);
      nn::FeedForwardOptions options{.width = 3, .hidden = 7};
      options.activation = activation;
      options.bias = bias;
      options.dropout = autograd::Real(0.2);
      const nn::FeedForward layer(options, rng);
      const Tensor x = Tensor::normal({2, 3, 3}, 0, 1, rng);
      EXPECT_NO_THROW(check_gradients(
          "feed forward",
          [&](const auto& in) {
            Rng training(5);
            return layer(in[0], &training);
          },
          inputs(x, layer.parameters())));
    }
}

TEST(NormGradient, OfBothKinds) {
  for (int width : {1, 7, 9}) {
    Rng rng(4);
    const Tensor x = Tensor::normal({2, 2, width}, 1, 1, rng);
    for (const nn::Norm& norm :
         {nn::Norm{nn::LayerNorm(width)}, nn::Norm{nn::RmsNorm(width)}})
      EXPECT_NO_THROW(check_gradients(
          "norm", [&](const auto& in) { return norm(in[0]); },
          inputs(x, norm.parameters())));
  }
}

}  // namespace
