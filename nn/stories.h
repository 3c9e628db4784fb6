// Questions about short stories, with the sentences that tell the answer: what
// a reader of memories looks at can be graded. (Tasks of this kind: Weston et
// al. 2015, "Towards AI-complete question answering".)
#pragma once

#include <string>
#include <vector>

#include "autograd/indices.h"
#include "autograd/random.h"
#include "autograd/tensor.h"
#include "nn/vocab.h"

namespace nn {

struct Story {
  std::vector<std::vector<std::string>> sentences;
  std::vector<std::string> question;
  std::string answer;  // one word
  // The sentences that tell it, in the order in which one follows them: for
  // "where is the ball" first who took it, then where he or she went last.
  std::vector<int> support;
};

struct StoryOptions {
  int facts = 1;                  // 1: where is Tom; 2: where is the ball
  int shortest = 4, longest = 8;  // sentences
  // Who goes, runs or walks where is a composition that is trained on or held
  // out: one in six is, "Tom goes to the kitchen" among them. The stories to
  // train on have none of these; in those held out one of them tells the
  // answer.
  bool held_out = false;
  // Hold out who goes where, however: Tom and the kitchen never meet.
  bool whole_pairs = false;
};

// Four people go, run and walk from room to room and take things, which they
// then carry. Throws std::invalid_argument for facts other than 1 and 2, or
// lengths without 1 <= shortest <= longest (2 facts: 2 <= longest).
Story draw_story(const StoryOptions& options, autograd::Rng& rng);

// Every word of every story.
Vocab story_vocab();

// A line for each sentence, with its number, and * at those that tell the
// answer; then the question with its answer.
std::string to_text(const Story& story);

// Stories as numbers, padded to the longest: how often each word stands in each
// sentence.
struct StoryBatch {
  autograd::Tensor sentences;  // [B, S, words]
  std::vector<int> lengths;    // [B], sentences
  autograd::Tensor questions;  // [B, words]
  autograd::Indices answers;   // [B]
};
StoryBatch batch_of(const std::vector<Story>& stories, const Vocab& vocab);

}  // namespace nn
