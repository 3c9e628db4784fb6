#include <gtest/gtest.h>

#include "answer.h"

namespace {

using exercise::attention_bytes;
using exercise::longest_sentence;

TEST(AttentionMemory, OfAnOrdinaryBatch) {
  EXPECT_EQ(attention_bytes(32, 8, 50, 50, 4), 2'560'000)
      << "32 x 8 tables of 50 x 50 floats";
}

TEST(AttentionMemory, QueriesAndKeysMayDiffer) {
  EXPECT_EQ(attention_bytes(2, 3, 5, 7, 8), 1680)
      << "a decoder of 5 words looks at a source of 7";
}

TEST(AttentionMemory, OfALongText) {
  EXPECT_EQ(attention_bytes(8, 16, 8192, 8192, 4), 34'359'738'368)
      << "32 GiB, and an int ends at 2 GiB";
}

TEST(AttentionMemory, TwiceAsLongIsFourTimesAsMuch) {
  for (int n : {3, 100, 40'000}) {
    EXPECT_EQ(attention_bytes(1, 12, 2 * n, 2 * n, 4),
              4 * attention_bytes(1, 12, n, n, 4))
        << "every word looks at every word";
  }
  EXPECT_EQ(attention_bytes(1, 1, 10, 10, 4), 400) << "10 x 10 floats";
}

TEST(AttentionMemory, TheLongestThatJustFits) {
  EXPECT_EQ(longest_sentence(400, 1, 1, 4), 10)
      << "10 x 10 floats, to the byte";
  EXPECT_EQ(longest_sentence(399, 1, 1, 4), 9) << "one byte short of 10 x 10";
  EXPECT_EQ(longest_sentence(483, 1, 1, 4), 10) << "one byte short of 11 x 11";
}

TEST(AttentionMemory, HeadsAndSentencesShareIt) {
  EXPECT_EQ(longest_sentence(2'560'000, 32, 8, 4), 50)
      << "the ordinary batch, backwards";
  EXPECT_EQ(longest_sentence(16LL << 30, 8, 16, 4), 5792)
      << "16 GiB hold 5792 words, not 8192: the root of a half";
}

TEST(AttentionMemory, RootsAreNotExact) {
  const std::int64_t n = 1'500'000'001;
  EXPECT_EQ(longest_sentence(n * n, 1, 1, 1), n)
      << "n x n bytes hold exactly n words";
  EXPECT_EQ(longest_sentence(n * n - 1, 1, 1, 1), n - 1)
      << "one byte less holds one word less; a double rounds that byte away";
}

TEST(AttentionMemory, NotOneWordFits) {
  EXPECT_EQ(longest_sentence(0, 1, 1, 4), 0) << "no memory, no words";
  EXPECT_EQ(longest_sentence(1000, 32, 8, 4), 0) << "one word takes 1024 bytes";
}

}  // namespace
