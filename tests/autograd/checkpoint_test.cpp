#include "autograd/checkpoint.h"

#include <gtest/gtest.h>

#include <thread>

#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "tests/support/expect.h"

namespace autograd {
namespace {

using Bits = std::vector<std::vector<Real>>;

// Two layers with dropout about a window: what a block of a model does.
struct Block {
  Tensor first, second;

  Block(int width, Rng& rng) {
    first = Tensor::normal({4 * width, width}, 0, 1, rng).requires_grad(true);
    second = Tensor::normal({width, 4 * width}, 0, 1, rng).requires_grad(true);
  }
  Tensor operator()(const Tensor& x, Rng* training) const {
    Tensor h = gelu(linear(x, first));
    if (training) h = dropout(h, Real(0.3), *training);
    return x + linear(h, second);
  }
};

struct Net {
  Tensor x;
  std::vector<Block> blocks;

  Net(const Shape& shape, int count) {
    Rng rng(4);
    x = Tensor::normal(shape, 0, 1, rng).requires_grad(true);
    for (int i = 0; i < count; ++i) blocks.emplace_back(shape.back(), rng);
  }

  Tensor forward(bool checkpointed, Rng* training) const {
    Tensor h = x * Real(0.5);
    for (const Block& block : blocks)
      h = checkpointed
              ? checkpoint([&](const auto& inputs,
                               Rng* rng) { return block(inputs[0], rng); },
                           {h}, training)
              : block(h, training);
    return sum(tanh(h));
  }

