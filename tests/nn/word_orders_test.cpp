#include "nn/word_orders.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "nn/text.h"

namespace nn {
namespace {

std::string translation(WordOrder order, const char* words) {
  const auto pair = grammar_of(order).translate(split(words));
  return pair ? join(pair->target) : "";
}

TEST(WordOrders, ByHand) {
  const char* const plain =
      "cat chase dog in Paris today and bird sing tonight";
  EXPECT_EQ(translation(WordOrder::in_order, plain),
            "猫 追逐 狗 在 巴黎 今天 而且 鸟 唱歌 今晚");
  EXPECT_EQ(translation(WordOrder::reordered, plain),
            "猫 今天 在 巴黎 追逐 狗 而且 鸟 今晚 唱歌");
  EXPECT_EQ(
      translation(WordOrder::articles, "the cat chase the dog in Paris today"),
      "猫 追逐 狗 在 巴黎 今天");
}

// In order, target word t is source word t; with articles the links only rise;
// reordered, they cross.
TEST(WordOrders, LinksFollowTheOrder) {
  autograd::Rng rng(1);
  for (WordOrder order : word_orders) {
    int crossed = 0;
    for (const Pair& pair : grammar_of(order).generate(rng, {3, 20}, 200)) {
      Links by_target = pair.links;
      std::sort(by_target.begin(), by_target.end(),
                [](auto a, auto b) { return a.second < b.second; });
      for (const auto& [s, t] : by_target)
        EXPECT_TRUE(order != WordOrder::in_order || s == t) << s << ' ' << t;
      crossed +=
          !std::is_sorted(by_target.begin(), by_target.end(),
                          [](auto a, auto b) { return a.first < b.first; });
    }
    EXPECT_EQ(crossed > 100, order == WordOrder::reordered) << crossed;
    EXPECT_EQ(crossed == 0, order != WordOrder::reordered) << crossed;
  }
}

TEST(WordOrders, HoldCombinationsOut) {
  autograd::Rng rng(2);
  for (WordOrder order : word_orders) {
    const auto data = grammar_of(order).corpus(rng, 200, 40, {4, 13});
    EXPECT_EQ(data.train.size(), 200u);
    EXPECT_EQ(data.held_out.size(), 40u);
  }
}

}  // namespace
}  // namespace nn
