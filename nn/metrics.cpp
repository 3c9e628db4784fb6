#include "nn/metrics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "autograd/check.h"
#include "autograd/ops.h"

namespace nn {

using autograd::check;

namespace {

void check_sizes(const char* what, const Sentences& hypotheses,
                 const Sentences& references) {
  check(hypotheses.size() == references.size(), "[", what,
        "] wanted as many hypotheses as references, got ", hypotheses.size(),
        " and ", references.size());
}

double ratio(double part, double whole) {
  return whole == 0 ? 0 : part / whole;
}

// How often each run of n words occurs.
std::map<std::vector<std::string>, long> count_ngrams(
    const std::vector<std::string>& words, std::size_t n) {
  std::map<std::vector<std::string>, long> counts;
  for (auto at = words.begin(); words.end() - at >= static_cast<long>(n); ++at)
    ++counts[{at, at + static_cast<long>(n)}];
  return counts;
}

// The n-grams of a hypothesis that its reference has too, each at most as
// often as the reference has it.
long count_matches(const std::vector<std::string>& hypothesis,
                   const std::vector<std::string>& reference, std::size_t n) {
  const auto wanted = count_ngrams(reference, n);
  long matches = 0;
  for (const auto& [ngram, count] : count_ngrams(hypothesis, n)) {
    const auto found = wanted.find(ngram);
    if (found != wanted.end()) matches += std::min(count, found->second);
  }
  return matches;
}

template <class T>
Links argmax_links(const T* weights, int target_words, int source_words,
                   int stride) {
  check(source_words >= 1 && source_words <= stride && target_words >= 0,
        "[align_argmax] wanted 1 <= source words <= stride, got ", source_words,
        " and ", stride, ", with ", target_words, " target words");
  Links links;
  for (int t = 0; t < target_words; ++t) {
    const T* row = weights + static_cast<std::ptrdiff_t>(t) * stride;
    const auto best = std::max_element(row, row + source_words) - row;
    links.emplace_back(static_cast<int>(best), t);
  }
  std::sort(links.begin(), links.end());
  return links;
}

}  // namespace

double token_accuracy(const Sentences& hypotheses,
                      const Sentences& references) {
  check_sizes("token_accuracy", hypotheses, references);
  std::size_t right = 0, all = 0;
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto& a = hypotheses[i];
    const auto& b = references[i];
    for (std::size_t t = 0; t < std::min(a.size(), b.size()); ++t)
      right += a[t] == b[t];
    all += std::max(a.size(), b.size());
  }
  return ratio(static_cast<double>(right), static_cast<double>(all));
}

double exact_match(const Sentences& hypotheses, const Sentences& references) {
  check_sizes("exact_match", hypotheses, references);
  int right = 0;
  for (std::size_t i = 0; i < references.size(); ++i)
    right += hypotheses[i] == references[i];
  return ratio(right, static_cast<double>(references.size()));
}

//   BLEU = BP exp(1/4 sum_n ln p_n)     BP = exp(1 - r/c) if c < r, else 1
Bleu corpus_bleu(const Sentences& hypotheses, const Sentences& references) {
  check_sizes("corpus_bleu", hypotheses, references);
  Bleu bleu;
  std::array<long, 4> matches{}, totals{};
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto words = static_cast<long>(hypotheses[i].size());
    bleu.hypothesis_words += words;
    bleu.reference_words += static_cast<long>(references[i].size());
    for (std::size_t n = 1; n <= 4; ++n) {
      matches[n - 1] += count_matches(hypotheses[i], references[i], n);
      totals[n - 1] += std::max(0l, words - static_cast<long>(n) + 1);
    }
  }
  const auto c = static_cast<double>(bleu.hypothesis_words);
  const auto r = static_cast<double>(bleu.reference_words);
  if (c > 0) bleu.brevity_penalty = c < r ? std::exp(1 - r / c) : 1;
  if (matches == std::array<long, 4>{}) return bleu;
  double log_sum = 0, smoothing = 1;
  for (std::size_t n = 0; n < 4; ++n) {
    if (totals[n] == 0) return bleu;
    const bool none = matches[n] == 0;
    if (none) smoothing *= 2;
    const double count = none ? 1 / smoothing : static_cast<double>(matches[n]);
    bleu.precisions[n] = 100 * count / static_cast<double>(totals[n]);
    log_sum += std::log(bleu.precisions[n]);
  }
  bleu.score = bleu.brevity_penalty * std::exp(log_sum / 4);
  return bleu;
}

