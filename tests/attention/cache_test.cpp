#include "attention/cache.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "autograd/graph.h"
#include "autograd/ops.h"

namespace attention {
namespace {

using autograd::NoGrad;
using autograd::Real;
using autograd::Rng;
using autograd::slice;

// R rows, G heads, T tokens; keys of width 3, values of width 2.
Heads some(int R, int G, int T, Rng& rng) {
  Heads heads;
  heads.keys = Tensor::normal({R, G, T, 3}, 0, 1, rng);
  heads.values = Tensor::normal({R, G, T, 2}, 0, 1, rng);
  return heads;
}

TEST(Cache, HoldsWhatWasAppended) {
  const NoGrad no_grad;
  for (int R : {1, 3})
    for (int step : {1, 7, 8, 9, 33}) {
      Rng rng(1);
      Cache cache;
      std::vector<Tensor> keys, values;
      for (int i = 0; i < 5; ++i) {
        const Heads next = some(R, 2, step, rng);
        keys.push_back(next.keys);
        values.push_back(next.values);
        const Heads all = cache.append(next);
        EXPECT_EQ(cache.length, (i + 1) * step);
        EXPECT_EQ(all.keys.values(), autograd::concat(keys, 2).values());
        EXPECT_EQ(all.values.values(), autograd::concat(values, 2).values());
      }
    }
}

// What is there is not moved for every token.
TEST(Cache, GrowsByDoubling) {
  const NoGrad no_grad;
  Rng rng(2);
  Cache cache;
  int moves = 0;
  const Real* place = nullptr;
  for (int i = 0; i < 200; ++i) {
    const Heads all = cache.append(some(1, 1, 1, rng));
    moves += all.keys.data() != place;
    place = all.keys.data();
  }
  EXPECT_LE(moves, 5);  // 16, 32, 64, 128, 256
}

TEST(Cache, TakesNoTokens) {
  const NoGrad no_grad;
  Rng rng(2);
  Cache cache;
  EXPECT_EQ(cache.append(some(2, 1, 0, rng)).keys.size(2), 0);
  const Heads next = some(2, 1, 4, rng);
  cache.append(next);
  EXPECT_EQ(cache.append(some(2, 1, 0, rng)).keys.values(), next.keys.values());
}

// Rows 0, 1, 2 become 2, 0, 0, 2 and go on apart.
TEST(Cache, ReordersItsRows) {
  const NoGrad no_grad;
  Rng rng(3);
  Cache cache;
  const Heads first = some(3, 2, 5, rng);
  cache.append(first);
  cache.reorder(nn::Indices({1, 4}, {2, 0, 0, 2}));
  const Heads next = some(4, 2, 1, rng);
  const Heads all = cache.append(next);
  const std::vector<int> from = {2, 0, 0, 2};
  for (int i = 0; i < 4; ++i) {
    const Tensor row = slice(all.values, 0, i, i + 1);
    const int parent = from[static_cast<std::size_t>(i)];
    EXPECT_EQ(slice(row, 2, 0, 5).values(),
              slice(first.values, 0, parent, parent + 1).values());
    EXPECT_EQ(slice(row, 2, 5, 6).values(),
              slice(next.values, 0, i, i + 1).values());
  }
  cache.reorder(nn::Indices({1, 1}, {3}));
  EXPECT_EQ(cache.keys.size(0), 1);
  EXPECT_EQ(cache.length, 6);
}

TEST(Cache, RefusesWhatDoesNotFit) {
  Rng rng(4);
  Cache cache;
  EXPECT_THROW(cache.append(some(1, 2, 1, rng)), std::invalid_argument)
      << "while gradients are recorded";
  EXPECT_THROW(cache.reorder(nn::Indices({1, 1}, {0})), std::invalid_argument);
  const NoGrad no_grad;
  cache.append(some(2, 2, 1, rng));
  EXPECT_THROW(cache.append(some(3, 2, 1, rng)), std::invalid_argument);
  EXPECT_THROW(cache.append(some(2, 1, 40, rng)), std::invalid_argument);
  EXPECT_THROW(cache.reorder(nn::Indices({1, 1}, {2})), std::invalid_argument);
  Heads uneven = some(2, 2, 1, rng);
  uneven.values = Tensor::zeros({2, 2, 2, 2});
  EXPECT_THROW(cache.append(uneven), std::invalid_argument);
  EXPECT_EQ(cache.length, 1);
}

}  // namespace
}  // namespace attention
