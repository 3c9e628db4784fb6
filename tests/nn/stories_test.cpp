#include "nn/stories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "autograd/ops.h"
#include "nn/text.h"
#include "tests/support/expect.h"

namespace {

using autograd::Rng;
using nn::Story;
using nn::StoryOptions;

std::string sentence(const Story& story, int i) {
  return nn::join(story.sentences.at(static_cast<std::size_t>(i)));
}

// Where everybody and everything is in the end, told again from the text.
std::map<std::string, std::string> places(const Story& story) {
  std::map<std::string, std::string> room, holder;
  for (const auto& words : story.sentences)
    if (words[1] == "takes")
      holder[words[3]] = words[0];
    else
      room[words[0]] = words[4];
  for (const auto& [thing, person] : holder) room[thing] = room.at(person);
  return room;
}

// By the words of a sentence: one in six of those that people move by.
bool is_held_out(const std::string& sentence) {
  for (const char* each :
       {"Tom goes to the kitchen", "Tom runs to the bedroom",
        "Tom walks to the park", "Jerry goes to the bedroom",
        "Jerry runs to the park", "Jerry walks to the office",
        "Mary goes to the park", "Mary runs to the office",
        "Mary walks to the school", "Ann goes to the office",
        "Ann runs to the school", "Ann walks to the garden"})
    if (sentence == each) return true;
  return false;
}

TEST(Stories, ReadAsText) {
  const Story story = {{{"Tom", "goes", "to", "the", "kitchen"},
                        {"Tom", "takes", "the", "ball"}},
                       {"where", "is", "the", "ball"},
                       "kitchen",
                       {1, 0}};
  EXPECT_EQ(nn::to_text(story),
            "1 * Tom goes to the kitchen\n"
            "2 * Tom takes the ball\n"
            "where is the ball? kitchen\n");
}

TEST(Stories, AnswersAreTrueAndTheSupportTellsThem) {
  for (const int facts : {1, 2})
    for (const bool held_out : {false, true}) {
      StoryOptions options{.facts = facts};
      options.held_out = held_out;
      Rng rng(1);
      for (int i = 0; i < 300; ++i) {
        const Story story = nn::draw_story(options, rng);
        const int n = static_cast<int>(story.sentences.size());
        EXPECT_TRUE(4 <= n && n <= 8);
        EXPECT_EQ(places(story).at(story.question.back()), story.answer);
        ASSERT_EQ(story.support.size(), static_cast<std::size_t>(facts));
        const auto& last = story.sentences[std::size_t(story.support.back())];
        EXPECT_NE(last[1], "takes");
        EXPECT_EQ(last[4], story.answer);
        const auto& first = story.sentences[std::size_t(story.support[0])];
        EXPECT_EQ(first[0], last[0]) << "the same person";
        EXPECT_EQ(facts == 2 ? first[3] : first[0], story.question.back());
      }
    }
}

TEST(Stories, HeldOutCompositionsAreNeverTrainedOn) {
  StoryOptions options;
  Rng rng(2);
  for (int i = 0; i < 300; ++i) {
    const Story story = nn::draw_story(options, rng);
    for (int s = 0; s < static_cast<int>(story.sentences.size()); ++s)
      EXPECT_FALSE(is_held_out(sentence(story, s))) << sentence(story, s);
  }
  options.held_out = true;
  bool tom = false;
  for (int i = 0; i < 300; ++i) {
    const Story story = nn::draw_story(options, rng);
    const std::string told = sentence(story, story.support.back());
    EXPECT_TRUE(is_held_out(told)) << told;
    tom = tom || told == "Tom goes to the kitchen";
  }
  EXPECT_TRUE(tom);
}

TEST(Stories, WholePairsNeverMeet) {
  StoryOptions options;
  options.whole_pairs = true;
  Rng rng(2);
  for (int i = 0; i < 300; ++i)
    for (const auto& words : nn::draw_story(options, rng).sentences)
      EXPECT_FALSE(words[0] == "Tom" && words.back() == "kitchen");
  options.held_out = true;
  bool runs = false;
  for (int i = 0; i < 300; ++i) {
    const Story story = nn::draw_story(options, rng);
    runs = runs ||
           sentence(story, story.support.back()) == "Tom runs to the kitchen";
  }
  EXPECT_TRUE(runs);
}

TEST(Stories, AreAFunctionOfTheRandomState) {
  Rng one(3), two(3);
  for (int i = 0; i < 9; ++i)
    EXPECT_EQ(nn::to_text(nn::draw_story({}, one)),
              nn::to_text(nn::draw_story({}, two)));
  EXPECT_EQ(one.state(), two.state());
}

TEST(Stories, OfOneSentence) {
  Rng rng(4);
  const Story story =
      nn::draw_story({.facts = 1, .shortest = 1, .longest = 1}, rng);
  EXPECT_EQ(story.sentences.size(), 1u);
  EXPECT_EQ(story.support, std::vector<int>{0});
}

TEST(Stories, AsBagsOfWords) {
  const Story one = {{{"Tom", "goes", "to", "the", "park"}},
                     {"where", "is", "Tom"},
                     "park",
                     {0}};
  Story two = one;
  two.sentences.push_back({"the", "ball", "takes", "the"});
  const nn::Vocab vocab = nn::story_vocab();
  const nn::StoryBatch batch = nn::batch_of({one, two}, vocab);
  EXPECT_EQ(batch.sentences.shape(), (autograd::Shape{2, 2, vocab.size()}));
  EXPECT_EQ(batch.lengths, (std::vector<int>{1, 2}));
  EXPECT_EQ(batch.sentences.at({0, 0, vocab.id("goes")}), 1);
  EXPECT_EQ(batch.sentences.at({1, 1, vocab.id("the")}), 2);
  EXPECT_EQ(sum(batch.sentences).item(), 5 + 5 + 4);
  EXPECT_EQ(batch.questions.at({1, vocab.id("Tom")}), 1);
  EXPECT_EQ(sum(batch.questions).item(), 6);
  EXPECT_EQ(batch.answers[0], vocab.id("park"));
  EXPECT_EQ(nn::batch_of({}, vocab).sentences.shape(),
            (autograd::Shape{0, 0, vocab.size()}));
}

TEST(Stories, VocabularyHasEveryWord) {
  const nn::Vocab vocab = nn::story_vocab();
  Rng rng(5);
  for (int i = 0; i < 100; ++i) {
    const Story story = nn::draw_story({.facts = 2}, rng);
    for (const auto& words : story.sentences)
      for (const auto& word : words) EXPECT_TRUE(vocab.contains(word)) << word;
    for (const auto& word : story.question) EXPECT_TRUE(vocab.contains(word));
    EXPECT_TRUE(vocab.contains(story.answer));
  }
}

TEST(Stories, RefuseWhatCannotBeTold) {
  Rng rng(6);
  EXPECT_THROW(nn::draw_story({.facts = 3}, rng), std::invalid_argument);
  EXPECT_THROW(nn::draw_story({.facts = 1, .shortest = 0}, rng),
               std::invalid_argument);
  EXPECT_NE(
      tests::thrown([&] {
        nn::draw_story({.facts = 2, .shortest = 1, .longest = 1}, rng);
      }).find("[draw_story] wanted lengths that hold 2 facts, got 1 to 1"),
      std::string::npos);
}

}  // namespace
