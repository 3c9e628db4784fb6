// Where is the ball? Questions about short stories, answered by a network that
// reads a memory of sentences, once or twice; and whether the sentence that
// tells the answer is the one that it looks at.
#include <algorithm>

#include "attention/memory_network.h"
#include "attention/view.h"
#include "autograd/graph.h"
#include "nn/fit.h"
#include "nn/flags.h"
#include "nn/metrics.h"
#include "nn/report.h"
#include "nn/spread.h"
#include "nn/stories.h"

using namespace autograd;
using namespace nn;
using attention::MemoryNetwork;

namespace {

struct Settings {
  std::string figures;
  std::uint64_t seed = 1;
  int seeds = 1, steps = 2000;
  bool replay = false;
};

struct Variant {
  std::string name;
  int facts, hops;
  bool key_value = true, too_early = false, whole_pairs = false;
};

const Vocab vocab = story_vocab();
constexpr std::uint64_t shown = 987;  // the seed of the stories that are shown

std::vector<Story> draw(int count, const Variant& v, bool held_out, Rng& rng) {
  StoryOptions options;
  options.facts = v.facts;
  options.held_out = held_out;
  options.whole_pairs = v.whole_pairs;
  std::vector<Story> stories;
  for (int i = 0; i < count; ++i) stories.push_back(draw_story(options, rng));
  return stories;
}

MemoryNetwork fresh(const Variant& v, std::uint64_t seed) {
  attention::MemoryNetworkOptions options;
  options.words = options.answers = vocab.size();
  options.hops = v.hops;
  options.sentences = StoryOptions().longest;
  options.key_value = v.key_value;
  Rng rng(seed);
  return MemoryNetwork(options, rng);
}

// ANCHOR: answer
MemoryNetwork::Outcome answer(const MemoryNetwork& network,
                              const StoryBatch& batch) {
  return network(batch.questions,
                 network.remember(batch.sentences, batch.lengths));
}
// ANCHOR_END: answer

// ANCHOR: too_early
// The same for one hop, but the values are read by the scores themselves.
MemoryNetwork::Outcome answer_too_early(const MemoryNetwork& network,
                                        const StoryBatch& batch) {
  const attention::Memory memory =
      network.remember(batch.sentences, batch.lengths);
  const Tensor u = unsqueeze(network.query(batch.questions), 1);
  const Tensor e = network.hops.attend.score(u, memory.keys);  // [B, 1, S]
  const Tensor o = matmul(e * memory.mask.visible(), memory.values);
  const Tensor state = squeeze(network.hops.update(u) + o, 1);
  const Tensor weights = squeeze(softmax(memory.mask.hide(e)), 1);
  return {network.answer(state), {{squeeze(o, 1), weights}}};
}
// ANCHOR_END: too_early

// Shares of questions: answered right, and of each hop those in which the
// sentence that it should find has the largest weight; `all`, in every hop.
struct Outcome {
  double right = 0, all = 0;
  std::vector<double> found;
};

Outcome judge(const MemoryNetwork& network, const Variant& v, bool held_out) {
  const NoGrad no_grad;
  Rng rng(7);
  const int n = 512;
  const std::vector<Story> stories = draw(n, v, held_out, rng);
  const StoryBatch batch = batch_of(stories, vocab);
  const auto [scores, reads] =
      v.too_early ? answer_too_early(network, batch) : answer(network, batch);
  Outcome outcome;
  outcome.found.resize(reads.size());
  const std::vector<int> answers = argmax(scores);
  std::vector<std::vector<int>> places;  // of each hop
  for (const auto& read : reads) places.push_back(argmax(read.weights));
  for (std::size_t b = 0; b < stories.size(); ++b) {
    bool all = true;
    for (std::size_t k = 0; k < reads.size(); ++k) {
      const bool hit = places[k][b] == stories[b].support[k];
      outcome.found[k] += hit / double(n);
      all = all && hit;
    }
    outcome.all += all / double(n);
    outcome.right += (answers[b] == batch.answers[std::int64_t(b)]) / double(n);
  }
  return outcome;
}

struct Case {
  Variant variant;
  std::vector<Outcome> known{}, held_out{};
};

Spread over(const std::vector<Outcome>& all, double Outcome::*part) {
  std::vector<double> values;
  for (const Outcome& o : all) values.push_back(o.*part);
  return spread_of(values);
}

void print_stories() {
  section("stories");
  Rng rng(shown);
  for (const int facts : {1, 2})
    std::cout << to_text(draw(1, {"", facts, 1}, true, rng)[0]) << '\n';
}

void print_cases(const std::vector<Case>& cases) {
  section("right answers");
  for (const Case& c : cases)
    number(c.variant.name, text_of(over(c.held_out, &Outcome::right), 3));
  section("compositions that were trained on");
  for (const Case& c : cases)
    number(c.variant.name, text_of(over(c.known, &Outcome::right), 3));
  section("the supporting sentence has the largest weight");
  for (const Case& c : cases) {
    number(c.variant.name, text_of(over(c.held_out, &Outcome::all), 3));
    for (int k = 0; k < c.variant.hops && c.variant.hops > 1; ++k) {
      std::vector<double> values;
      for (const Outcome& o : c.held_out)
        values.push_back(o.found[std::size_t(k)]);
      number(text("  hop ", k + 1), text_of(spread_of(values), 3));
    }
  }
}

// ANCHOR: picture
// What each hop reads of one story that was held out.
attention::Map read_of(const MemoryNetwork& network, const Story& story) {
  const NoGrad no_grad;
  const auto reads = answer(network, batch_of({story}, vocab)).reads;
  attention::Map map;
  map.title = join(story.question) + "? " + story.answer;
  for (const auto& sentence : story.sentences)
    map.source.push_back(join(sentence));
  for (std::size_t k = 0; k < reads.size(); ++k) {
    map.target.push_back(text("hop ", k + 1));
    map.gold.emplace_back(story.support[k], int(k));
    for (const Real w : reads[k].weights.values())
      map.weights.push_back(float(w));
  }
  return map;
}
// ANCHOR_END: picture

void print_read(const attention::Map& map) {
  section("one read");
  std::cout << map.title << '\n';
  for (std::size_t s = 0; s < map.source.size(); ++s) {
    for (std::size_t k = 0; k < map.target.size(); ++k) {
      const float w = map.weight(int(s), int(k));
      std::string bar;
      for (int i = 0; i < 10; ++i) bar += i < int(w * 10 + 0.5f) ? "#" : ".";
      std::cout << bar << ' ' << fixed(double(w), 2)
                << (map.is_gold(int(s), int(k)) ? "* " : "  ");
    }
    std::cout << map.source[s] << '\n';
  }
}

void check_claims(const std::vector<Case>& c) {
  section("claims");
  const auto right = [&](std::size_t i) {
    return over(c[i].held_out, &Outcome::right).mean;
  };
  const auto found = [&](std::size_t i) {
    return over(c[i].held_out, &Outcome::all).mean;
  };
  claim(right(0) > 0.95 && found(0) > 0.95,
        "one fact: answered and found in 95 % of held-out questions");
  claim(right(3) > 0.95 && found(3) > 0.95,
        "two facts, two hops: answered, and both found, in 95 %");
  claim(right(2) < right(3) - 0.2, "one hop does not answer what takes two");
  claim(right(4) > 0.8 && found(4) < 0.5,
        "read too early: most is answered, and the weights point elsewhere");
  claim(right(5) < 0.7 && found(5) > 0.8,
        "pairs that never met: found, and answered wrong");
}

Case train(const Variant& variant, const Settings& s, Fit& fit) {
  Case c{variant};
  for (int i = 0; i < (s.replay ? 1 : s.seeds); ++i) {
    const std::uint64_t seed = s.seed + std::uint64_t(i);
    const MemoryNetwork network = fresh(variant, seed);
    fit(
        network.parameters(),
        [&](Rng& rng) {
          const StoryBatch batch =
              batch_of(draw(32, variant, false, rng), vocab);
          const auto outcome = variant.too_early
                                   ? answer_too_early(network, batch)
                                   : answer(network, batch);
          return cross_entropy(outcome.scores, batch.answers);
        },
        seed);
    if (s.replay) continue;
    c.known.push_back(judge(network, variant, false));
    c.held_out.push_back(judge(network, variant, true));
    if (variant.hops < 2 || i > 0) continue;
    Rng rng(shown);
    draw(1, {"", 1, 1}, true, rng);
    const attention::Map map =
        read_of(network, draw(1, {"", 2, 1}, true, rng)[0]);
    print_read(map);
    if (!s.figures.empty())
      figure(s.figures, "two_hops.svg", attention::svg_lines(map));
  }
  return c;
}

void run(const Settings& s) {
  if (s.seeds < 1 || s.steps < 1)
    throw UsageError("--seeds and --steps want 1 or more");
  const std::vector<Variant> variants = {
      {"one fact, one hop", 1, 1},
      {"one fact, K = V", 1, 1, false},
      {"two facts, one hop", 2, 1},
      {"two facts, two hops", 2, 2},
      {"one fact, too early", 1, 1, true, true},
      {"one fact, whole pairs", 1, 1, true, false, true}};
  if (!s.replay) print_stories();
  std::vector<Case> cases;
  {
    FitOptions options;
    options.steps = s.steps;
    options.all_steps = std::int64_t{s.seeds} * s.steps * int(variants.size());
    options.replay = s.replay;
    Fit fit(options);
    for (const Variant& variant : variants)
      cases.push_back(train(variant, s, fit));
  }
  if (s.replay) return;
  print_cases(cases);
  if (s.seeds >= 3) check_claims(cases);
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "Questions about short stories, answered from a memory of "
                  "sentences.");
  flags.add("seed", &s.seed, "of the first network; then the next ones");
  flags.add("seeds", &s.seeds, "networks of each kind; 3 or more are judged");
  flags.add("steps", &s.steps, "batches to learn from");
  flags.add("figures", &s.figures, "write the picture to this folder");
  flags.add("replay", &s.replay, "print the bits of the first losses only");
  return nn::run_program(argc, argv, flags, [&] { run(s); });
}
