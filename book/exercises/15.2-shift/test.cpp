#include <gtest/gtest.h>

#include "answer.h"

namespace {

using exercise::Batch;
using exercise::end;
using exercise::make_batch;
using exercise::pad;
using exercise::start;
using Words = std::vector<int>;

TEST(Shift, OneSentence) {
  const Batch batch = make_batch({{7, 8, 9}});
  ASSERT_EQ(batch.fed.size(), 1u);
  ASSERT_EQ(batch.said.size(), 1u);
  EXPECT_EQ(batch.fed[0], (Words{start, 7, 8, 9})) << "the word before";
  EXPECT_EQ(batch.said[0], (Words{7, 8, 9, end})) << "the word itself";
}

TEST(Shift, NoPlaceSeesItsAnswer) {
  const Batch batch = make_batch({{10, 11, 12, 13, 14}});
  ASSERT_EQ(batch.fed.size(), 1u);
  ASSERT_EQ(batch.fed[0].size(), batch.said[0].size());
  for (std::size_t t = 0; t < batch.said[0].size(); ++t)
    for (std::size_t s = 0; s <= t; ++s)
      EXPECT_NE(batch.fed[0][s], batch.said[0][t])
          << "place " << t << " reads what it is to say at place " << s;
}

TEST(Shift, ShorterOnesAreFilledUp) {
  const Batch batch = make_batch({{7}, {4, 5, 6}});
  ASSERT_EQ(batch.fed.size(), 2u);
  EXPECT_EQ(batch.fed[0], (Words{start, 7, pad, pad}));
  EXPECT_EQ(batch.said[0], (Words{7, end, pad, pad}))
      << "the end first, then padding";
  EXPECT_EQ(batch.fed[1], (Words{start, 4, 5, 6}));
  EXPECT_EQ(batch.said[1], (Words{4, 5, 6, end}));
}

TEST(Shift, TheOrderOfSentences) {
  const Batch batch = make_batch({{9, 9}, {5}, {7, 7}});
  ASSERT_EQ(batch.said.size(), 3u);
  EXPECT_EQ(batch.said[0], (Words{9, 9, end}));
  EXPECT_EQ(batch.said[1], (Words{5, end, pad}));
  EXPECT_EQ(batch.said[2], (Words{7, 7, end}));
}

TEST(Shift, ASentenceWithoutWords) {
  const Batch batch = make_batch({{}});
  ASSERT_EQ(batch.fed.size(), 1u);
  EXPECT_EQ(batch.fed[0], (Words{start})) << "there is an end to be said";
  EXPECT_EQ(batch.said[0], (Words{end}));
}

TEST(Shift, EveryWordIsSaidOnce) {
  const Batch batch = make_batch({{4, 5}, {6, 7, 8, 9}});
  int words = 0, ends = 0, starts = 0;
  for (const auto& row : batch.said)
    for (const int word : row) {
      words += word > end;
      ends += word == end;
    }
  for (const auto& row : batch.fed)
    for (const int word : row) starts += word == start;
  EXPECT_EQ(words, 6);
  EXPECT_EQ(ends, 2) << "one end for each sentence";
  EXPECT_EQ(starts, 2) << "one start for each sentence";
}

}  // namespace
