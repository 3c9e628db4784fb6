// Convolution: training steps of a small network on pictures.
#include "nn/conv.h"

#include "nn/linear.h"
#include "tests/bench/training.h"

namespace bench {
namespace {

nn::Conv2dOptions three_by_three(int in, int out) {
  nn::Conv2dOptions options;
  options.in = in;
  options.out = out;
  options.padding = 1;
  return options;
}

// 28 x 28 pixels to 16 channels, half the side, 32 channels, half the side,
// ten classes.
struct Network {
  nn::Conv2d conv1, conv2;
  nn::Linear output;

  explicit Network(Rng& rng)
      : conv1(three_by_three(1, 16), rng),
        conv2(three_by_three(16, 32), rng),
        output(32 * 7 * 7, 10, rng) {}

  // x [B, 1, 28, 28]   to [B, 10]
  Tensor operator()(const Tensor& x) const {
    const Tensor y = relu(max_pool2d(conv1(x)));
    const Tensor z = relu(max_pool2d(conv2(y)));
    return output(reshape(z, {x.size(0), -1}));
  }
  nn::Parameters parameters() const {
    return nn::nested({{"conv1", conv1.parameters()},
                       {"conv2", conv2.parameters()},
                       {"output", output.parameters()}});
  }
};

constexpr int batch = 64;

Run train() {
  Rng rng(1);
  const Tensor x = random({batch, 1, 28, 28});
  const nn::Indices labels = random_tokens(10, batch, 1, rng);
  return training(std::make_shared<Network>(rng), [=](const Network& network) {
    return cross_entropy(unsqueeze(network(x), 1), labels);
  });
}

}  // namespace

Cases conv_cases() {
  // Multiply-adds of a step: forward and the weights' gradients of both
  // convolutions and of the linear layer, and back but to the pictures.
  const double first = 28. * 28 * 16 * 9, second = 14. * 14 * 32 * 16 * 9;
  const double last = 32. * 7 * 7 * 10;
  Case train_28;
  train_28.name = "conv_train_28";
  train_28.setup = train;
  train_28.goal = {1, 1};
  train_28.flops = 2 * batch * (2 * first + 3 * second + 3 * last);
  return {train_28};
}

}  // namespace bench
