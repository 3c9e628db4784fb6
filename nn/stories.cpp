#include "nn/stories.h"

#include <algorithm>
#include <array>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::Real;
using autograd::Rng;
using autograd::Tensor;
using Words = std::vector<std::string>;

constexpr std::array people = {"Tom", "Jerry", "Mary", "Ann"};
constexpr std::array rooms = {"kitchen", "garden", "school",
                              "office",  "park",   "bedroom"};
constexpr std::array verbs = {"goes", "runs", "walks"};
constexpr std::array things = {"ball", "book", "apple"};
constexpr int n_people = people.size(), n_rooms = rooms.size(),
              n_things = things.size(), n_verbs = verbs.size();

bool is_held_out(int person, int verb, int room) {
  return (person + verb + room) % 6 == 0;
}

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// What has happened so far, in numbers; -1: nothing yet.
struct World {
  std::array<int, n_people> room, move;    // where each is, by which sentence
  std::array<bool, n_people> unseen{};     // which is a held-out composition
  std::array<int, n_things> holder, take;  // who has it, by which sentence
  Story story;

  World() {
    for (auto* all : {&room, &move}) all->fill(-1);
    for (auto* all : {&holder, &take}) all->fill(-1);
  }

  int number() const { return static_cast<int>(story.sentences.size()); }

  // To another room than now; a held-out composition only where allowed.
  void go(int person, const StoryOptions& o, Rng& rng) {
    bool& held_out = unseen[at(person)];
    int verb, to;
    do {
      verb = rng.below(n_verbs);
      to = rng.below(n_rooms);
      held_out = is_held_out(person, o.whole_pairs ? 0 : verb, to);
    } while (to == room[at(person)] || (!o.held_out && held_out));
    room[at(person)] = to;
    move[at(person)] = number();
    story.sentences.push_back(
        {people[at(person)], verbs[at(verb)], "to", "the", rooms[at(to)]});
  }

  // A thing that nobody has; false where there is none.
  bool take_one(int person, Rng& rng) {
    const int thing = rng.below(n_things);
    if (holder[at(thing)] >= 0) return false;
    holder[at(thing)] = person;
    take[at(thing)] = number();
    story.sentences.push_back(
        {people[at(person)], "takes", "the", things[at(thing)]});
    return true;
  }

  // People come in before they take.
  void happen(const StoryOptions& o, Rng& rng) {
    const int person = rng.below(n_people);
    const bool takes = room[at(person)] >= 0 && rng.below(2) == 0;
    if (!takes || !take_one(person, rng)) go(person, o, rng);
  }

  // False where nothing is known of what would be asked.
  bool ask(const StoryOptions& options, Rng& rng) {
    int person = rng.below(n_people);
    if (options.facts == 2) {
      const int thing = rng.below(n_things);
      person = holder[at(thing)];
      story.question = {"where", "is", "the", things[at(thing)]};
      story.support = {take[at(thing)]};
    } else {
      story.question = {"where", "is", people[at(person)]};
    }
    if (person < 0 || room[at(person)] < 0) return false;
    story.support.push_back(move[at(person)]);
    story.answer = rooms[at(room[at(person)])];
    return unseen[at(person)] == options.held_out;
  }
};

// Where each word of the vocabulary stands, how often.
void count(const Words& words, const Vocab& vocab, Real* counts) {
  for (const std::string& word : words) counts[vocab.id(word)] += 1;
}

}  // namespace

Story draw_story(const StoryOptions& o, Rng& rng) {
  check(o.facts == 1 || o.facts == 2, "[draw_story] wanted 1 or 2 facts, got ",
        o.facts);
  check(1 <= o.shortest && o.shortest <= o.longest && o.facts <= o.longest,
        "[draw_story] wanted lengths that hold ", o.facts, " facts, got ",
        o.shortest, " to ", o.longest, " sentences");
  for (;;) {
    const int length = o.shortest + rng.below(o.longest - o.shortest + 1);
    World world;
    while (world.number() < length) world.happen(o, rng);
    if (world.ask(o, rng)) return world.story;
  }
}

Vocab story_vocab() {
  Words words = {"where", "is", "the", "to", "takes"};
  words.insert(words.end(), verbs.begin(), verbs.end());
  words.insert(words.end(), people.begin(), people.end());
  words.insert(words.end(), rooms.begin(), rooms.end());
  words.insert(words.end(), things.begin(), things.end());
  return Vocab::build({words});
}

std::string to_text(const Story& story) {
  std::string lines;
  for (int i = 0; i < static_cast<int>(story.sentences.size()); ++i) {
    const bool tells =
        std::count(story.support.begin(), story.support.end(), i);
    lines += autograd::text(i + 1, tells ? " * " : "   ",
                            join(story.sentences[at(i)]), '\n');
  }
  return lines + join(story.question) + "? " + story.answer + '\n';
}

StoryBatch batch_of(const std::vector<Story>& stories, const Vocab& vocab) {
  const int B = static_cast<int>(stories.size()), V = vocab.size();
  StoryBatch batch;
  int S = 0;
  std::vector<int> answers;
  for (const Story& story : stories) {
    batch.lengths.push_back(static_cast<int>(story.sentences.size()));
    S = std::max(S, batch.lengths.back());
    answers.push_back(vocab.id(story.answer));
  }
  batch.sentences = Tensor::zeros({B, S, V});
  batch.questions = Tensor::zeros({B, V});
  Real* row = batch.sentences.write();
  Real* question = batch.questions.write();
  for (const Story& story : stories) {
    for (std::size_t i = 0; i < story.sentences.size(); ++i)
      count(story.sentences[i], vocab, row + std::ptrdiff_t(i) * V);
    count(story.question, vocab, question);
    row += std::ptrdiff_t(S) * V;
    question += V;
  }
  batch.answers = autograd::Indices(answers);
  return batch;
}

}  // namespace nn
