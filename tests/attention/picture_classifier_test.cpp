#include "attention/picture_classifier.h"

#include <gtest/gtest.h>

#include "autograd/graph.h"
#include "nn/optimizer.h"
#include "tests/support/expect.h"
#include "tests/support/layer_checks.h"

namespace attention {
namespace {

using autograd::Indices;
using autograd::Shape;

PictureClassifierOptions small(Gates gates) {
  PictureClassifierOptions options;
  options.classes = 4;
  options.width = 4;
  options.gates = gates;
  options.reduction = 4;
  options.size = 3;
  return options;
}

constexpr Gates kinds[] = {Gates::none, Gates::channel, Gates::both};

TEST(PictureClassifier, ForgetsNoParameter) {
  Rng rng(1);
  const Tensor x = Tensor::normal({2, 3, 12, 16}, 0, 1, rng);
  for (const Gates gates : kinds)
    tests::check_layer(
        PictureClassifier(small(gates), rng),
        [&](const auto& network) { return network(x, true).scores; });
}

TEST(PictureClassifier, ShowsWhereItLooks) {
  Rng rng(1);
  const Tensor x = Tensor::normal({2, 3, 12, 16}, 0, 1, rng);
  for (const Gates gates : kinds)
    for (int depth : {1, 3}) {
      PictureClassifierOptions options = small(gates);
      options.depth = depth;
      const auto seen = PictureClassifier(options, rng)(x, false);
      EXPECT_EQ(seen.scores.shape(), (Shape{2, 4}));
      EXPECT_EQ(seen.map.shape(), (Shape{2, 3, 4}));
      const bool gated = gates != Gates::none;
      EXPECT_EQ(seen.channel.defined() ? seen.channel.size(1) : 0,
                gated ? 8 : 0);
    }
  PictureClassifierOptions none = small(Gates::none);
  none.depth = 0;
  EXPECT_NE(tests::thrown([&] {
              PictureClassifier(none, rng);
            }).find("a depth of at least 1"),
            std::string::npos);
}

// Four pictures, each of one colour all over.
TEST(PictureClassifier, LearnsColours) {
  std::vector<autograd::Real> pixels;
  for (int b = 0; b < 4; ++b)
    for (int c = 0; c < 3; ++c)
      for (int p = 0; p < 64; ++p) pixels.push_back(b == c ? 1 : 0);
  const Tensor x = Tensor::from({4, 3, 8, 8}, pixels);
  const Indices labels(std::vector<int>{0, 1, 2, 3});
  for (const Gates gates : kinds) {
    Rng rng(3);
    const PictureClassifier network(small(gates), rng);
    nn::Adam adam(network.parameters(), {.learning_rate = 0.02});
    double loss = 0;
    for (int i = 0; i < 100; ++i) {
      nn::zero_grad(network.parameters());
      const Tensor y = cross_entropy(network(x, true).scores, labels);
      y.backward();
      adam.step();
      loss = double(y.item());
    }
    EXPECT_LT(loss, 0.1) << int(gates);
  }
}

}  // namespace
}  // namespace attention
