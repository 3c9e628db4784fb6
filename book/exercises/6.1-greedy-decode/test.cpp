#include <gtest/gtest.h>

#include "answer.h"

namespace {

using exercise::decode;
using exercise::Model;
using exercise::Reply;
using Numbers = std::vector<double>;
using Words = std::vector<int>;

// Says the words of `plan`, one at each step; the state counts the steps.
// `asked` writes down the word before of each call.
Model planned(const Words& plan, Words& asked) {
  return [&plan, &asked](const Numbers& state, int word) {
    asked.push_back(word);
    const std::size_t step = static_cast<std::size_t>(state[0]);
    Reply reply{Numbers(8, 0.0), {state[0] + 1}};
    reply.scores[step < plan.size() ? plan[step] : 3] = 1;
    return reply;
  };
}

TEST(GreedyDecode, SaysTheWordsInOrder) {
  Words asked;
  const Words plan = {5, 3, 7, 2};
  EXPECT_EQ(decode(planned(plan, asked), {0}, 50), (Words{5, 3, 7}))
      << "the state goes on from step to step, and the end mark is no word";
}

TEST(GreedyDecode, TellsTheModelWhatItSaid) {
  Words asked;
  const Words plan = {5, 3, 7, 2};
  decode(planned(plan, asked), {0}, 50);
  EXPECT_EQ(asked, (Words{1, 5, 3, 7}))
      << "first the begin mark, then always the word just chosen";
}

TEST(GreedyDecode, ASilentModel) {
  Words asked;
  const Words plan = {2, 5};
  EXPECT_EQ(decode(planned(plan, asked), {0}, 50), Words{})
      << "the end mark may come first";
  EXPECT_EQ(asked.size(), 1u) << "after the end mark nobody is asked";
}

TEST(GreedyDecode, AModelThatNeverStops) {
  Words asked;
  const Words plan = {4, 5, 6};
  EXPECT_EQ(decode(planned(plan, asked), {0}, 5), (Words{4, 5, 6, 3, 3}))
      << "five words are the limit";
  EXPECT_EQ(asked.size(), 5u) << "five words need five questions, not six";
  EXPECT_EQ(decode(planned(plan, asked), {0}, 0), Words{}) << "no words at all";
}

TEST(GreedyDecode, MarksAreNotWords) {
  int step = 0;
  const Model model = [&](const Numbers& state, int) {
    Reply reply{{9, 8, -3, -1, -2}, state};  // padding and begin score most
    if (++step == 3) reply.scores[2] = 0;
    return reply;
  };
  EXPECT_EQ(decode(model, {0}, 10), (Words{3, 3}))
      << "padding and the begin mark are never chosen, however they score";
}

TEST(GreedyDecode, ScoresMayAllBeNegative) {
  int step = 0;
  const Model model = [&](const Numbers& state, int) {
    return ++step < 3 ? Reply{{-9, -9, -7, -5, -6}, state}
                      : Reply{{-9, -9, -1, -5, -6}, state};
  };
  EXPECT_EQ(decode(model, {0}, 10), (Words{3, 3}))
      << "log-probabilities are below 0: the best is the least bad";
}

TEST(GreedyDecode, OfEqualOnesTheFirst) {
  const Model model = [](const Numbers& state, int word) {
    return word == exercise::begin ? Reply{{0, 0, 0, 1, 2, 2}, state}
                                   : Reply{{0, 0, 5, 5, 5, 5}, state};
  };
  EXPECT_EQ(decode(model, {0}, 10), (Words{4}))
      << "of equal scores the first wins, the end mark before any word";
}

}  // namespace
