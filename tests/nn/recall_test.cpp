#include "nn/recall.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using autograd::Rng;
using nn::recall_names;

TEST(Recall, BeginsWithTheNameAndPadsBehindTheFillers) {
  Rng rng(1);
  const nn::Recall recall = nn::draw_recall({2, 0, 4}, rng);
  EXPECT_EQ(recall.ids.shape(), (autograd::Shape{3, 5}));
  EXPECT_EQ(recall.lengths, (std::vector<int>{3, 1, 5}));
  for (int b = 0; b < 3; ++b) {
    EXPECT_EQ(recall.ids[b * 5], recall.names[b]);
    EXPECT_LT(recall.names[b], recall_names);
    for (int t = 1; t < 5; ++t) {
      const int id = recall.ids[b * 5 + t];
      if (t < recall.lengths[std::size_t(b)])
        EXPECT_TRUE(recall_names <= id &&
                    id < recall_names + nn::recall_fillers);
      else
        EXPECT_EQ(id, 0);
    }
  }
  EXPECT_THROW(nn::draw_recall({}, rng), std::invalid_argument);
  EXPECT_THROW(nn::draw_recall({-1}, rng), std::invalid_argument);
}

// One that has learnt nothing is right one time in eight; a perfect one always.
TEST(Recall, AccuracyOfChanceAndOfAPerfectReader) {
  Rng rng(1);
  nn::Reader<nn::Rnn> reader(nn::recall_reader, rng);
  EXPECT_LT(nn::recall_accuracy(reader, 3), 0.35);
  // With no fillers the state is a function of the name alone: show name k as
  // unit k, and read it off.
  for (const auto& [name, tensor] : reader.parameters())
    autograd::Tensor(tensor).fill(0);
  for (int k = 0; k < recall_names; ++k) {
    reader.embedding.weight.set({k, k}, 1);
    reader.layer.cells[0].weight_ih.set({k, k}, 1);
    reader.answer.weight.set({k, k}, 1);
  }
  EXPECT_EQ(nn::recall_accuracy(reader, 0), 1);
}

TEST(Recall, FadingBeginsWithOneAndReachIsAHundredth) {
  Rng rng(1);
  const nn::Reader<nn::Rnn> reader(nn::recall_reader, rng);
  const std::vector<double> shares = nn::fading(reader, {0, 1, 8, 40});
  EXPECT_EQ(shares[0], 1);
  EXPECT_GT(shares[1], shares[2]);
  EXPECT_LT(shares[3], 1e-6);
  const std::vector<int> distances = {0, 1, 2, 4};
  EXPECT_EQ(nn::reach(distances, {1, 0.5, 0.01, 0.001}), 2);
  EXPECT_EQ(nn::reach(distances, {1, 0.001, 0.5, 0.5}), 0);  // the first time
  EXPECT_EQ(nn::reach(distances, {1, 1, 1, 1}), 4);
}

}  // namespace
