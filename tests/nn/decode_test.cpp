#include "nn/decode.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "autograd/check.h"
#include "autograd/random.h"

namespace {

using autograd::Indices;
using autograd::Real;
using autograd::Rng;
using autograd::Tensor;
using nn::DecodeOptions;
using nn::Hypothesis;

using Tokens = std::vector<int>;
// The log probabilities of the next token after the tokens of a sentence of
// the batch.
using Table = std::function<std::vector<Real>(int sentence, const Tokens&)>;

constexpr int kStart = 0, kEnd = 1, kA = 2, kB = 3;
const DecodeOptions kTokens{.start = kStart, .end = kEnd};

// A decoder that says what the table says. Its weights are what it has read:
// how many tokens, and which last.
nn::Decoder scripted(const Table& table) {
  auto read = std::make_shared<std::vector<Tokens>>();
  nn::Decoder decoder;
  decoder.step = [read, table](const Indices& tokens) {
    const int B = tokens.shape()[0], N = tokens.shape()[1];
    read->resize(static_cast<std::size_t>(B * N));
    std::vector<Real> scores, weights;
    for (int i = 0; i < B * N; ++i) {
      Tokens& prefix = (*read)[static_cast<std::size_t>(i)];
      prefix.push_back(tokens[i]);
      for (Real score : table(i / N, prefix)) scores.push_back(score);
      weights.push_back(static_cast<Real>(prefix.size()));
      weights.push_back(static_cast<Real>(prefix.back()));
    }
    const int V = static_cast<int>(scores.size()) / (B * N);
    return nn::Prediction{Tensor::from({B, N, V}, scores),
                          Tensor::from({B, N, 2}, weights)};
  };
  decoder.reorder = [read](const Indices& from) {
    std::vector<Tokens> chosen;
    for (int i : from) chosen.push_back((*read)[static_cast<std::size_t>(i)]);
    *read = chosen;
  };
  return decoder;
}

// Says "b a", then the end mark; of the second sentence "a".
std::vector<Real> script(int sentence, const Tokens& read) {
  if (sentence == 1)
    return read.size() == 1 ? std::vector<Real>{-9, -2, -0.125, -3}
                            : std::vector<Real>{-9, -0.25, -2, -3};
  if (read.size() == 1) return {-9, -2, -3, -0.5};
  if (read.size() == 2) return {-9, -2, -0.25, -3};
  return {-9, -0.75, -2, -3};
}

// Four random log probabilities after every prefix.
Table random_table(std::uint64_t seed) {
  return [seed](int, const Tokens& read) {
    std::uint64_t state = seed;
    for (int token : read)
      state = state * 31 + static_cast<std::uint64_t>(token) + 7;
    Rng rng(state);
    std::vector<double> odds;
    double sum = 0;
    for (int i = 0; i < 4; ++i) {
      odds.push_back(0.05 + rng.uniform());
      sum += odds.back();
    }
    std::vector<Real> scores;
    for (double o : odds)
      scores.push_back(static_cast<Real>(std::log(o / sum)));
    return scores;
  };
}

std::vector<Hypothesis> search(const Table& table, int limit, int beam,
                               Real alpha = 0) {
  return nn::beam_search(
      scripted(table), limit,
      {.start = kStart, .end = kEnd, .beam = beam, .length_penalty = alpha});
}

TEST(Greedy, TakesTheLikeliestTokenByHand) {
  const auto results = nn::greedy(scripted(script), {9, 9}, kTokens);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].tokens, (Tokens{kB, kA}));
  EXPECT_EQ(results[0].log_probability, Real(-1.5));
  EXPECT_TRUE(results[0].ended);
  // One token read is the start mark; a row for every token and the end mark.
  const std::vector<std::vector<Real>> weights = {{1, 0}, {2, kB}, {3, kA}};
  EXPECT_EQ(results[0].weights, weights);
  EXPECT_EQ(results[1].tokens, Tokens{kA});
  EXPECT_EQ(results[1].log_probability, Real(-0.375));
  EXPECT_TRUE(results[1].ended);
  EXPECT_EQ(results[1].weights.size(), 2u);
}

TEST(Greedy, KeepsWhatEachTokenWasChosenFrom) {
  DecodeOptions options = kTokens;
  EXPECT_TRUE(nn::greedy(scripted(script), {9}, options)[0].guesses.empty());
  options.guesses = 2;
  const auto result = nn::greedy(scripted(script), {9}, options)[0];
  const std::vector<std::vector<std::pair<int, Real>>> wanted = {
      {{kB, Real(-0.5)}, {kEnd, -2}},
      {{kA, Real(-0.25)}, {kEnd, -2}},
      {{kEnd, Real(-0.75)}, {kA, -2}}};
  ASSERT_EQ(result.guesses.size(), wanted.size());
  for (std::size_t t = 0; t < wanted.size(); ++t) {
    ASSERT_EQ(result.guesses[t].size(), 2u);
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_EQ(result.guesses[t][k].token, wanted[t][k].first);
      EXPECT_EQ(result.guesses[t][k].log_probability, wanted[t][k].second);
    }
  }
}

