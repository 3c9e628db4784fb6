// A synchronous grammar: every rule has two sides, so that a sentence, its
// translation and the links between their words are made together
// (Aho & Ullman 1969; Chiang 2007, section 2).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "autograd/random.h"
#include "nn/corpus.h"

namespace nn {

// The grammar of `Grammar::english_chinese` as text: it explains the format at
// its top and is the place to start from for a grammar of one's own.
extern const char* const english_chinese_grammar;

// The grammar of `Grammar::clauses`: 14 English words, clauses of two to four
// of them, and as many clauses in a row as one likes.
extern const char* const clauses_grammar;

// How many source words a generated sentence has, both inclusive. Lengths are
// drawn with equal chances among those the grammar can make.
struct SentenceLength {
  int min = 3;
  int max = 9;
};

class Grammar {
 public:
  // The longest sentence, in source words.
  static constexpr int max_words = 60;

  // English to Chinese, from `english_chinese_grammar`.
  static Grammar english_chinese();

  // A small part of it, from `clauses_grammar`, whose sentences have any number
  // of words from 2 on and hold nothing out: for experiments with length.
  static Grammar clauses();

  // Throws std::invalid_argument that names the line and what is wrong there.
  static Grammar parse(const std::string& text);

  // Reads a grammar from a file; throws also std::runtime_error if it cannot.
  static Grammar load(const std::string& path);

  // A random sentence with its gold alignment, a function of the random state.
  // Throws if the grammar has no sentence of such a length.
  Pair generate(autograd::Rng& rng, SentenceLength length = {}) const;

  // Many of them; the same sentence may come more than once.
  std::vector<Pair> generate(autograd::Rng& rng, SentenceLength length,
                             int count) const;

  // The sentence with its translation and gold alignment, or nothing where the
  // grammar cannot make it; of several ways, the one that its text names first.
  std::optional<Pair> translate(const std::vector<std::string>& source) const;

  // Different sentences, no sentence twice. Those with a combination that the
  // grammar holds out (a subject, verb and object, say) are all in `held_out`,
  // those without are all in `train`. Throws if the grammar has too few.
  struct Split {
    std::vector<Pair> train, held_out;
  };
  Split corpus(autograd::Rng& rng, int n_train, int n_held_out,
               SentenceLength length = {}) const;

  // Whether the words, one for each label of the `hold out` line and in its
  // order, are a combination that is never trained on.
  bool holds_out(const std::vector<std::string>& words) const;

  // All words of a side, in the order of the text, each once.
  const std::vector<std::string>& source_words() const { return source_words_; }
  const std::vector<std::string>& target_words() const { return target_words_; }

  // Whether the word is on the source side of a rule.
  bool known(const std::string& source_word) const;

 private:
  // A word, or a slot for a class.
  struct Symbol {
    enum Link { words, head, nothing };
    std::string word;   // empty for a slot
    Link link = words;  // what a word is linked with
    int slot = -1;      // index in Rule::slots
  };
  // A slot is filled with a sentence part made by a rule of its class.
  struct Slot {
    int class_index = -1;
    std::string name, label;  // <name:label>
  };
  struct Rule {
    int weight = 1;
    std::vector<Symbol> source, target;
    std::vector<Slot> slots;  // in source order
    std::vector<int> heads;   // slots with a head; none: the last word is it
    int words = 0;            // on the source side
    int line = 0;
  };
  struct Class {
    std::string name;
    std::vector<Rule> rules;
    int line = 0;
  };
  struct Parser;
  struct Part;
  struct Side;
  struct Reader;

  // Chances: chance_[c][n] is the total weight, scaled to at most 1, of what
  // class c makes with n source words.
  double fill(const Rule& rule, std::size_t slot, int words) const;
  void count_sentences();
  Part make(autograd::Rng& rng, int class_index, int words) const;
  Part make(autograd::Rng& rng, const Rule& rule, int words) const;
  Part assemble(const Rule& rule, const std::vector<Part>& parts) const;
  Part sentence(autograd::Rng& rng, SentenceLength length) const;
  void note_combinations(const Rule& rule, const std::vector<Part>& parts,
                         Part& part) const;

  std::vector<Class> classes_;
  std::vector<std::vector<double>> chance_;
  std::vector<std::string> labels_;                 // of the hold out line
  std::vector<std::vector<std::string>> distinct_;  // heads must differ
  std::set<std::vector<std::string>> always_held_out_;
  int held_out_percent_ = 0;
  std::vector<std::string> source_words_, target_words_;
};

}  // namespace nn
