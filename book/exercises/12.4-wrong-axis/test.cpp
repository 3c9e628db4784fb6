#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "answer.h"

namespace {

using exercise::describe_channels;
using Numbers = std::vector<double>;

TEST(WrongAxis, MeanOfEachChannel) {
  const auto found = describe_channels({2, 1, 3, {1, 2, 3, 10, 20, 30}});
  EXPECT_EQ(found.mean, (Numbers{2, 20}))
      << "the first three numbers are the first channel's";
}

TEST(WrongAxis, LargestOfEachChannel) {
  const auto found = describe_channels({2, 2, 2, {1, 7, 3, 2, 5, 4, 6, 0}});
  EXPECT_EQ(found.max, (Numbers{7, 6}))
      << "the largest of the first four, and of the last four";
}

TEST(WrongAxis, AsManyChannelsAsPlaces) {
  const auto found = describe_channels(
      {4, 2, 2, {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4}});
  EXPECT_EQ(found.mean, (Numbers{1, 2, 3, 4}))
      << "here no size gives a mix-up away";
  EXPECT_EQ(found.max, (Numbers{1, 2, 3, 4})) << "nor here";
}

TEST(WrongAxis, NegativeNumbers) {
  const auto found = describe_channels({2, 1, 2, {-3, -1, -2, -5}});
  EXPECT_EQ(found.max, (Numbers{-1, -2}))
      << "the largest of negative numbers is negative";
}

TEST(WrongAxis, ChannelsStandAlone) {
  const auto before = describe_channels({2, 1, 3, {1, 2, 3, 4, 5, 6}});
  const auto after = describe_channels({2, 1, 3, {1, 2, 3, 40, 50, 60}});
  EXPECT_EQ(before.mean.at(0), 2) << "1, 2 and 3";
  EXPECT_EQ(after.mean.at(0), before.mean.at(0))
      << "what is in the second channel does not matter to the first";
  EXPECT_EQ(after.max.at(0), before.max.at(0))
      << "what is in the second channel does not matter to the first";
}

TEST(WrongAxis, PlacesMayChange) {
  const auto found = describe_channels({3, 1, 2, {1, 2, 3, 4, 5, 6}});
  const auto mirror = describe_channels({3, 1, 2, {2, 1, 4, 3, 6, 5}});
  EXPECT_EQ(found.mean, mirror.mean)
      << "a mirror moves what is in a channel, but not to another";
  EXPECT_EQ(found.max, mirror.max)
      << "a mirror moves what is in a channel, but not to another";
}

TEST(WrongAxis, HeightAndWidthDiffer) {
  const auto found =
      describe_channels({2, 3, 2, {0, 0, 0, 0, 0, 6, 1, 1, 1, 1, 1, 7}});
  EXPECT_EQ(found.mean, (Numbers{1, 2})) << "six places, the last one too";
  EXPECT_EQ(found.max, (Numbers{6, 7})) << "six places, the last one too";
}

}  // namespace