  Bits gradients() const {
    Bits bits = {x.grad().values()};
    for (const Block& block : blocks)
      for (const Tensor& w : {block.first, block.second})
        bits.push_back(w.grad().values());
    return bits;
  }
};

TEST(Checkpoint, GivesTheSameBits) {
  for (const bool random : {false, true}) {
    Bits wanted;
    Real loss = 0;
    std::uint64_t state = 0;
    for (const bool checkpointed : {false, true}) {
      Net net({2, 7, 8}, 3);
      net.blocks[2].first = net.blocks[0].first;  // tied
      Rng rng(9);
      const Tensor y = net.forward(checkpointed, random ? &rng : nullptr);
      y.backward();
      if (checkpointed) {
        EXPECT_EQ(y.item(), loss);
        EXPECT_EQ(rng.state(), state);
        EXPECT_EQ(net.gradients(), wanted);
      }
      wanted = net.gradients();
      loss = y.item();
      state = rng.state();
    }
  }
}

// Inputs that share a Node, are used outside as well, and come in any window.
TEST(Checkpoint, AddsToWhatOthersAdd) {
  const Piece piece = [](const auto& in, Rng*) {
    return matmul(in[0], in[1]) + in[2];
  };
  Bits wanted;
  for (const bool checkpointed : {false, true}) {
    Rng rng(2);
    Tensor x = Tensor::normal({3, 6}, 0, 1, rng).requires_grad(true);
    Tensor bias = Tensor::normal({3}, 0, 1, rng).requires_grad(true);
    const Tensor h = exp(x);  // [3, 6]
    const std::vector<Tensor> inputs = {slice(h, 1, 0, 3),
                                        transpose(slice(h, 1, 2, 5)), bias};
    const Tensor y =
        checkpointed ? checkpoint(piece, inputs, nullptr) : piece(inputs, {});
    (sum(h * h) + sum(y * slice(h, 1, 3, 6)) + sum(bias)).backward();
    const Bits got = {x.grad().values(), bias.grad().values()};
    if (checkpointed) {
      EXPECT_EQ(got, wanted);
    }
    wanted = got;
  }
}

TEST(Checkpoint, RunsThePieceTwice) {
  const Net net({4, 8}, 1);
  Counter counter;
  const Tensor y = net.forward(true, nullptr);
  EXPECT_EQ(counter.rows().at("gelu").calls, 1);
  EXPECT_EQ(counter.rows().at("checkpoint").calls, 1);
  y.backward();
  EXPECT_EQ(counter.rows().at("gelu").calls, 2);
}

// What a thread of its own took from the system for a forward and a backward
// pass: its large blocks stay in its lists until it ends.
std::int64_t bytes_taken(bool checkpointed) {
  std::int64_t bytes = 0;
  std::thread([&] {
    const auto before = memory_use().system_bytes;
    const Net net({512, 64}, 8);
    net.forward(checkpointed, nullptr).backward();
    bytes = memory_use().system_bytes - before;
  }).join();
  return bytes;
}

TEST(Checkpoint, NeedsLessMemory) {
#ifdef ATTENTION_SANITIZED
  GTEST_SKIP() << "under a sanitizer no block is kept";
#endif
  const auto plain = bytes_taken(false), less = bytes_taken(true);
  // Of each of 8 blocks: 64 columns in place of 64 + 4 64 + 4 64 + 64 + 64.
  EXPECT_LT(2 * less, plain) << less << " of " << plain;
}

TEST(Checkpoint, NestsAndIsKeptForASecondPass) {
  Bits wanted;
  for (const bool nested : {false, true}) {
    Net net({5, 4}, 2);
    Rng rng(7);
    const Piece both = [&](const auto& in, Rng* training) {
      Tensor h = in[0];
      for (const Block& block : net.blocks)
        h = checkpoint([&](const auto& x, Rng* r) { return block(x[0], r); },
                       {h}, training);
      return h;
    };
    const Tensor h = net.x * Real(2);
    const Tensor y =
        sum(tanh(nested ? checkpoint(both, {h}, &rng) : both({h}, &rng)));
    y.backward(true);
    y.backward();
    if (nested) {
      EXPECT_EQ(net.gradients(), wanted);
    }
    wanted = net.gradients();
  }
}

TEST(Checkpoint, TakesAPieceThatMakesNothing) {
  Tensor x = Tensor::ones({2, 3}).requires_grad(true);
  const Tensor h = x * Real(3);
  const auto through = [&](const Piece& piece) {
    x.zero_grad();
    checkpoint(piece, {h}, nullptr)
        .backward(Tensor::full({2, 3}, 2), /*retain_graph=*/true);
    return x.has_grad() ? x.grad().values()[0] : Real(-1);
  };
  EXPECT_EQ(through([](const auto& in, Rng*) { return in[0]; }), 6);
  EXPECT_EQ(through([](const auto& in, Rng*) {
              return transpose(transpose(in[0] + in[0]));
            }),
            12);
  EXPECT_EQ(through([](const auto&, Rng*) {
              return Tensor::ones({2, 3});
            }),
            -1);  // its inputs have no part in it
}

TEST(Checkpoint, RecordsThePieceWhereNoInputIsTrained) {
  Rng rng(1);
  const Block block(4, rng);
  const Tensor x = Tensor::ones({3, 4});
  const Piece piece = [&](const auto& in, Rng* r) { return block(in[0], r); };
  sum(checkpoint(piece, {x}, nullptr)).backward();
  EXPECT_TRUE(block.first.has_grad());
  const NoGrad no_grad;
  Tensor y = Tensor::ones({3, 4}).requires_grad(true);
  EXPECT_FALSE(checkpoint(piece, {y}, nullptr).requires_grad());
}

TEST(Checkpoint, RefusesWhatWouldBeWrong) {
  Tensor x = Tensor::ones({2}).requires_grad(true);
  Tensor scale = Tensor::ones({2}).requires_grad(true);
  const auto reason = [&](const Piece& piece, const auto& meanwhile) {
    const Tensor y = sum(checkpoint(piece, {x * Real(2)}, nullptr));
    meanwhile();
    return tests::thrown([&] { y.backward(); });
  };
  const Tensor stray = exp(x);
  EXPECT_EQ(reason([&](auto& in, Rng*) { return in[0] * stray; }, [] {}),
            "[checkpoint] the piece reads the result of 'exp', which is none "
            "of its inputs");
  const std::string written = reason(
      [&](auto& in, Rng*) { return in[0] * scale; }, [&] { scale.fill(3); });
  EXPECT_NE(written.find("gave other values"), std::string::npos) << written;
  Rng stray_rng(1);
  const std::string random = reason(
      [&](auto& in, Rng*) { return dropout(in[0], Real(0.5), stray_rng); },
      [&] { stray_rng = Rng(6); });
  EXPECT_NE(random.find("gave other values"), std::string::npos) << random;
  int width = 2;
  EXPECT_NE(reason([&](auto& in, Rng*) { return slice(in[0], 0, 0, width); },
                   [&] { width = 1; })
                .find("gave shape [2], and [1]"),
            std::string::npos);
}

}  // namespace
}  // namespace autograd