// The token that was fed comes last where it was not likely; of equal ones the
// lowest id comes first; there are no more than tokens.
TEST(Forced, GuessesHoldTheTokenItself) {
  DecodeOptions options = kTokens;
  options.guesses = 1;
  const auto one = nn::forced(scripted(script), {{kA}}, options)[0].guesses;
  ASSERT_EQ(one.size(), 2u);
  ASSERT_EQ(one[0].size(), 2u);
  EXPECT_EQ(one[0][0].token, kB);
  EXPECT_EQ(one[0][1].token, kA);
  EXPECT_EQ(one[0][1].log_probability, -3);
  options.guesses = 9;
  const Table equal = [](int, const Tokens&) {
    return std::vector<Real>(4, Real(-1.5));
  };
  const auto all = nn::forced(scripted(equal), {{kB}}, options)[0].guesses[0];
  ASSERT_EQ(all.size(), 4u);
  for (int token = 0; token < 4; ++token)
    EXPECT_EQ(all[static_cast<std::size_t>(token)].token, token);
}

TEST(Greedy, StopsAtTheLimitOfEachSentence) {
  const auto results = nn::greedy(scripted(script), {1, 1}, kTokens);
  EXPECT_EQ(results[0].tokens, Tokens{kB});
  EXPECT_EQ(results[0].log_probability, Real(-0.5));
  EXPECT_EQ(results[0].weights.size(), 1u);
  EXPECT_FALSE(results[0].ended);
  EXPECT_TRUE(results[1].ended);  // its one token fits
  const auto none = nn::greedy(scripted(script), {0, 9}, kTokens);
  EXPECT_EQ(none[0].tokens, Tokens{});
  EXPECT_EQ(none[0].log_probability, Real(0));
  EXPECT_FALSE(none[0].ended);
  EXPECT_EQ(none[1].tokens, Tokens{kA});
}

TEST(Greedy, TakesTheLowestOfEqualTokens) {
  const Table table = [](int, const Tokens& read) {
    return read.size() == 1 ? std::vector<Real>{-9, -3, -1, -1}
                            : std::vector<Real>{-9, -1, -1, -1};
  };
  const auto results = nn::greedy(scripted(table), {9}, kTokens);
  EXPECT_EQ(results[0].tokens, Tokens{kA});
  EXPECT_TRUE(results[0].ended);
  EXPECT_EQ(search(table, 9, 1)[0].tokens, Tokens{kA});
}

TEST(Forced, GivesTheLogProbabilityOfASentence) {
  const auto results =
      nn::forced(scripted(script), {{kA, kA, kB}, {}}, kTokens);
  EXPECT_EQ(results[0].tokens, (Tokens{kA, kA, kB}));
  // -3 for a, -0.25 for a, -3 for b, -0.75 for the end mark
  EXPECT_EQ(results[0].log_probability, Real(-7));
  EXPECT_TRUE(results[0].ended);
  const std::vector<std::vector<Real>> weights = {
      {1, 0}, {2, kA}, {3, kA}, {4, kB}};
  EXPECT_EQ(results[0].weights, weights);
  EXPECT_EQ(results[1].tokens, Tokens{});
  EXPECT_EQ(results[1].log_probability, Real(-2));
  EXPECT_EQ(results[1].weights.size(), 1u);
}

// What greedy found, fed to `forced`, is as likely as greedy said.
TEST(Forced, AgreesWithGreedy) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto found = nn::greedy(scripted(random_table(seed)), {6}, kTokens);
    if (!found[0].ended) continue;
    const auto again =
        nn::forced(scripted(random_table(seed)), {found[0].tokens}, kTokens);
    EXPECT_EQ(again[0].log_probability, found[0].log_probability);
    EXPECT_EQ(again[0].weights, found[0].weights);
  }
}

TEST(BeamSearch, OfOneIsGreedy) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Table table = random_table(seed);
    const auto greedy = nn::greedy(scripted(table), {4}, kTokens);
    const auto beam = search(table, 4, 1);
    ASSERT_EQ(beam.size(), 1u);
    EXPECT_EQ(beam[0].tokens, greedy[0].tokens) << seed;
    EXPECT_EQ(beam[0].log_probability, greedy[0].log_probability) << seed;
    EXPECT_EQ(beam[0].weights, greedy[0].weights) << seed;
    EXPECT_EQ(beam[0].ended, greedy[0].ended) << seed;
  }
}

struct Best {
  double value = -std::numeric_limits<double>::infinity();
  Tokens tokens;
  bool ended = false;
};

// The best of all sentences of at most `limit` tokens, where those that reach
// the limit may also go without an end mark.
void try_all(const Table& table, int limit, double alpha, Tokens& read,
             double log_probability, Best& best) {
  const auto scores = table(0, read);
  const auto words = read.size() - 1;
  auto offer = [&](double log_p, bool ended) {
    const double value =
        log_p / std::pow((5.0 + double(words) + ended) / 6, alpha);
    if (value > best.value)
      best = {value, Tokens(read.begin() + 1, read.end()), ended};
  };
  offer(log_probability + double(scores[kEnd]), true);
  if (words == static_cast<std::size_t>(limit))
    return offer(log_probability, false);
  for (int token = 0; token < 4; ++token) {
    if (token == kEnd) continue;
    read.push_back(token);
    try_all(table, limit, alpha, read,
            log_probability + double(scores[static_cast<std::size_t>(token)]),
            best);
    read.pop_back();
  }
}

