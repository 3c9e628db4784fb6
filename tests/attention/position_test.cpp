#include "attention/position.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/ops.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/layer_checks.h"

namespace attention {
namespace {

using autograd::Rng;
using autograd::Shape;
using tests::expect_near;
using tests::Golden;

PositionOptions options_of(PositionKind kind) {
  PositionOptions options;
  options.kind = kind;
  options.width = 6;
  options.heads = 2;
  options.head = 4;
  options.longest = 5;
  options.clip = 2;
  return options;
}

Step at(int position, int cycle = 1) {
  Step step;
  step.position = position;
  step.cycle = cycle;
  return step;
}

// ---- Sinusoids

TEST(Sinusoids, WorkedByHand) {
  // sin 0, cos 0, ...; sin 1, cos 1, sin 1/100, cos 1/100
  expect_near(
      sinusoids(2, 4),
      {0, 1, 0, 1, 0.8414709848, 0.5403023059, 0.0099998333, 0.9999500004},
      1e-7);
}

TEST(Sinusoids, AgreeWithPyTorch) {
  const Golden golden("positions", "sinusoids");
  golden.expect("table", sinusoids(40, 6));
}

// A step of k turns each pair by an angle that no position changes.
TEST(Sinusoids, AStepIsARotation) {
  const int k = 5, W = 8;
  const Tensor table = sinusoids(50, W), turn = sinusoids(1, W, k);
  for (int p = 0; p + k < 50; ++p)
    for (int i = 0; i < W; i += 2) {
      const Real sine = table.at({p, i}), cosine = table.at({p, i + 1});
      const Real s = turn.at({0, i}), c = turn.at({0, i + 1});
      EXPECT_NEAR(table.at({p + k, i}), sine * c + cosine * s, 1e-6);
      EXPECT_NEAR(table.at({p + k, i + 1}), cosine * c - sine * s, 1e-6);
    }
}

TEST(Sinusoids, APositionHasItsBitsWhereverOneBegins) {
  const Tensor all = sinusoids(100, 10);
  EXPECT_EQ(sinusoids(3, 10, 97).values(),
            autograd::slice(all, 0, 97, 100).values());
  // Far out they are still right.
  const Tensor far = sinusoids(1, 4, 100000);
  EXPECT_NEAR(far.at({0, 0}), std::sin(100000.0), 1e-6);
  EXPECT_NEAR(far.at({0, 3}), std::cos(1000.0), 1e-6);
}

TEST(Sinusoids, RefuseAnOddWidth) {
  EXPECT_THROW(sinusoids(3, 5), std::invalid_argument);
  EXPECT_THROW(sinusoids(3, 0), std::invalid_argument);
  EXPECT_THROW(sinusoids(-1, 4), std::invalid_argument);
  EXPECT_EQ(sinusoids(0, 4).shape(), (Shape{0, 4}));
}

// ---- With the embeddings

TEST(PositionEmbedding, AddsSinusoids) {
  Rng rng(1);
  const PositionEmbedding place(options_of(PositionKind::sinusoidal), rng);
  const Tensor x = Tensor::uniform({2, 3, 6}, -1, 1, rng);
  EXPECT_EQ(place(x, 4).values(), (x + sinusoids(3, 6, 4)).values());
  EXPECT_TRUE(place.parameters().empty());
  EXPECT_THROW(place(Tensor::ones({2, 3, 4})), std::invalid_argument);
  EXPECT_THROW(place(x, -1), std::invalid_argument);
}

TEST(PositionEmbedding, LearnsARowForEachPosition) {
  Rng rng(2);
  const PositionEmbedding place(options_of(PositionKind::learned), rng);
  const Tensor x = Tensor::uniform({2, 2, 6}, -1, 1, rng);
  EXPECT_EQ(place(x, 3).values(),
            (x + autograd::slice(place.weight, 0, 3, 5)).values());
  tests::check_layer(place,
                     [&](const PositionEmbedding& place) { return place(x); });
  EXPECT_NO_THROW(place(Tensor::ones({1, 5, 6})));
  EXPECT_THROW(place(Tensor::ones({1, 6, 6})), std::invalid_argument);
  EXPECT_THROW(place(x, 4), std::invalid_argument);
  EXPECT_NE(tests::thrown([&] { place(x, 4); }).find("at most 5 positions"),
            std::string::npos);
}

TEST(PositionEmbedding, LeavesTheRestToTheHeads) {
  Rng rng(3);
  const Tensor x = Tensor::ones({1, 7, 3});
  for (PositionKind kind : {PositionKind::none, PositionKind::rotary,
                            PositionKind::alibi, PositionKind::relative}) {
    const PositionEmbedding place(options_of(kind), rng);
    EXPECT_EQ(place(x).node(), x.node());
    EXPECT_TRUE(place.parameters().empty());
  }
}

TEST(PositionEmbedding, RefusesNoWidth) {
  Rng rng(4);
  PositionOptions options = options_of(PositionKind::learned);
  options.longest = 0;
  EXPECT_THROW(PositionEmbedding(options, rng), std::invalid_argument);
  options = options_of(PositionKind::sinusoidal);
  options.width = 0;
  EXPECT_THROW(PositionEmbedding(options, rng), std::invalid_argument);
}

// ---- With the heads

TEST(HeadPosition, RotaryScoresDependOnDistance) {
  Rng rng(5);
  const HeadPosition position(options_of(PositionKind::rotary), rng);
  const Tensor q = Tensor::uniform({1, 1, 4}, -1, 1, rng);
  const Tensor k = Tensor::uniform({1, 1, 4}, -1, 1, rng);
  auto score = [&](int at_query, int at_key) {
    return autograd::sum(position.turned(q, at_query) *
                         position.turned(k, at_key))
        .item();
  };
  EXPECT_EQ(position.turned(q, 0).values(), q.values());
  for (int apart : {0, 1, 5})
    for (int p : {1, 10, 100})
      EXPECT_NEAR(score(p + apart, p), score(apart, 0), 1e-5);
  EXPECT_GT(std::abs(score(3, 0) - score(0, 0)), 1e-3);
  EXPECT_NEAR(
      autograd::sum(position.turned(q, 9) * position.turned(q, 9)).item(),
      autograd::sum(q * q).item(), 1e-6);
  EXPECT_TRUE(position.streams());
  EXPECT_FALSE(position.scores(q, 3, {}).defined());
}

TEST(HeadPosition, SlopesAreThoseOfTheAuthors) {
  Rng rng(6);
  for (int heads : {1, 8, 12, 16}) {
    PositionOptions options = options_of(PositionKind::alibi);
    options.heads = heads;
    const Golden golden("positions", "slopes_" + std::to_string(heads));
    golden.expect("slopes",
                  Tensor::from({heads}, HeadPosition(options, rng).slopes()));
  }
  PositionOptions options = options_of(PositionKind::alibi);
  options.heads = 8;  // exact: 1/2, 1/4 ...
  Real wanted = 1;
  for (Real slope : HeadPosition(options, rng).slopes())
    EXPECT_EQ(slope, wanted /= 2);
}

TEST(HeadPosition, AlibiFallsWithDistance) {
  Rng rng(7);
  const HeadPosition position(options_of(PositionKind::alibi), rng);
  const Tensor q = Tensor::ones({1, 2, 2, 4});
  const Tensor gained = position.scores(q, 4, at(2));  // at 2 and 3
  ASSERT_EQ(gained.shape(), (Shape{1, 2, 2, 4}));
  expect_near(gained * 256, {-32, -16, 0, -16, -48, -32, -16, 0,  // 1/16
                             -2, -1, 0, -1, -3, -2, -1, 0});      // 1/256
}

// The score of Shaw et al. 2018, equation 4, and the context of equation 3, a
// number at a time.
TEST(HeadPosition, RelativeIsShawsSums) {
  Rng rng(8);
  const HeadPosition position(options_of(PositionKind::relative), rng);
  const int B = 3, H = 2, T = 3, S = 6, D = 4, clip = 2;
  const Tensor q = Tensor::uniform({B, H, T, D}, -1, 1, rng);
  const Tensor alpha = Tensor::uniform({B, H, T, S}, 0, 1, rng);
  EXPECT_FALSE(position.streams());
  for (int cycle : {1, 3}) {
    const Tensor gained = position.scores(q, S, at(1, cycle));
    const Tensor read = position.contexts(alpha, at(1, cycle));
    for (int b = 0; b < B; ++b)
      for (int h = 0; h < H; ++h)
        for (int t = 0; t < T; ++t) {
          std::vector<double> context(D);
          for (int s = 0; s < S; ++s) {
            const int place = 1 + b % cycle + t;
            const int row = std::clamp(s - place, -clip, clip) + clip;
            double e = 0;
            for (int d = 0; d < D; ++d) {
              e += q.at({b, h, t, d}) * position.keys.at({row, d}) / 2;
              context[d] +=
                  alpha.at({b, h, t, s}) * position.values.at({row, d});
            }
            EXPECT_NEAR(gained.at({b, h, t, s}), e, 1e-6);
          }
          for (int d = 0; d < D; ++d)
            EXPECT_NEAR(read.at({b, h, t, d}), context[d], 1e-5);
        }
  }
}

TEST(HeadPosition, OthersDoNothing) {
  Rng rng(9);
  const Tensor x = Tensor::ones({1, 2, 3, 4});
  for (PositionKind kind :
       {PositionKind::none, PositionKind::sinusoidal, PositionKind::learned}) {
    const HeadPosition position(options_of(kind), rng);
    EXPECT_EQ(position.turned(x, 3).node(), x.node());
    EXPECT_TRUE(position.slopes().empty());
    EXPECT_FALSE(position.scores(x, 3, {}).defined());
    EXPECT_FALSE(position.contexts(x, {}).defined());
    EXPECT_TRUE(position.parameters().empty());
    EXPECT_TRUE(position.streams());
  }
}

TEST(HeadPosition, RefusesWhatDoesNotFit) {
  Rng rng(10);
  PositionOptions options = options_of(PositionKind::rotary);
  options.head = 3;
  EXPECT_THROW(HeadPosition(options, rng), std::invalid_argument);
  options = options_of(PositionKind::alibi);
  options.heads = 0;
  EXPECT_THROW(HeadPosition(options, rng), std::invalid_argument);
  options = options_of(PositionKind::relative);
  options.clip = 0;
  EXPECT_THROW(HeadPosition(options, rng), std::invalid_argument);
}

}  // namespace
}  // namespace attention
