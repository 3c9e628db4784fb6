#include "nn/batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace nn {
namespace {

using autograd::Indices;
using autograd::Rng;
using autograd::Shape;
using Ids = std::vector<int>;

// n pairs; pair i has a source of 1 + i % 7 times the id 4 + i.
std::vector<EncodedPair> pairs(int n) {
  std::vector<EncodedPair> all;
  for (int i = 0; i < n; ++i)
    all.push_back({Ids(static_cast<std::size_t>(1 + i % 7), 4 + i),
                   Ids(static_cast<std::size_t>(i % 3), 4 + i)});
  return all;
}

Ids items_of(const Batches& batches) {
  Ids items;
  for (int b = 0; b < batches.size(); ++b) {
    const Ids some = batches[b].items;
    items.insert(items.end(), some.begin(), some.end());
  }
  return items;
}

TEST(Batch, PadsToTheLongestRow) {
  const Padded padded = pad({{5, 6, 7}, {}, {8}});
  EXPECT_EQ(padded.ids, Indices(Shape{3, 3}, {5, 6, 7, 0, 0, 0, 8, 0, 0}));
  EXPECT_EQ(padded.lengths, (Ids{3, 0, 1}));
  EXPECT_EQ(pad({{1}, {2, 3}}, 9).ids, Indices(Shape{2, 2}, {1, 9, 2, 3}));
  EXPECT_THROW(pad({}), std::invalid_argument);
  EXPECT_THROW(pad({{}, {}}), std::invalid_argument);
}

TEST(Batch, ShiftsTheTargetByOne) {
  const std::vector<EncodedPair> all = {{{5}, {6, 7}}, {{8, 9}, {4}}};
  const Batch batch = make_batch(all, {1, 0});
  EXPECT_EQ(batch.source.ids, Indices(Shape{2, 2}, {8, 9, 5, 0}));
  EXPECT_EQ(batch.source.lengths, (Ids{2, 1}));
  EXPECT_EQ(batch.target_in.ids, Indices(Shape{2, 3}, {2, 4, 0, 2, 6, 7}));
  EXPECT_EQ(batch.target_in.lengths, (Ids{2, 3}));
  EXPECT_EQ(batch.target_out, Indices(Shape{2, 3}, {4, 3, 0, 6, 7, 3}));
  EXPECT_EQ(batch.items, (Ids{1, 0}));
  EXPECT_EQ(batch.tokens, 5);
  EXPECT_THROW(make_batch(all, {2}), std::invalid_argument);
  EXPECT_THROW(make_batch(all, {-1}), std::invalid_argument);
}

TEST(Batches, TakeEveryPairOnce) {
  for (const int n : {1, 7, 8, 9, 33, 1000}) {
    const auto all = pairs(n);
    Rng rng(3);
    const Batches batches(all, 8, rng);
    EXPECT_EQ(batches.size(), (n + 7) / 8);
    Ids items = items_of(batches);
    std::sort(items.begin(), items.end());
    for (int i = 0; i < n; ++i) EXPECT_EQ(items[static_cast<size_t>(i)], i);
  }
}

TEST(Batches, AreAFunctionOfTheRandomState) {
  const auto all = pairs(1000);
  Rng rng(5);
  const Batches first(all, 8, rng);
  const std::uint64_t state = rng.state();
  const Batches second(all, 8, rng);
  EXPECT_NE(items_of(first), items_of(second));
  Rng resumed(state);
  EXPECT_EQ(items_of(Batches(all, 8, resumed)), items_of(second));
  EXPECT_EQ(resumed.state(), rng.state());
}

TEST(Batches, HoldPairsOfSimilarLength) {
  const auto all = pairs(256);  // one pool
  Rng rng(1);
  const Batches batches(all, 8, rng);
  bool mixed_order = false;
  std::size_t last = 0;
  for (int b = 0; b < batches.size(); ++b) {
    const Batch batch = batches[b];
    const auto [low, high] = std::minmax_element(batch.source.lengths.begin(),
                                                 batch.source.lengths.end());
    EXPECT_LE(*high - *low, 1);
    mixed_order = mixed_order || static_cast<std::size_t>(*high) < last;
    last = static_cast<std::size_t>(*high);
  }
  EXPECT_TRUE(mixed_order);
}

TEST(Batches, ForEvaluationAreSortedAndNothingIsRandom) {
  const auto all = pairs(20);
  const Ids items = items_of(Batches(all, 6));
  for (std::size_t i = 1; i < items.size(); ++i) {
    const auto& a = all[static_cast<std::size_t>(items[i - 1])];
    const auto& b = all[static_cast<std::size_t>(items[i])];
    EXPECT_LE(a.source.size(), b.source.size());
  }
  EXPECT_EQ(items[0], 0);  // 0, 7 and 14 have one word, 0 no target word
}

TEST(Batches, RefuseBadSizesAndNumbers) {
  const auto all = pairs(3);
  Rng rng;
  EXPECT_THROW(Batches(all, 0, rng), std::invalid_argument);
  EXPECT_THROW(Batches(all, 2)[2], std::invalid_argument);
  EXPECT_THROW(Batches(all, 2)[-1], std::invalid_argument);
  EXPECT_EQ(Batches({}, 2).size(), 0);
}

}  // namespace
}  // namespace nn
