#include "nn/scramble.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "nn/text.h"

namespace {

using autograd::Rng;
using nn::Pair;
using nn::Scramble;

std::string letters(const std::vector<std::string>& all) {
  return nn::join(all, "");
}

std::string sorted(std::string word) {
  std::sort(word.begin(), word.end());
  return word;
}

TEST(Scramble, CipherIsTheKeyboard) {
  Rng rng(1);
  const Pair pair = nn::scramble("abbey", Scramble::cipher, rng);
  EXPECT_EQ(letters(pair.source), "qwwtn");
  EXPECT_EQ(letters(pair.target), "abbey");
  EXPECT_EQ(pair.links, (nn::Links{{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}}));
}

TEST(Scramble, AnagramKeepsLettersAndLinksLikes) {
  Rng rng(2);
  std::set<std::string> ways;
  for (int i = 0; i < 300; ++i) {
    const Pair pair = nn::scramble("noon", Scramble::anagram, rng);
    EXPECT_EQ(sorted(letters(pair.source)), "nnoo");
    ways.insert(letters(pair.source));
    EXPECT_EQ(pair.links.size(), 8u);  // two n to two n, two o to two o
    for (const auto& [s, t] : pair.links)
      EXPECT_EQ(pair.source[std::size_t(s)], pair.target[std::size_t(t)]);
  }
  EXPECT_EQ(ways.size(), 6u);
}

TEST(Scramble, TyposAreOneOrTwoSlips) {
  Rng rng(3);
  std::set<std::size_t> lengths;
  for (int i = 0; i < 500; ++i) {
    const Pair pair = nn::scramble("garden", Scramble::typos, rng);
    lengths.insert(pair.source.size());
    int same = 0;
    for (const auto& [s, t] : pair.links)
      same += pair.source[std::size_t(s)] == pair.target[std::size_t(t)];
    EXPECT_GE(same, 4);
    // Each letter that is there came from one of the word.
    EXPECT_EQ(pair.links.size(), pair.source.size());
  }
  EXPECT_EQ(lengths, (std::set<std::size_t>{4, 5, 6, 7, 8}));
}

TEST(Scramble, KnownWordsCanBeToldApartByTheirLetters) {
  std::set<std::string> seen;
  for (const std::string& word : nn::known_words()) {
    EXPECT_TRUE(4 <= word.size() && word.size() <= 8) << word;
    EXPECT_TRUE(seen.insert(sorted(word)).second) << word;
  }
  EXPECT_GT(seen.size(), 150u);
}

TEST(Scramble, SplitNeverTrainsOnWhatItHoldsOut) {
  for (const Scramble kind :
       {Scramble::anagram, Scramble::cipher, Scramble::typos}) {
    Rng rng(4);
    const nn::ScrambleSplit split = nn::scrambled(kind, 1500, 300, rng);
    std::set<std::string> train, words;
    for (const Pair& pair : split.train) {
      EXPECT_TRUE(train.insert(letters(pair.source)).second);
      words.insert(letters(pair.target));
    }
    EXPECT_GT(train.size(), 1400u);
    EXPECT_GE(split.held_out.size(), kind == Scramble::cipher ? 150u : 280u);
    for (const Pair& pair : split.held_out) {
      EXPECT_FALSE(train.contains(letters(pair.source)));
      EXPECT_EQ(words.contains(letters(pair.target)), kind != Scramble::cipher);
    }
  }
}

TEST(Scramble, NamesAndErrors) {
  for (const Scramble kind :
       {Scramble::anagram, Scramble::cipher, Scramble::typos})
    EXPECT_EQ(nn::scramble_named(nn::name_of(kind)), kind);
  EXPECT_THROW(nn::scramble_named("rot13"), std::invalid_argument);
  Rng rng(1);
  EXPECT_THROW(nn::scramble("a", Scramble::typos, rng), std::invalid_argument);
  EXPECT_THROW(nn::scramble("Tom", Scramble::typos, rng),
               std::invalid_argument);
  EXPECT_THROW(nn::scrambled(Scramble::typos, 0, 1, rng),
               std::invalid_argument);
}

}  // namespace
