#include <gtest/gtest.h>

#include "answer.h"

namespace {

using exercise::Layer;
using exercise::layer_work;
using exercise::long_sentence;
using exercise::writing_work;

constexpr Layer base{512, 8, 2048};

TEST(CountTheWork, OneWord) {
  EXPECT_EQ(layer_work({1, 1, 1}, 1), 4 + 2 + 2)
      << "four maps, a score, a context, and two maps more";
  EXPECT_EQ(layer_work({2, 1, 8}, 1), 4 * 4 + 2 * 2 + 2 * 16)
      << "a map of width 2 has 4 numbers, one to 8 has 16";
}

TEST(CountTheWork, WordsReadEachOther) {
  EXPECT_EQ(layer_work({2, 1, 8}, 3) - 3 * (4 * 4 + 2 * 16), 2 * 9 * 2)
      << "9 scores and 9 contexts, of 2 numbers each";
}

TEST(CountTheWork, HeadsShareTheWidth) {
  EXPECT_EQ(layer_work({64, 1, 256}, 10), layer_work({64, 16, 256}, 10))
      << "more heads are narrower heads";
}

TEST(CountTheWork, ThePapersBaseModel) {
  EXPECT_EQ(layer_work(base, 100), 324812800)
      << "100 words: 314,572,800 of maps and 10,240,000 of reading";
}

TEST(CountTheWork, NoWordsNoWork) {
  EXPECT_EQ(layer_work(base, 0), 0);
  EXPECT_EQ(writing_work(base, 0), 0);
}

TEST(CountTheWork, LongTexts) {
  EXPECT_EQ(layer_work(base, 100000), 314572800000 + 10240000000000)
      << "more than an int holds";
}

TEST(CountTheWork, WhereReadingCostsMore) {
  EXPECT_EQ(long_sentence(base), 3073) << "at 3072 words it is a draw";
  EXPECT_EQ(long_sentence({1, 1, 1}), 4);
  for (const Layer& layer : {Layer{64, 4, 256}, Layer{7, 1, 3}}) {
    const auto maps = [&](std::int64_t n) {
      return n *
             (layer_work(layer, 2) -
              4 * (layer_work(layer, 2) - 2 * layer_work(layer, 1)) / 2) /
             2;
    };
    const std::int64_t n = long_sentence(layer);
    EXPECT_GT(layer_work(layer, n) - maps(n), maps(n)) << n << " words";
    EXPECT_LE(layer_work(layer, n - 1) - maps(n - 1), maps(n - 1))
        << n - 1 << " words";
  }
}

TEST(CountTheWork, WritingReadsWhatIsThere) {
  EXPECT_EQ(writing_work({2, 1, 8}, 1), layer_work({2, 1, 8}, 1))
      << "the first word reads itself";
  EXPECT_EQ(writing_work({2, 1, 8}, 3) - 3 * (4 * 4 + 2 * 16),
            2 * (1 + 2 + 3) * 2)
      << "1, 2, then 3 words are read";
}

TEST(CountTheWork, WritingCostsLessThanReadingWhole) {
  EXPECT_EQ(layer_work(base, 100) - writing_work(base, 100), 100 * 99 * 512)
      << "what follows is not read";
}

}  // namespace
