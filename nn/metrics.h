// How good translations and alignments are.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "autograd/tensor.h"
#include "nn/corpus.h"

namespace nn {

using Sentences = std::vector<std::vector<std::string>>;

// The share of target positions that are right: position i of the hypothesis
// has the word of position i of the reference; positions that only one of the
// two has are wrong. All functions here throw where two lists that belong
// together differ in size, and give 0 for empty lists.
double token_accuracy(const Sentences& hypotheses, const Sentences& references);

// The share of hypotheses that are exactly their reference.
double exact_match(const Sentences& hypotheses, const Sentences& references);

// Corpus BLEU with words, 0 to 100 (Papineni et al. 2002), as sacreBLEU's
// corpus_bleu(tokenize="none") with its other settings at their defaults
// (Post 2018): n = 1 .. 4, one reference, clipped counts summed over the
// corpus, zero counts smoothed exponentially (the k-th order with no match
// counts 1 / 2^k matches; Chen & Cherry 2014, method 3), brevity penalty. An
// order longer than every hypothesis makes the score 0.
struct Bleu {
  double score = 0;
  std::array<double, 4> precisions{};  // in percent, smoothed
  double brevity_penalty = 0;
  long hypothesis_words = 0, reference_words = 0;
};
Bleu corpus_bleu(const Sentences& hypotheses, const Sentences& references);

// Counts of predicted links A against gold links, all of them sure (S = P).
//   precision = |A & P| / |A|     recall = |A & S| / |S|
//   AER = 1 - (|A & S| + |A & P|) / (|A| + |S|)        Och & Ney 2003, eq. 6
struct AlignmentScore {
  long predicted = 0, gold = 0, common = 0;

  // Adds one sentence. Links given twice count once. Links to target words
  // that have no gold link count against precision.
  void add(const Links& predicted_links, const Links& gold_links);

  double precision() const;   // 1 if nothing was predicted
  double recall() const;      // 1 if there is no gold link
  double error_rate() const;  // 0 if there is neither
};

// For each target word its most attended source word, of equal ones the first.
// Weights are row-major [target_words, stride], of which the first
// `source_words` columns are looked at: pass the end mark's column only if it
// may be chosen, and leave out the row of the target's end mark.
Links align_argmax(const float* weights, int target_words, int source_words,
                   int stride);
Links align_argmax(const double* weights, int target_words, int source_words,
                   int stride);

// Exact match and token accuracy of the sentences with min .. max source words.
struct LengthBucket {
  int min_words = 0, max_words = 0;
  int sentences = 0;
  double exact_match = 0, token_accuracy = 0;
};

// The buckets 1 .. width, width + 1 .. 2 width and so on that are not empty.
std::vector<LengthBucket> accuracy_by_length(const Sentences& sources,
                                             const Sentences& hypotheses,
                                             const Sentences& references,
                                             int width);

// The place of the largest number in each row of scores [..., V], of equal ones
// the first. Throws where a row is empty.
std::vector<int> argmax(const autograd::Tensor& scores);

// The entropy of each row of weights [..., S], in bits, as a mean over the
// rows.
double entropy(const autograd::Tensor& weights);

// How differently two readers read: the Jensen-Shannon divergence of their rows
// [..., S], in bits, as a mean over the rows. 0 where they read the same, 1
// where they read nothing in common (Lin 1991).
double jensen_shannon(const autograd::Tensor& a, const autograd::Tensor& b);

// Where a curve first falls below a level, on straight lines between its
// points: its first x where it begins below, its last where it never does.
double falls_below(double level, const std::vector<double>& x,
                   const std::vector<double>& y);

}  // namespace nn
