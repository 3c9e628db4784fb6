#include <gtest/gtest.h>

#include "answer.h"

namespace {

using Table = std::vector<std::vector<int>>;
using exercise::rows_of;

TEST(FirstPosition, OwnPlaceIsTheMiddle) {
  const Table rows = rows_of(3, 3, 0, 4);
  ASSERT_EQ(rows.size(), 3u) << "a row of numbers for each query";
  for (std::size_t t = 0; t < 3; ++t)
    EXPECT_EQ(rows[t].at(t), 4) << "a word is 0 places from itself";
}

TEST(FirstPosition, BeforeAndBehind) {
  EXPECT_EQ(rows_of(3, 3, 0, 4), (Table{{4, 5, 6}, {3, 4, 5}, {2, 3, 4}}))
      << "smaller rows are of keys before the query";
}

TEST(FirstPosition, FarIsAsTheFarthest) {
  EXPECT_EQ(rows_of(5, 5, 0, 1), (Table{{1, 2, 2, 2, 2},
                                        {0, 1, 2, 2, 2},
                                        {0, 0, 1, 2, 2},
                                        {0, 0, 0, 1, 2},
                                        {0, 0, 0, 0, 1}}))
      << "three rows: before, the same, behind";
}

TEST(FirstPosition, TheNewestWordAlone) {
  const Table all = rows_of(6, 6, 0, 3);
  EXPECT_EQ(all.at(4).at(4), 3) << "its own place is the middle";
  for (int at = 0; at < 6; ++at)
    EXPECT_EQ(rows_of(1, 6, at, 3).at(0), all.at(std::size_t(at)))
        << "word " << at << " asked by itself is as in the whole sentence";
}

TEST(FirstPosition, TheLastTwo) {
  EXPECT_EQ(rows_of(2, 4, 2, 3), (Table{{1, 2, 3, 4}, {0, 1, 2, 3}}))
      << "query 0 stands at place 2";
}

TEST(FirstPosition, EveryRowIsInTheTable) {
  bool lowest = false, highest = false;
  const Table rows = rows_of(4, 4, 0, 3);
  for (const auto& row : rows)
    for (const int r : row) {
      ASSERT_TRUE(0 <= r && r <= 6) << "2 clip + 1 rows, from 0";
      lowest |= r == 0;
      highest |= r == 6;
    }
  EXPECT_TRUE(lowest && highest) << "words 3 apart reach both ends of clip 3";
}

TEST(FirstPosition, NoDistanceAtAll) {
  EXPECT_EQ(rows_of(2, 2, 0, 0), (Table{{0, 0}, {0, 0}}))
      << "clip 0: one row for all";
  EXPECT_EQ(rows_of(1, 2, 1, 5), (Table{{4, 5}}))
      << "a key before, and the query's own place";
}

}  // namespace
