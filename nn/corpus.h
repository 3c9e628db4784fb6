// Sentence pairs, with word alignments where they are known.
#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace nn {

// A word alignment: (source index, target index) pairs, from 0.
using Links = std::vector<std::pair<int, int>>;

// A sentence, its translation, and which words translate which.
struct Pair {
  std::vector<std::string> source, target;
  Links links;  // gold alignment in rising order; may be empty
};

// What a tab-separated text held: the good lines and what was wrong with the
// others. At most `reported_lines` problems are kept; `bad_lines` counts all.
struct Corpus {
  std::vector<Pair> pairs;
  std::vector<std::string> problems;  // "line 7: wanted 2 or 3 fields, got 1"
  int bad_lines = 0;
};
inline constexpr int reported_lines = 20;

// Reads UTF-8 lines `source<TAB>target` or `source<TAB>target<TAB>links`,
// words apart by spaces, links in Pharaoh's form `0-0 1-2` (source-target,
// from 0). CRLF and a byte order mark are fine, empty lines are passed over.
// A bad line is reported, counted and left out.
Corpus parse_corpus(const std::string& text);

// The same from a file. Throws std::runtime_error if it cannot be read.
Corpus read_corpus(const std::string& path);

// The text that `parse_corpus` reads back. The third field is there if any
// pair has links.
std::string corpus_text(const std::vector<Pair>& pairs);

// Writes `corpus_text`, whole or not at all.
void write_corpus(const std::string& path, const std::vector<Pair>& pairs);

// Links in Pharaoh's form: "0-0 1-2".
std::string pharaoh(const Links& links);

// The good pairs of a file; what is wrong with the others is told. Throws
// std::runtime_error where there is none, or the file cannot be read.
std::vector<Pair> read_pairs(const std::string& path, std::ostream& told);

// What an aligned corpus is like.
struct CorpusFigures {
  double reordered = 0;  // share of pairs with two crossing links
  double unaligned = 0;  // share of pairs with a word without a link
  double source_words = 0, target_words = 0;  // mean lengths
};
CorpusFigures figures(const std::vector<Pair>& pairs);

// How far a dictionary gets: every source word is replaced, in its place, by
// the target words it was most often linked with in `train` (ties: the first
// seen). Returns the share of `test` that this translates exactly.
double lookup_baseline(const std::vector<Pair>& train,
                       const std::vector<Pair>& test);

}  // namespace nn
