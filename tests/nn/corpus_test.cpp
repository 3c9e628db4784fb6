#include "nn/corpus.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "nn/file.h"

namespace nn {
namespace {

using Words = std::vector<std::string>;

TEST(Corpus, ReadsPairsAndLinks) {
  const Corpus corpus = parse_corpus(
      "Tom chase Jerry\t汤姆 追逐 杰瑞\t0-0 2-2 1-1 0-0\n"
      "hi\t嗨\t\n"
      "no links\tkeine\n");
  ASSERT_EQ(corpus.pairs.size(), 3u);
  EXPECT_EQ(corpus.bad_lines, 0);
  EXPECT_EQ(corpus.pairs[0].source, (Words{"Tom", "chase", "Jerry"}));
  EXPECT_EQ(corpus.pairs[0].target, (Words{"汤姆", "追逐", "杰瑞"}));
  EXPECT_EQ(corpus.pairs[0].links, (Links{{0, 0}, {1, 1}, {2, 2}}));
  EXPECT_TRUE(corpus.pairs[1].links.empty());
  EXPECT_TRUE(corpus.pairs[2].links.empty());
}

TEST(Corpus, TakesByteOrderMarkCrlfEmptyLinesAndNoLastNewline) {
  const Corpus corpus = parse_corpus("\xef\xbb\xbfhi\t嗨\r\n\r\n\ngo\t走");
  EXPECT_EQ(corpus.bad_lines, 0);
  ASSERT_EQ(corpus.pairs.size(), 2u);
  EXPECT_EQ(corpus.pairs[0].source, Words{"hi"});
  EXPECT_EQ(corpus.pairs[0].target, Words{"嗨"});
  EXPECT_EQ(corpus.pairs[1].target, Words{"走"});
  EXPECT_TRUE(parse_corpus("").pairs.empty());
}

TEST(Corpus, ReportsBadLinesByNumberAndGoesOn) {
  const Corpus corpus = parse_corpus(
      "hi\t嗨\n"
      "one field\n"
      "a\tb\t0-0\td\n"
      "\tb\n"
      "a\t \n"
      "ab\xff\tb\n"
      "a\tb\t0:0\n"
      "a\tb\t0-1\n"
      "a\tb\t1-0\n"
      "a\tb\t-1-0\n"
      "go\t走\n");
  ASSERT_EQ(corpus.pairs.size(), 2u);
  EXPECT_EQ(corpus.pairs[1].source, Words{"go"});
  EXPECT_EQ(corpus.bad_lines, 9);
  EXPECT_EQ(
      corpus.problems,
      (Words{"line 2: wanted 2 or 3 fields apart by tabs, got 1",
             "line 3: wanted 2 or 3 fields apart by tabs, got 4",
             "line 4: the source side is empty",
             "line 5: the target side is empty", "line 6: byte 3 is not UTF-8",
             "line 7: wanted links as source-target, like 0-0, got '0:0'",
             "line 8: link 0-1 is outside a pair of 1 and 1 words",
             "line 9: link 1-0 is outside a pair of 1 and 1 words",
             "line 10: wanted links as source-target, like 0-0, got "
             "'-1-0'"}));
}

TEST(Corpus, KeepsOnlySoManyProblemsButCountsAll) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "bad\n";
  const Corpus corpus = parse_corpus(text);
  EXPECT_EQ(corpus.bad_lines, 100);
  EXPECT_EQ(corpus.problems.size(), static_cast<std::size_t>(reported_lines));
}

TEST(Corpus, ComesBackFromAFile) {
  const std::vector<Pair> pairs = {{{"a", "b"}, {"x"}, {{0, 0}, {1, 0}}},
                                   {{"c"}, {"y", "z"}, {}}};
  EXPECT_EQ(corpus_text(pairs), "a b\tx\t0-0 1-0\nc\ty z\t\n");
  EXPECT_EQ(corpus_text({{{"c"}, {"y"}, {}}}), "c\ty\n");
  const std::string path =
      (std::filesystem::temp_directory_path() / "attention_corpus_test.tsv")
          .string();
  write_corpus(path, pairs);
  const Corpus back = read_corpus(path);
  std::filesystem::remove(path);
  ASSERT_EQ(back.pairs.size(), 2u);
  EXPECT_EQ(back.pairs[0].links, pairs[0].links);
  EXPECT_EQ(back.pairs[1].target, pairs[1].target);
  EXPECT_THROW(read_corpus(path), std::runtime_error);
}

TEST(Corpus, GoodPairsTellWhatIsWrongWithTheOthers) {
  const std::string path =
      (std::filesystem::temp_directory_path() / "attention_good_pairs.tsv")
          .string();
  write_file(path, "hi\t嗨\none field\ngo\t走\n");
  std::ostringstream problems;
  EXPECT_EQ(good_pairs(path, problems).size(), 2u);
  EXPECT_EQ(problems.str(),
            path + ": line 2: wanted 2 or 3 fields apart by tabs, got 1\n" +
                path + ": 1 lines left out\n");
  write_file(path, "\n");
  EXPECT_THROW(good_pairs(path, problems), std::runtime_error);
  std::filesystem::remove(path);
}

TEST(Corpus, FiguresOfFourPairs) {
  const std::vector<Pair> pairs = {
      {{"a", "b"}, {"x", "y"}, {{0, 0}, {1, 1}}},               // straight
      {{"a", "b"}, {"y", "x"}, {{0, 1}, {1, 0}}},               // crossing
      {{"a", "b"}, {"x", "y", "z"}, {{0, 0}, {0, 2}, {1, 1}}},  // crossing
      {{"the", "a"}, {"x"}, {{1, 0}}}};  // "the" is alone
  const CorpusFigures f = figures(pairs);
  EXPECT_DOUBLE_EQ(f.reordered, 0.5);
  EXPECT_DOUBLE_EQ(f.unaligned, 0.25);
  EXPECT_DOUBLE_EQ(f.source_words, 2.0);
  EXPECT_DOUBLE_EQ(f.target_words, 2.0);
  EXPECT_EQ(figures({}).source_words, 0);
}

TEST(Corpus, LookupTakesTheMostFrequentTranslation) {
  // play: y twice, x once; the: nothing; both: x y, in the target's order.
  const std::vector<Pair> train = {{{"play"}, {"x"}, {{0, 0}}},
                                   {{"play"}, {"y"}, {{0, 0}}},
                                   {{"the", "play"}, {"y"}, {{1, 0}}},
                                   {{"both"}, {"x", "y"}, {{0, 1}, {0, 0}}}};
  const auto score = [&](const Words& source, const Words& target) {
    return lookup_baseline(train, {{source, target, {}}});
  };
  EXPECT_EQ(score({"play"}, {"y"}), 1);
  EXPECT_EQ(score({"play"}, {"x"}), 0);
  EXPECT_EQ(score({"the", "play", "both"}, {"y", "x", "y"}), 1);
  EXPECT_EQ(score({"both", "play"}, {"y", "x", "y"}), 0);  // no reordering
  EXPECT_EQ(score({"new", "play"}, {"y"}), 1);
  EXPECT_EQ(lookup_baseline(train, train), 0.75);
  EXPECT_EQ(lookup_baseline(train, {}), 0);
}

TEST(Corpus, LookupPrefersTheFirstSeenOfEquals) {
  const std::vector<Pair> train = {{{"a"}, {"z"}, {{0, 0}}},
                                   {{"a"}, {"b"}, {{0, 0}}}};
  EXPECT_EQ(lookup_baseline(train, {train[0]}), 1);
  EXPECT_EQ(lookup_baseline(train, {train[1]}), 0);
}

}  // namespace
}  // namespace nn
