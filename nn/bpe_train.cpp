// Which pairs become tokens. Counts are kept up to date word by word: a merge
// looks only at the words that have its pair.
#include <algorithm>
#include <cstdint>
#include <set>

#include "autograd/check.h"
#include "nn/bpe.h"

namespace nn {
namespace {

using Pair = Bpe::Pair;

// A different word of the text, and how often it is there.
struct Word {
  std::vector<int> ids;
  std::int64_t count;
};

class Pairs {
 public:
  explicit Pairs(std::string_view text) {
    std::map<std::string_view, std::int64_t> counts;
    for (const std::string_view word : Bpe::words(text)) ++counts[word];
    Changes changes;
    for (const auto& [word, count] : counts) {
      words_.push_back({{}, count});
      for (const char c : word)
        words_.back().ids.push_back(static_cast<unsigned char>(c));
      note(words_.size() - 1, changes);
    }
    apply(changes);
  }

  // The pair seen most often; none if no pair is seen twice.
  const Pair* most_frequent() const {
    return order_.empty() || order_.begin()->first > -2
               ? nullptr
               : &order_.begin()->second;
  }

  void merge(const Pair pair, int id) {
    std::vector<std::size_t> words = std::move(seen_[pair].words);
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    Changes changes;
    for (const std::size_t index : words) {
      Word& word = words_[index];
      each_pair(word, [&](Pair p) { changes[p] -= word.count; });
      Bpe::merge(word.ids, pair, id);
      note(index, changes, id);
    }
    apply(changes);
  }

 private:
  using Changes = std::map<Pair, std::int64_t>;
  struct Seen {
    std::int64_t count = 0;
    std::vector<std::size_t> words;  // that have it, or had it once
  };

  template <class Visit>
  static void each_pair(const Word& word, const Visit& visit) {
    for (std::size_t i = 0; i + 1 < word.ids.size(); ++i)
      visit(Pair{word.ids[i], word.ids[i + 1]});
  }

  // Counts the pairs of a word; those with the token `fresh`, or all where
  // there is none, have not been seen in it before.
  void note(std::size_t index, Changes& changes, int fresh = -1) {
    const Word& word = words_[index];
    each_pair(word, [&](Pair pair) {
      changes[pair] += word.count;
      if (fresh < 0 || pair.first == fresh || pair.second == fresh)
        seen_[pair].words.push_back(index);
    });
  }

  void apply(const Changes& changes) {
    for (const auto& [pair, change] : changes) {
      if (change == 0) continue;
      Seen& seen = seen_[pair];
      order_.erase({-seen.count, pair});
      seen.count += change;
      if (seen.count > 0)
        order_.insert({-seen.count, pair});
      else
        seen_.erase(pair);
    }
  }

  std::vector<Word> words_;
  std::map<Pair, Seen> seen_;
  std::set<std::pair<std::int64_t, Pair>> order_;  // by -count, then by ids
};

}  // namespace

Bpe Bpe::train(std::string_view text, int merges) {
  autograd::check(merges >= 0, "[Bpe] wanted a number of merges, got ", merges);
  Bpe bpe;
  Pairs pairs(text);
  for (int i = 0; i < merges; ++i) {
    const Pair* pair = pairs.most_frequent();
    if (!pair) break;
    const int id = bpe.size();
    bpe.add(*pair);
    pairs.merge(*pair, id);
  }
  return bpe;
}

}  // namespace nn
