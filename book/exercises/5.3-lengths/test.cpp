#include <gtest/gtest.h>

#include <limits>

#include "answer.h"

namespace {

using exercise::Outcome;
using exercise::Row;
using Batch = std::vector<std::vector<Row>>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Writes words down as digits: 0, then 1, then 12, then 123.
Row digits(const Row& state, const Row& word) {
  return {10 * state[0] + word[0]};
}

Outcome run(const Batch& words, const std::vector<int>& lengths,
            bool backwards = false, double start = 0) {
  return exercise::run(digits, {start}, words, lengths, backwards);
}

// Sentences of 4, 2 and 1 words, with NaN for padding.
const Batch words = {
    {{1}, {2}, {3}, {4}}, {{5}, {6}, {nan}, {nan}}, {{7}, {nan}, {nan}, {nan}}};
const std::vector<int> lengths = {4, 2, 1};

TEST(Lengths, FullSentences) {
  const Outcome o = run({{{1}, {2}}, {{3}, {4}}}, {2, 2});
  EXPECT_EQ(o.outputs, (Batch{{{1}, {12}}, {{3}, {34}}}))
      << "the state after each word, each sentence for itself";
  EXPECT_EQ(o.last, (std::vector<Row>{{12}, {34}})) << "after the last word";
}

TEST(Lengths, LastIsAfterTheLastWord) {
  EXPECT_EQ(run(words, lengths).last, (std::vector<Row>{{1234}, {56}, {7}}))
      << "the state after its own last word, not after the last column";
}

TEST(Lengths, ZerosBehindTheEnd) {
  EXPECT_EQ(run(words, lengths).outputs, (Batch{{{1}, {12}, {123}, {1234}},
                                                {{5}, {56}, {0}, {0}},
                                                {{7}, {0}, {0}, {0}}}))
      << "there is no output where there is no word, and no NaN either";
}

TEST(Lengths, BackwardsFromTheLastWord) {
  const Outcome o = run(words, lengths, true);
  EXPECT_EQ(o.last, (std::vector<Row>{{4321}, {65}, {7}}))
      << "backwards begins at each sentence's own last word";
  EXPECT_EQ(o.outputs, (Batch{{{4321}, {432}, {43}, {4}},
                              {{65}, {6}, {0}, {0}},
                              {{7}, {0}, {0}, {0}}}))
      << "an output stands where its word stands";
}

TEST(Lengths, AnEmptySentence) {
  const Outcome o = run({{{nan}, {nan}}, {{1}, {2}}}, {0, 2}, false, 9);
  EXPECT_EQ(o.last, (std::vector<Row>{{9}, {912}}))
      << "no words leave the start as it was";
  EXPECT_EQ(o.outputs[0], (std::vector<Row>{{0}, {0}})) << "and show nothing";
}

TEST(Lengths, EverySentenceStartsAfresh) {
  for (bool backwards : {false, true}) {
    const Outcome all = run(words, lengths, backwards, 8);
    for (std::size_t b = 0; b < words.size(); ++b) {
      const Outcome alone = run({words[b]}, {lengths[b]}, backwards, 8);
      EXPECT_EQ(all.last[b], alone.last[0])
          << "sentence " << b << " comes out differently when it is alone";
      EXPECT_EQ(all.outputs[b], alone.outputs[0])
          << "sentence " << b << " comes out differently when it is alone";
    }
  }
}

TEST(Lengths, WiderStates) {
  const exercise::Step pair = [](const Row& s, const Row& w) {
    return Row{s[1], s[0] + w[0]};
  };
  const Outcome o = exercise::run(pair, {1, 2}, {{{5}, {nan}}}, {1}, false);
  EXPECT_EQ(o.last, (std::vector<Row>{{2, 6}})) << "one step";
  EXPECT_EQ(o.outputs, (Batch{{{2, 6}, {0, 0}}}))
      << "zeros are as wide as a state, not as a word";
}

}  // namespace
