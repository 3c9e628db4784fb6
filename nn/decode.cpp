#include "nn/decode.h"

#include <algorithm>

#include "autograd/graph.h"

namespace nn {
namespace {

int argmax(const Real* values, int count) {
  int best = 0;
  for (int i = 1; i < count; ++i)
    if (values[i] > values[best]) best = i;
  return best;
}

// Appends what hypothesis `row` (of all B N) attended to, and the likeliest of
// what it said.
void note(const Prediction& prediction, int row, int chosen, int guesses,
          Hypothesis& to) {
  if (prediction.weights.defined()) {
    const Tensor weights = autograd::contiguous(prediction.weights);
    const int width = weights.size(-1);
    const Real* first = weights.data() + std::int64_t{row} * width;
    to.weights.emplace_back(first, first + width);
  }
  if (guesses <= 0) return;
  const Tensor scores = autograd::contiguous(prediction.log_probabilities);
  const int vocabulary = scores.size(-1);
  const Real* first = scores.data() + std::int64_t{row} * vocabulary;
  std::vector<Guess> all;
  for (int token = 0; token < vocabulary; ++token)
    all.push_back({token, first[token]});
  const auto kept = all.begin() + std::min(guesses, vocabulary);
  std::partial_sort(all.begin(), kept, all.end(),
                    [](const Guess& a, const Guess& b) {
                      if (a.log_probability != b.log_probability)
                        return a.log_probability > b.log_probability;
                      return a.token < b.token;
                    });
  all.erase(kept, all.end());
  if (std::none_of(all.begin(), all.end(),
                   [&](const Guess& g) { return g.token == chosen; }))
    all.push_back({chosen, first[chosen]});
  to.guesses.push_back(std::move(all));
}

}  // namespace

namespace {

// Token after token of each sentence, as choose(i, log p [V]) says for
// sentence i, up to its end mark or its limit.
template <class Choose>
std::vector<Hypothesis> grow(const Decoder& decoder,
                             const std::vector<int>& limits,
                             const DecodeOptions& options,
                             const Choose& choose) {
  const autograd::NoGrad no_grad;
  const int batch = static_cast<int>(limits.size());
  const int longest = *std::max_element(limits.begin(), limits.end());
  std::vector<Hypothesis> results(limits.size());
  std::vector<int> last(limits.size(), options.start);
  std::vector<bool> open(limits.size(), true);
  for (int step = 0; step <= longest; ++step) {
    if (step == longest && options.end < 0) break;  // nothing can end there
    const Prediction next = decoder.step(Indices({batch, 1}, last));
    bool any_open = false;
    for (int i = 0; i < batch; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (!open[at]) continue;
      Hypothesis& result = results[at];
      const Tensor row = autograd::contiguous(autograd::select(
          autograd::select(next.log_probabilities, 0, i), 0, 0));
      const int token = choose(at, row);
      result.ended = token == options.end;
      if (!result.ended && step == limits[at]) {
        open[at] = false;
        continue;
      }
      result.log_probability += row.data()[token];
      note(next, i, token, options.guesses, result);
      if (!result.ended) result.tokens.push_back(token);
      open[at] = !result.ended;
      any_open = any_open || open[at];
      last[at] = token;
    }
    if (!any_open) break;
  }
  return results;
}

void check_limits(const char* name, const std::vector<int>& limits) {
  autograd::check(
      !limits.empty() && *std::min_element(limits.begin(), limits.end()) >= 0,
      "[", name, "] wanted a limit of at least 0 for each sentence");
}

}  // namespace

std::vector<Hypothesis> greedy(const Decoder& decoder,
                               const std::vector<int>& limits,
                               const DecodeOptions& options) {
  check_limits("greedy", limits);
  return grow(decoder, limits, options, [](std::size_t, const Tensor& log_p) {
    return argmax(log_p.data(), log_p.size(0));
  });
}

std::vector<Hypothesis> sample(const Decoder& decoder,
                               const std::vector<int>& limits,
                               const SampleOptions& how, Rng& rng,
                               const DecodeOptions& options) {
  check_limits("sample", limits);
  std::vector<Rng> generators;
  for (std::size_t i = 0; i < limits.size(); ++i)
    generators.push_back(rng.split());
  return grow(decoder, limits, options,
              [&](std::size_t i, const Tensor& log_p) {
                return draw(log_p, how, generators[i]);
              });
}

std::vector<Hypothesis> forced(const Decoder& decoder,
                               const std::vector<std::vector<int>>& sentences,
                               const DecodeOptions& options) {
  autograd::check(!sentences.empty(), "[forced] wanted a sentence, got none");
  const autograd::NoGrad no_grad;
  const int batch = static_cast<int>(sentences.size());
  std::size_t longest = 0;
  for (const auto& sentence : sentences)
    longest = std::max(longest, sentence.size());
  std::vector<Hypothesis> results(sentences.size());
  std::vector<int> last(sentences.size(), options.start);
  for (std::size_t step = 0; step <= longest; ++step) {
    const Prediction next = decoder.step(Indices({batch, 1}, last));
    const Tensor scores = autograd::contiguous(next.log_probabilities);
    for (int i = 0; i < batch; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const auto& sentence = sentences[at];
      if (step > sentence.size()) continue;
      Hypothesis& result = results[at];
      result.ended = step == sentence.size();
      last[at] = result.ended ? options.end : sentence[step];
      result.log_probability +=
          scores.data()[std::int64_t{i} * scores.size(-1) + last[at]];
      note(next, i, last[at], options.guesses, result);
      if (!result.ended) result.tokens.push_back(last[at]);
    }
  }
  return results;
}

namespace {

// ((5 + length) / 6)^alpha
Real penalty(std::size_t length, Real alpha) {
  return autograd::pow(static_cast<Real>(5 + length) / 6, alpha).item();
}

struct Candidate {
  Real score;
  int beam, token;
};

// The best `count` continuations of the open hypotheses, best first; equal
// scores in order of hypothesis and token.
std::vector<Candidate> best_candidates(const std::vector<Hypothesis>& open,
                                       const Tensor& log_probabilities,
                                       std::size_t count) {
  const Tensor scores = autograd::contiguous(log_probabilities);
  const int vocabulary = scores.size(-1);
  std::vector<Candidate> all;
  all.reserve(open.size() * static_cast<std::size_t>(vocabulary));
  for (std::size_t i = 0; i < open.size(); ++i)
    for (int token = 0; token < vocabulary; ++token)
      all.push_back(
          {open[i].log_probability +
               scores.data()[static_cast<std::int64_t>(i) * vocabulary + token],
           static_cast<int>(i), token});
  count = std::min(count, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<long>(count),
                    all.end(), [](const Candidate& a, const Candidate& b) {
                      if (a.score != b.score) return a.score > b.score;
                      if (a.beam != b.beam) return a.beam < b.beam;
                      return a.token < b.token;
                    });
  all.resize(count);
  return all;
}

}  // namespace

std::vector<Hypothesis> beam_search(const Decoder& decoder, int limit,
                                    const DecodeOptions& options) {
  autograd::check(options.beam >= 1, "[beam_search] wanted a beam of at least ",
                  "1, got ", options.beam);
  autograd::check(options.length_penalty >= 0,
                  "[beam_search] wanted a length penalty of at least 0, got ",
                  options.length_penalty);
  autograd::check(limit >= 0,
                  "[beam_search] wanted a limit of at least 0, got ", limit);
  const autograd::NoGrad no_grad;
  const auto width = static_cast<std::size_t>(options.beam);
  const Real alpha = options.length_penalty;
  auto value = [&](const Hypothesis& hypothesis) {
    return hypothesis.log_probability /
           penalty(hypothesis.tokens.size() + hypothesis.ended, alpha);
  };
  const auto longest = static_cast<std::size_t>(limit) + 1;
  std::vector<Hypothesis> open(1), done;
  std::vector<int> last{options.start};
  while (!open.empty()) {
    const int beams = static_cast<int>(open.size());
    const Prediction next = decoder.step(Indices({1, beams}, last));
    std::vector<Hypothesis> grown;
    std::vector<int> from;
    std::vector<bool> cut(open.size());
    last.clear();
    for (const Candidate& candidate :
         best_candidates(open, next.log_probabilities, width)) {
      const auto parent = static_cast<std::size_t>(candidate.beam);
      Hypothesis longer = open[parent];
      longer.ended = candidate.token == options.end;
      if (!longer.ended && longer.tokens.size() + 1 == longest) {
        if (!cut[parent]) done.push_back(std::move(longer));  // as it is
        cut[parent] = true;
        continue;
      }
      longer.log_probability = candidate.score;
      note(next, candidate.beam, candidate.token, options.guesses, longer);
      if (longer.ended) {
        done.push_back(std::move(longer));
        continue;
      }
      longer.tokens.push_back(candidate.token);
      grown.push_back(std::move(longer));
      from.push_back(candidate.beam);
      last.push_back(candidate.token);
    }
    open = std::move(grown);
    if (open.empty()) break;
    // log p only falls, so this is the best an open hypothesis can come to.
    const Real bound = open[0].log_probability / penalty(longest, alpha);
    if (std::any_of(done.begin(), done.end(), [&](const Hypothesis& h) {
          return h.ended && value(h) >= bound;
        }))
      break;
    decoder.reorder(Indices({1, static_cast<int>(from.size())}, from));
  }
  std::stable_sort(done.begin(), done.end(),
                   [&](const Hypothesis& a, const Hypothesis& b) {
                     return value(a) > value(b);
                   });
  return done;
}

}  // namespace nn
