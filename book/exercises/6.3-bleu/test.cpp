#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "answer.h"

namespace {

using exercise::Matches;
using exercise::Sentence;

// A sentence a line, its words between spaces.
std::vector<Sentence> sentences(const std::vector<std::string>& lines) {
  std::vector<Sentence> result;
  for (const std::string& line : lines) {
    std::istringstream in(line);
    result.emplace_back();
    for (std::string word; in >> word;) result.back().push_back(word);
  }
  return result;
}

using Lines = std::vector<std::string>;

void expect_matches(const Lines& hypotheses, const Lines& references, int n,
                    long shared, long all, const char* lesson) {
  const Matches m =
      exercise::matches(sentences(hypotheses), sentences(references), n);
  EXPECT_EQ(m.shared, shared) << lesson;
  EXPECT_EQ(m.all, all) << lesson;
}

double bleu(const Lines& hypotheses, const Lines& references) {
  return exercise::bleu(sentences(hypotheses), sentences(references));
}

TEST(Bleu, RunsOfWords) {
  const Lines hypothesis = {"the dog chases the cat"};
  const Lines reference = {"the cat chases the dog"};
  expect_matches(hypothesis, reference, 1, 5, 5, "every word is there");
  expect_matches(hypothesis, reference, 2, 3, 4,
                 "the dog, chases the, the cat; but not dog chases");
  expect_matches(hypothesis, reference, 3, 0, 3, "no three in a row");
}

TEST(Bleu, NoWordCountsMoreOftenThanItIsThere) {
  expect_matches({"the the the the"}, {"the cat"}, 1, 1, 4,
                 "the reference has one the, so one of the four counts");
  expect_matches({"a b a b a"}, {"a b a"}, 2, 2, 4,
                 "a b twice and b a twice, each once in the reference");
}

TEST(Bleu, EachSentenceWithItsOwnReference) {
  expect_matches({"tom runs", "jerry sleeps"}, {"tom sleeps", "jerry runs"}, 1,
                 2, 4, "a word of another sentence's reference is no match");
}

TEST(Bleu, ShortSentencesHaveNoLongRuns) {
  expect_matches({"tom"}, {"tom"}, 2, 0, 0, "one word makes no pair");
  expect_matches({"", "a b c"}, {"a", "a b c"}, 3, 1, 1,
                 "an empty sentence has no runs, not minus two");
}

TEST(Bleu, RunsDoNotGlueWords) {
  expect_matches({"ab c"}, {"a bc"}, 2, 0, 1,
                 "ab c and a bc are different words");
}

TEST(Bleu, TheSameIsAHundred) {
  EXPECT_NEAR(bleu({"the cat sat on the mat"}, {"the cat sat on the mat"}), 100,
              1e-9)
      << "everything is shared, and nothing is short";
}

TEST(Bleu, FourPrecisionsOneMean) {
  EXPECT_NEAR(bleu({"the cat sat on a mat"}, {"the cat sat on the mat"}),
              100 * std::pow(5.0 / 6 * 3.0 / 5 * 2.0 / 4 * 1.0 / 3, 0.25), 1e-9)
      << "5 of 6, 3 of 5, 2 of 4, 1 of 3: the fourth root of their product";
}

TEST(Bleu, ShortOnesPay) {
  EXPECT_NEAR(bleu({"the cat sat on"}, {"the cat sat on the mat"}),
              100 * std::exp(1 - 6.0 / 4), 1e-9)
      << "all of it is right, but 4 words stand for 6";
  EXPECT_NEAR(bleu({"the cat sat on the mat"}, {"the cat sat on"}),
              100 * std::pow(4.0 / 6 * 3.0 / 5 * 2.0 / 4 * 1.0 / 3, 0.25), 1e-9)
      << "a long one pays in its precisions and gets no bonus";
}

TEST(Bleu, SumsBeforeItDivides) {
  EXPECT_NEAR(bleu({"a b c d e", "x"}, {"a b c d e", "y"}),
              100 * std::pow(5.0 / 6, 0.25), 1e-9)
      << "5 of 6 words, 4 of 4 pairs: sum over the sentences, divide once";
}

TEST(Bleu, NoughtAndNothing) {
  EXPECT_EQ(bleu({"a b c x d"}, {"a b c d"}), 0.0)
      << "no run of four is shared: without smoothing that is 0";
  EXPECT_EQ(bleu({"a b c"}, {"a b c"}), 0.0)
      << "there is no run of four at all";
  EXPECT_EQ(bleu({}, {}), 0.0) << "nothing to divide by";
}

}  // namespace