void AlignmentScore::add(const Links& predicted_links,
                         const Links& gold_links) {
  const std::set<std::pair<int, int>> a(predicted_links.begin(),
                                        predicted_links.end());
  const std::set<std::pair<int, int>> s(gold_links.begin(), gold_links.end());
  predicted += static_cast<long>(a.size());
  gold += static_cast<long>(s.size());
  for (const auto& link : a) common += s.contains(link);
}

double AlignmentScore::precision() const {
  return predicted == 0 ? 1 : common / static_cast<double>(predicted);
}

double AlignmentScore::recall() const {
  return gold == 0 ? 1 : common / static_cast<double>(gold);
}

double AlignmentScore::error_rate() const {
  const long both = predicted + gold;
  return both == 0 ? 0 : 1 - 2 * common / static_cast<double>(both);
}

Links align_argmax(const float* weights, int target_words, int source_words,
                   int stride) {
  return argmax_links(weights, target_words, source_words, stride);
}

Links align_argmax(const double* weights, int target_words, int source_words,
                   int stride) {
  return argmax_links(weights, target_words, source_words, stride);
}

std::vector<LengthBucket> accuracy_by_length(const Sentences& sources,
                                             const Sentences& hypotheses,
                                             const Sentences& references,
                                             int width) {
  check_sizes("accuracy_by_length", hypotheses, references);
  check_sizes("accuracy_by_length", sources, references);
  check(width >= 1, "[accuracy_by_length] wanted a width of at least 1, got ",
        width);
  struct Group {
    Sentences hypotheses, references;
  };
  std::map<int, Group> groups;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const int words = static_cast<int>(sources[i].size());
    Group& group = groups[(std::max(words, 1) - 1) / width];
    group.hypotheses.push_back(hypotheses[i]);
    group.references.push_back(references[i]);
  }
  std::vector<LengthBucket> buckets;
  for (const auto& [index, group] : groups)
    buckets.push_back({index * width + 1, (index + 1) * width,
                       static_cast<int>(group.references.size()),
                       exact_match(group.hypotheses, group.references),
                       token_accuracy(group.hypotheses, group.references)});
  return buckets;
}

std::vector<int> argmax(const autograd::Tensor& scores) {
  check(scores.rank() > 0 && scores.size(-1) > 0,
        "[argmax] wanted rows of numbers, got shape ", scores.shape());
  const std::vector<autograd::Real> values = scores.values();
  const std::ptrdiff_t width = scores.size(-1);
  std::vector<int> places;
  for (auto row = values.begin(); row != values.end(); row += width)
    places.push_back(
        static_cast<int>(std::max_element(row, row + width) - row));
  return places;
}

double entropy(const autograd::Tensor& weights) {
  check(weights.rank() > 0 && weights.size() > 0,
        "[entropy] wanted rows of weights, got shape ", weights.shape());
  double bits = 0;
  for (const autograd::Real weight : weights.values())
    if (weight > 0) bits -= double(weight) * std::log2(double(weight));
  return bits * double(weights.size(-1)) / double(weights.size());
}

//   H((a + b) / 2) - (H(a) + H(b)) / 2
double jensen_shannon(const autograd::Tensor& a, const autograd::Tensor& b) {
  check(a.shape() == b.shape(),
        "[jensen_shannon] wanted two shapes alike, got ", a.shape(), " and ",
        b.shape());
  return entropy((a + b) / 2) - (entropy(a) + entropy(b)) / 2;
}

double falls_below(double level, const std::vector<double>& x,
                   const std::vector<double>& y) {
  check(!x.empty() && x.size() == y.size(),
        "[falls_below] wanted as many x as ", "y, and some, got ", x.size(),
        " and ", y.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (y[i] >= level) continue;
    if (i == 0) return x[0];
    const double share = (y[i - 1] - level) / (y[i - 1] - y[i]);
    return x[i - 1] + share * (x[i] - x[i - 1]);
  }
  return x.back();
}

}  // namespace nn
