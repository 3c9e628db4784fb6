#include <gtest/gtest.h>

#include "autograd/checkpoint.h"
#include "autograd/gradcheck.h"
#include "autograd/ops.h"

namespace autograd {
namespace {

TEST(CheckpointGradient, IsThatOfThePiece) {
  Rng rng(1);
  Tensor x = Tensor::normal({3, 7}, 0, 1, rng).requires_grad(true);
  Tensor w = Tensor::normal({5, 7}, 0, 1, rng).requires_grad(true);
  const Piece piece = [](const auto& in, Rng* training) {
    return dropout(softmax(linear(in[0], in[1])), Real(0.2), *training);
  };
  const auto f = [&](const std::vector<Tensor>& in) {
    Rng training(3);
    return checkpoint(piece, {tanh(in[0]), in[1]}, &training);
  };
  EXPECT_NO_THROW(check_gradients("checkpoint", f, {x, w}));
}

}  // namespace
}  // namespace autograd