TEST(BeamSearch, IsExhaustiveWhereTheBeamIsWide) {
  int ended = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed)
    for (double alpha : {0.0, 0.6, 1.0, 2.5}) {
      const Table table = random_table(seed);
      Best best;
      Tokens read{kStart};
      try_all(table, 3, alpha, read, 0, best);
      const auto found = search(table, 3, 200, static_cast<Real>(alpha));
      EXPECT_EQ(found[0].tokens, best.tokens) << seed << ", " << alpha;
      EXPECT_EQ(found[0].ended, best.ended) << seed << ", " << alpha;
      const double length = double(best.tokens.size()) + best.ended;
      EXPECT_NEAR(double(found[0].log_probability),
                  best.value * std::pow((5 + length) / 6, alpha), 1e-5);
      ended += best.ended;
    }
  EXPECT_GT(ended, 10);
  EXPECT_LT(ended, 110);
}

// a is likelier than b, but what follows a is not.
std::vector<Real> garden_path(int, const Tokens& read) {
  if (read.size() == 1) return {-9, -9, -0.5, -0.75};
  if (read.size() > 2) return {-9, -0.125, -9, -9};
  return read.back() == kA ? std::vector<Real>{-9, -9, -1.5, -1.75}
                           : std::vector<Real>{-9, -0.25, -3, -3};
}

TEST(BeamSearch, FindsWhatGreedyMisses) {
  EXPECT_EQ(nn::greedy(scripted(garden_path), {5}, kTokens)[0].tokens,
            (Tokens{kA, kA}));
  const auto found = search(garden_path, 5, 2);
  EXPECT_EQ(found[0].tokens, Tokens{kB});
  EXPECT_EQ(found[0].log_probability, Real(-1));
  const std::vector<std::vector<Real>> weights = {{1, 0}, {2, kB}};
  EXPECT_EQ(found[0].weights, weights);
}

// log p = -1 with length 1, -1.2 with length 3:
//   alpha 0: -1 against -1.2     alpha 1: -1 / (6/6) against -1.2 / (8/6) =
//   -0.9
TEST(BeamSearch, PrefersLongerSentencesWithALengthPenalty) {
  const Table table = [](int, const Tokens& read) {
    if (read.size() == 1) return std::vector<Real>{-9, -1, Real(-0.9), -9};
    if (read.size() == 2) return std::vector<Real>{-9, -9, Real(-0.2), -9};
    return std::vector<Real>{-9, Real(-0.1), -9, -9};
  };
  EXPECT_EQ(search(table, 5, 3, 0)[0].tokens, Tokens{});
  EXPECT_EQ(search(table, 5, 3, 1)[0].tokens, (Tokens{kA, kA}));
}

TEST(BeamSearch, CutsAtTheLimitOnce) {
  const Table never = [](int, const Tokens&) {
    return std::vector<Real>{-2, -9, -0.5, -1};
  };
  const auto found = search(never, 2, 2);
  for (std::size_t i = 0; i < found.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(found[i].tokens, found[j].tokens);
  EXPECT_EQ(found[0].tokens, (Tokens{kA, kA}));
  EXPECT_EQ(found[0].log_probability, Real(-1));
  EXPECT_EQ(found[0].weights.size(), 2u);
  EXPECT_FALSE(found[0].ended);
  const auto empty = search(never, 0, 3);
  EXPECT_EQ(empty[0].tokens, Tokens{});
}

TEST(BeamSearch, OrdersWhatItFound) {
  const auto found = search(random_table(3), 3, 6, 1);
  ASSERT_GT(found.size(), 1u);
  auto value = [](const Hypothesis& h) {
    return double(h.log_probability) /
           ((5 + double(h.tokens.size()) + h.ended) / 6);
  };
  for (std::size_t i = 1; i < found.size(); ++i)
    EXPECT_GE(value(found[i - 1]) + 1e-6, value(found[i]));
}

TEST(Decode, RefusesWhatMakesNoSense) {
  const nn::Decoder decoder = scripted(script);
  auto beam = [&](int limit, const DecodeOptions& options) {
    nn::beam_search(decoder, limit, options);
  };
  EXPECT_THROW(beam(3, {.beam = 0}), std::invalid_argument);
  EXPECT_THROW(beam(3, {.beam = 2, .length_penalty = -1}),
               std::invalid_argument);
  EXPECT_THROW(beam(-1, {.beam = 2}), std::invalid_argument);
  EXPECT_THROW(nn::greedy(decoder, {}), std::invalid_argument);
  EXPECT_THROW(nn::greedy(decoder, {3, -1}), std::invalid_argument);
  EXPECT_THROW(nn::forced(decoder, {}), std::invalid_argument);
}

}  // namespace
