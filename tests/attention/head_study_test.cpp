#include "attention/head_study.h"

#include <gtest/gtest.h>

#include "tests/support/expect.h"

namespace {

using attention::Mask;
using attention::MultiHeadAttention;
using autograd::Real;
using autograd::Rng;
using autograd::Tensor;

// Two heads of two queries over three keys, one sentence.
const Tensor weights =
    Tensor::from({1, 2, 2, 3}, {0.5, 0.5, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1});

TEST(HeadStudy, DivergencesByHand) {
  const auto all = attention::head_divergences(weights);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_DOUBLE_EQ(all[0][0], 0);
  // One row shares nothing, the other all.
  EXPECT_DOUBLE_EQ(all[0][1], 0.5);
  EXPECT_DOUBLE_EQ(all[1][0], all[0][1]);
  EXPECT_THROW(attention::head_divergences(Tensor::zeros({2, 2})),
               std::invalid_argument);
}

TEST(HeadStudy, DistancesByHand) {
  // Query 0 stands at key 1, query 1 at key 2.
  const auto all = attention::head_distances(weights, 1, 2);
  EXPECT_EQ(all[0], (std::vector<double>{0.75, 0.25, 0}));
  EXPECT_EQ(all[1], (std::vector<double>{0.5, 0, 0}));
  EXPECT_THROW(attention::head_distances(weights, 2, 1), std::invalid_argument);
}

MultiHeadAttention drawn(bool output) {
  attention::MultiHeadOptions options;
  options.width = 8;
  options.heads = 4;
  options.output = output;
  Rng rng(1);
  return MultiHeadAttention(options, rng);
}

TEST(HeadStudy, APrunedHeadReadsToNoAvail) {
  MultiHeadAttention attend = drawn(true);
  attention::prune(attend, 2);
  Rng rng(2);
  const Tensor x = Tensor::normal({1, 3, 8}, 0, 1, rng);
  const auto before = attend(x, Mask(), nullptr).values();
  // The values of head 2 are rows 16 + 4 and 16 + 5 of the projection.
  autograd::slice(attend.in_proj_weight, 0, 20, 22).fill(3);
  EXPECT_EQ(attend(x, Mask(), nullptr).values(), before);
  autograd::slice(attend.in_proj_weight, 0, 22, 24).fill(3);
  EXPECT_NE(attend(x, Mask(), nullptr).values(), before);
  EXPECT_THROW(attention::prune(attend, 4), std::invalid_argument);
  MultiHeadAttention without = drawn(false);
  EXPECT_THROW(attention::prune(without, 0), std::invalid_argument);
}

TEST(HeadStudy, PrunesTheLeastMissedFirst) {
  MultiHeadAttention attend = drawn(true);
  // A head is worth what its first column of W_O says.
  const std::vector<Real> worth = {3, 1, 8, 2};
  autograd::Tensor w = attend.out_proj->weight;
  for (int h = 0; h < 4; ++h) w.set({0, 2 * h}, worth[std::size_t(h)]);
  const auto score = [&] {
    double sum = 0;
    for (int h = 0; h < 4; ++h)
      sum += double(attend.out_proj->weight.at({0, 2 * h}));
    return sum;
  };
  EXPECT_EQ(attention::prune_one_by_one(attend, score),
            (std::vector<double>{14, 13, 11, 8, 0}));
}

}  // namespace
